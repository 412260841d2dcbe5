"""Everything that is held about one person, gathered and handed out on paper (GDPR art. 15)."""
