"""Scorecards of providers: what trainings were judged, texts that a moderator shows, and what the provider replies."""
