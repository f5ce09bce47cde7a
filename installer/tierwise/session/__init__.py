"""Routing of the main conversation: when a tier pays, and what it would have saved."""
