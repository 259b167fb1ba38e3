"""The storm: robots that are killed, frozen and cut off while carrier and mail server misbehave, and who counts after.

`python -m tests.storm` (or `make storm`) is the long form, `tests/robots/test_storm.py` the short one. The checker
counts where things arrive: in the shop's own ledger and in the mailbox.
"""
