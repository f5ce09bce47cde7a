"""Deterministic work: git hooks, preflight, commit messages, gates."""
