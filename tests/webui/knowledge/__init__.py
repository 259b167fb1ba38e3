"""The knowledge door."""
