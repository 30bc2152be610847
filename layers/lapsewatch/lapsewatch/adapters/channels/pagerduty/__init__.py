"""PagerDuty: reminders open an incident by the Events API v2, and a renewal resolves it."""
