"""Tests of writing the answers together."""
