"""Task text to kind of work."""
