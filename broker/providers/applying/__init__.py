"""What a provider sends itself over a public form to be vetted: the criteria are shown, and nobody is left out."""
