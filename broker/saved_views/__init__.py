"""Lists as people want them again: a filter with its columns, under a name, shared with colleagues or not."""
