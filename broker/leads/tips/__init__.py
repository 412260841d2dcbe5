"""Tips: what anybody in the municipality tells an organisation about a company, over a public form."""
