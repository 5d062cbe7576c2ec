"""Where a word in Latin letters begins and ends; Chinese characters beside it are no part of it."""

LETTER = r"0-9A-Za-z_\u00c0-\u024f"
"""What a Latin word is made of, for use inside brackets."""
BEFORE = rf"(?<![{LETTER}])"
AFTER = rf"(?![{LETTER}])"
