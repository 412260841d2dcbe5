"""Calls: their versions and what differs between them, prices from files, deadlines, and which projects they fit."""
