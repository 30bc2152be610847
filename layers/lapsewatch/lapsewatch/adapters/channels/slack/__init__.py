"""Slack: messages as blocks, posted to an incoming webhook."""
