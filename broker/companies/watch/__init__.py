"""What the national registers changed about companies that somebody here has a relation to."""
