"""FHIR R4, R4B and R5 JSON without identifiers: rules by element, type and content, kept as data."""
