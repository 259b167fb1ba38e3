"""The studio: processes as their authors see them."""

from webui.studio.pages import blueprint

__all__ = ["blueprint"]
