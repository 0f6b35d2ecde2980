"""What `benchmarks/diagnosis.py` and `benchmarks/harm.py` are made of."""
