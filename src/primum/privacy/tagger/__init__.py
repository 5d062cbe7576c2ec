"""A trained sequence tagger, small enough to ship."""
