"""Roof: wires the rooms together; command line, migrations, the demo company."""
