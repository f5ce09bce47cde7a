"""The built-in gates, one a file.  A file that registers a gate is all that a new one takes."""
