"""Whether the tests that a change brings look at anything, and tell its product from another."""
