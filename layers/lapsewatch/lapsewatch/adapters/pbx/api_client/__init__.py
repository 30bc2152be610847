"""In as an API client of version 20: Enterprise licenses only."""
