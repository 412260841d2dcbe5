"""The topics as an organisation has them: the national list, what it has changed, and the words it knows them by."""
