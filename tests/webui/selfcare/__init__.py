"""The customers' door, as customers use it."""
