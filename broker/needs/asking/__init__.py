"""Asking more companies: which are likely to have a need that others have, the rounds in which they were asked."""
