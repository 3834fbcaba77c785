"""The city as it is now: the seed file and its loader."""
