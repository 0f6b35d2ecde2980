"""Rules of the family `activations`."""
