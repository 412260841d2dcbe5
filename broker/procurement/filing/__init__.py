"""A purchase for the registry: one PDF with everything in order, its papers, texts of notices, requests for reasons."""
