"""What companies promise a project: asked over a link, signed on screen or on paper, withdrawn."""
