"""Invented but lifelike data: organisations, companies, a year of contacts, needs, providers, purchases, projects."""
