"""Session records to usage."""
