"""Rules of the family `run`."""
