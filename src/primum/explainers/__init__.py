"""Plug-ins, why a model says what it says."""
