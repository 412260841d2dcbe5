"""What follows on the checks of a provider: a hearing, a decision, and events that open the vetting anew."""
