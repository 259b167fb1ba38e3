"""Process documents, their language, the pure walk, versions, connectors, and the shell that joins them."""
