"""How identifiers of a fixed shape are found, language by language."""
