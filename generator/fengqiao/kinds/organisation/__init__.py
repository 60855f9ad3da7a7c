"""The kind “organisation”."""
