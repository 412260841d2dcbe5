"""Asks Bolagsverket's service about one company at a time."""
