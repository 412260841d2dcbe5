"""Traces: organisations that have an agreement see of each other's contacts who, how and which month, never what."""
