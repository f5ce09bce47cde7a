"""What happened, and what the policy may learn from it."""
