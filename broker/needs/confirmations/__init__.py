"""Confirmations: each company of a cohort says over a link how many it sends."""
