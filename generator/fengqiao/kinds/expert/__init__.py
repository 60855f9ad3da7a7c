"""The kind “expert”."""
