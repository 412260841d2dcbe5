"""Putting needs together: proposals from the engine, cohorts that have been formed, and their pages."""
