"""How ready an application is, by its checks alone, and the mark that people put on one that may be handed in."""
