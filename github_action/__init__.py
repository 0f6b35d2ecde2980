"""The GitHub Action: standard library only, run by path, reads the JSON report and judges nothing."""
