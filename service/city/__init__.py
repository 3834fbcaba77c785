"""The city's file and its loader."""
