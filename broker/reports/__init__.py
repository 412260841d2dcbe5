"""Figures over all of it, each opening its rows."""
