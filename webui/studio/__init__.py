"""The studio: processes as their authors see them."""

from webui.studio import comparing as comparing
from webui.studio import pages as pages
from webui.studio.door import blueprint

__all__ = ["blueprint"]
