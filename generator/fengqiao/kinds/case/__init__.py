"""The kind “case”."""
