"""Framework agreements: what they say, what has been called off from them, and in which order suppliers are asked."""
