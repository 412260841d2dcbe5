"""What is destroyed when, by whose rule and decision: nothing by a click, and nothing is kept for ever unsaid."""
