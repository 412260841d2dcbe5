"""Writing the answers together: the pen, versions, what is done, comments, suggestions, and stale first texts."""
