"""From a compiled site to a folder on the disk."""
