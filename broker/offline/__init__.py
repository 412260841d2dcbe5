"""Logging without net: the page that a device keeps, what it may know of a person, and its worker."""
