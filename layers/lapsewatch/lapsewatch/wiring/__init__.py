"""Where the real things are chosen: one file per function, so that each imports only what it needs."""
