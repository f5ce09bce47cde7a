"""Installing and running git's hooks."""
