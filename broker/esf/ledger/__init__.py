"""State aid of a company with all that it hangs together with, over every project, and what must be registered."""
