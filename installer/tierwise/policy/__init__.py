"""The policy file: read, merged with its preset, validated, compiled."""
