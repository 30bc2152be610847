"""The fleet as a file: plan, apply, export, import, reconcile."""
