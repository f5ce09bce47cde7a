"""`tierwise doctor`: small checks of the whole set-up, each with its remedy."""
