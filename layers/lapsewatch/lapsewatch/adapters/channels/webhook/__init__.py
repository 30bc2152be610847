"""A webhook: every message is posted as signed JSON to one address."""
