"""What companies need to learn (needs), and which needs can be taught together (cohorts)."""
