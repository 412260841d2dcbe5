"""A provider's list of what it teaches, in Excel or CSV: read, tried, stored; the same list again changes nothing."""
