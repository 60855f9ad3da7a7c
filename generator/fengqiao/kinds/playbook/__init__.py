"""The kind “playbook”."""
