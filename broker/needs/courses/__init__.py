"""Courses: how a cohort is to be taught, when and where, and who came."""
