"""Duplicates: found in what is stored, merged field by field, and taken apart again."""
