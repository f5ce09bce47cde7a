"""Declared dependencies against what is installed, one module for each language."""
