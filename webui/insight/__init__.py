"""Insight: the dashboards."""

from webui.insight.pages import blueprint

__all__ = ["blueprint"]
