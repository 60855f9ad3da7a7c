"""The kind “term”."""
