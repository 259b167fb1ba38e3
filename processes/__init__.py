"""Process documents, their language, the pure walk, versions, connectors, and the shell that joins them."""

from processes.speedups import take_up

take_up(__path__)
