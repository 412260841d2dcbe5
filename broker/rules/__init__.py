"""Rules and forms as data: an operator sees every version, tries a new one against what it affects, and adds it."""
