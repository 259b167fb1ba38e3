"""Tests of the robots pages."""
