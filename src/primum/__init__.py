"""Takes a diagnostic model from raw patient records to a doctor's desk, and refuses what could harm the patient."""
