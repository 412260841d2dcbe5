"""Drafts of groups: what a person decides about the proposals before anything is formed, step by step."""
