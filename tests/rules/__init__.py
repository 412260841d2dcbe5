"""Tests of rules and forms that operators read in."""
