"""Plug-ins, what can be verified from evidence alone."""
