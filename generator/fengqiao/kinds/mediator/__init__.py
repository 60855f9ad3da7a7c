"""The kind “mediator”."""
