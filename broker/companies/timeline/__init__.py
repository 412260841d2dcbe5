"""The timeline of one company: contacts that were, contacts that are planned, traces of others, each by its filter."""
