"""Measure a subject; know no threshold."""
