"""Lets `python -m broker` do what the broker command does."""

from broker.cli import main

main()
