"""The studio: processes as their authors see them."""

from webui.studio import comparing as comparing
from webui.studio import connectors as connectors
from webui.studio import covering as covering
from webui.studio import decisions as decisions
from webui.studio import editing as editing
from webui.studio import exchange as exchange
from webui.studio import finding as finding
from webui.studio import history as history
from webui.studio import pages as pages
from webui.studio import publishing as publishing
from webui.studio import replaying as replaying
from webui.studio import reviewing as reviewing
from webui.studio import texts as texts
from webui.studio import trying as trying
from webui.studio.door import blueprint

__all__ = ["blueprint"]
