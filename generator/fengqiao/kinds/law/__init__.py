"""The kind “law”."""
