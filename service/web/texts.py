"""Texts that staff write for people."""

LETTERS = r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$"
"""A pattern: some letters, and no line feeds or other controls."""
