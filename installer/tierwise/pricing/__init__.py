"""List prices."""
