"""Sunbeon (순번): the live queue of a city's civil offices."""
