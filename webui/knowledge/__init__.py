"""The knowledge door: one search box over articles and processes, articles to read, to write and to publish."""

from webui.knowledge import reading, writing
from webui.knowledge.door import blueprint

__all__ = ["blueprint", "reading", "writing"]
