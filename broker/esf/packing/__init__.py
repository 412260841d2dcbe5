"""Which groups make joint projects together: as many people as possible, in as few projects as possible."""
