"""De-identification of DICOM objects by PS3.15 Annex E."""
