"""Needs that stand in the notes of an imported list, made of what the business office wrote in its last column."""
