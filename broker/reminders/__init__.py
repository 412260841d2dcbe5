"""What reminds people: a letter on weekday mornings, tasks in their calendar, rules of how often we talk."""
