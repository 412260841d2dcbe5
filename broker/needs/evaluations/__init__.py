"""Evaluations: a few questions to those who took part, over a link for each company."""
