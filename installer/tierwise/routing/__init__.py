"""Task to decision."""
