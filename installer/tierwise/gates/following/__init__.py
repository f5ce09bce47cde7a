"""The old tests as they follow a change: what a rename, a move, a new signature or the task explains."""
