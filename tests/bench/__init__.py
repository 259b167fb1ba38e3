"""Benches: figures measured against named peers in one run, printed as a table and written to build/bench.json."""
