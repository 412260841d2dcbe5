"""Analyses: a talk about what a company is to reach and what its people must learn; several needs come of one."""
