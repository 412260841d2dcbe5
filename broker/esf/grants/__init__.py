"""What follows when a project has been decided on: the decision, changes that need one, deviations, and evidence."""
