"""Planned contacts in other people's calendars: invitations by mail, and calendars that come as files."""
