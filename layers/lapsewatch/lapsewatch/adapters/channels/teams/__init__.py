"""Microsoft Teams: messages as Adaptive Cards, posted to a workflow."""
