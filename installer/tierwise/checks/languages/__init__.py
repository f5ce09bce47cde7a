"""Syntax of the languages that the check knows, one module each."""
