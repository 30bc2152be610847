"""The fleet table: one table, one file per kind of item."""
