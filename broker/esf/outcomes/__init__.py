"""What a granted project has come to: who took part, what it cost, which targets were met, and who is told."""
