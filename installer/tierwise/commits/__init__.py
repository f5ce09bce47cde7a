"""Commit messages: parsing, rules, refusals, the next version."""
