"""Transcripts to usage to money to report."""
