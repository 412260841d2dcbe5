"""Sums: the same need over companies, municipalities and half-years, and whether it is enough for a group."""
