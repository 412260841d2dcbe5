"""The application form as data: whether a version can be followed, what a newer one changes, and moving to it."""
