"""The words that an organisation puts on companies: one spelling for each, renamed and merged everywhere at once."""
