"""Notes: texts that somebody wrote."""
