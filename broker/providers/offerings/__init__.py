"""Offerings (utbildningar i utbudet): what a provider teaches, added, changed, shown and read in from a list."""
