"""Inquiries: the form in which a company says itself what it needs, over a link, and what came in."""
