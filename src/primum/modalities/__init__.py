"""Plug-ins, kinds of clinical data: how each is read, de-identified, tokenised and shown."""
