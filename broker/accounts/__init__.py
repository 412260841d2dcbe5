"""Who may come in: organisations, users, memberships with roles, invitations, signing in and sessions."""
