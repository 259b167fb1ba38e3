"""Faults planted in one thread on a clock of ours: what robots do when anything stops anywhere, statement by statement.

`tests/robots/test_faults.py` plays a sample of them, `python -m tests.storm --every-fault` all of them.
"""
