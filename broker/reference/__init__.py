"""What is given from outside: places, industries, training topics, and dated rules (limits, forms, workflows)."""
