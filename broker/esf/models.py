"""Tables of the joint ESF project."""
