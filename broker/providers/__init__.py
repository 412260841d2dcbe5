"""Education providers, what they offer (offerings) and whether they may be used (vetting)."""
