"""What providers give beside what is needed: for whom an offering would do, and what would do for a need."""
