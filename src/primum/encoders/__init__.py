"""Pretrained encoders: found by name, opened without a network, kept as plain files."""
