"""Plug-ins, what must be beaten."""
