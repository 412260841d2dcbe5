"""Tables of what decides the size of companies."""
