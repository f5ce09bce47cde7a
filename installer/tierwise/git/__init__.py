"""Reading a repository through git."""
