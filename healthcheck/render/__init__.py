"""One small module per output format, a function from report to text."""
