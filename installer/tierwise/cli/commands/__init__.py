"""The commands, one file each; cli/registry.py lists them."""
