"""How identifiers are found and replaced."""
