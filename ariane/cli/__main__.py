"""`python -m ariane.cli`, where the command itself is not on the path."""

from ariane.cli import main

main()
