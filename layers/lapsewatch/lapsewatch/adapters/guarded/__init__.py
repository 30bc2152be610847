"""Connections to hosts that are not ours: checked addresses, checked certificates, no redirect, no proxy."""
