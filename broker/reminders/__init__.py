"""What reminds a person outside the pages: a letter on weekday mornings, and the open tasks in a calendar."""
