"""`make bench-load`: what the real handlers stand, with every call of AWS going to the emulator over loopback."""
