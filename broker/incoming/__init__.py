"""Letters that people send to their private address: a contact at once, or waiting until somebody says whose it is."""
