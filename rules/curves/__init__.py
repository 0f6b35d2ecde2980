"""Rules of the family `curves`."""
