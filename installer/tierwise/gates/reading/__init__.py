"""What code, tests and tasks say, in any of the usual languages."""
