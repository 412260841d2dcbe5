"""First texts for the questions of the form, written from the project's own rows."""
