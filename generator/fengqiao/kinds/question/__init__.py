"""The kind “question”."""
