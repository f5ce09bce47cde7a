"""What a pipeline is told: annotations, in the formats that its host shows."""
