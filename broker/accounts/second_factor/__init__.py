"""A second step at the sign-in of people with a password: a code of an app on their telephone (RFC 6238)."""
