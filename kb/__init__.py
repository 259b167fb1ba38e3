"""The knowledge base: articles with their passages, and the one search over everything that can be read."""
