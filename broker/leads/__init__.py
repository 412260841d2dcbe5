"""Leads: what one organisation hands to another about a company, on a recorded ground, and what became of it."""
