"""How the value of a purchase is reckoned: its parts, the similar contracts beside it, and the paper that shows it."""
