"""The kind “course”."""
