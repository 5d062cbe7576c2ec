"""Structured records: one row or one FHIR bundle a subject."""
