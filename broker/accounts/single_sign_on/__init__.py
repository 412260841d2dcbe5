"""Signing in with the account that people have already, at a service that speaks OpenID Connect."""
