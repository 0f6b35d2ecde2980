"""What the benchmarks of speed share: models to train, and times that are taken in turn."""
