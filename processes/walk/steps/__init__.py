"""The kinds of steps, compiled: what each does when the walk comes to it, and how it goes on from a stop."""
