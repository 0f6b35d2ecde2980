"""Rules of the family `initialization`."""
