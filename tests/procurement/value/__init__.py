"""Tests of how the value of a purchase is reckoned."""
