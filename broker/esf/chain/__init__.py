"""The chain from problem to effect: causes, goals, milestones, activities; the plan in time, risks and who steers."""
