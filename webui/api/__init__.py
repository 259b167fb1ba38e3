"""The API: search, processes, start, answer and state of a guided path, for assistants and for tools of agents."""

from webui.api import calls, pages
from webui.api.door import blueprint

__all__ = ["blueprint", "calls", "pages"]
