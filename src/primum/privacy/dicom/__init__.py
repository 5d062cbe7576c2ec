"""DICOM files without identifiers: PS3.15 Annex E, its options, and the pixels."""
