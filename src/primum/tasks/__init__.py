"""Plug-ins, kinds of question."""
