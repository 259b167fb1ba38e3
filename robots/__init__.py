"""Sweeps: wake due walks, deliver effects, watch deadlines and promises, tidy."""
