"""Task to decision to enforcement."""
