"""Measurements. They print figures and fail nothing: this is no place for a test."""
