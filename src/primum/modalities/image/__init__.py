"""The image modality: pictures of any source as records."""
