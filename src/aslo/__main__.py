"""`python -m aslo` is the `aslo` command."""

from aslo.cli import main

main()
