"""Turn what a user names into subjects."""
