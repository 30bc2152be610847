"""Opsgenie: reminders open an alert by the Alert API, and a renewal closes it."""
