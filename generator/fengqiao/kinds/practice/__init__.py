"""The kind “practice”."""
