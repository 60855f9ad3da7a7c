"""A type of question."""
