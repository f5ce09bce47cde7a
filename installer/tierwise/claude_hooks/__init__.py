"""What Claude Code's hooks run: standard library only, imported lazily."""
