"""Documents in Swedish: their parts in reading order, and a tagged PDF with embedded fonts."""
