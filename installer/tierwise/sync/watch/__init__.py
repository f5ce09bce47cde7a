"""Keeping the generated files in sync while people edit."""
