"""What the command's exit codes mean; docs/commands.md tells them to people."""

FINE = 0
WRONG = 1
"""Something was refused, failed, or is wrong with what was looked at."""
PENDING = 2
"""A plan has changes that were not made."""
USAGE = 64
"""The command line itself is wrong; never to be taken for PENDING."""
