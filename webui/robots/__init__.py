"""The robots' page: what they do, what waits, what is stopped; for supervisors and administrators."""

from webui.robots import home, incidents, limiting, lists, news, proof, shadowing, stopping
from webui.robots.door import blueprint

__all__ = ["blueprint", "home", "incidents", "limiting", "lists", "news", "proof", "shadowing", "stopping"]
