"""What every package may know: tiers, kinds, models, the compiled table, what a change is."""
