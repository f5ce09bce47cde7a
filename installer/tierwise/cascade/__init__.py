"""The cascade: try the cheapest tier that may do, check the result, climb when it fails, flag a person at the end."""
