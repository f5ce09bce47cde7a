"""The turns of the main conversation: what they run on, cost and leave behind.  Standard library only."""
