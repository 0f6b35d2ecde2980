"""A package that is run as `python -m circles.train`; its modules import each other by relative names."""
