"""Journeys, indicators and costs; reads everything, writes only its own derived tables."""
