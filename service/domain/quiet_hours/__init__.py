"""Quiet hours: how long people usually wait in each half-hour of the week, told from past days."""
