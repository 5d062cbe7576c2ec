"""Pictures as bytes: how they are read, refused and written; a room that knows no models."""
