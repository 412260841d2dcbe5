"""Groups planned together with other organisations: what each contributes, and on what they agree."""
