"""The report as one self-contained page: our own SVG, no script, no network."""
