"""Policy to files, and keeping them so."""
