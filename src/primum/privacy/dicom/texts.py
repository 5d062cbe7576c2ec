"""The texts of a file: descriptions by vocabulary, reports by the cleaner of notes, technical names as they are."""

from dataclasses import dataclass, field

from primum.privacy.dicom.mentions import Mentions
from primum.privacy.dicom.options import TextCleaner
from primum.privacy.dicom.vocabulary import DROPPED, Sieve, tidy, written_in


@dataclass(frozen=True, slots=True)
class Texts:
    """Cleans the texts of one file.

    Attributes:
        mentions: What the file says of people.
        cleaner: Takes identifiers out of free text; None where there is none.
    """

    mentions: Mentions
    cleaner: TextCleaner | None = field(default=None, repr=False)

    def described(self, text: str) -> str:
        """Return a description with only known words left."""
        return self._sieved(text, loose=False)

    def told(self, text: str) -> str:
        """Return a report's text: what the cleaner leaves, less unknown words that look like names or numbers."""
        return self._sieved(text, loose=self.cleaner is not None)

    def technical(self, text: str) -> str:
        """Return a technical name, kernel or sequence, without mentions."""
        struck = self.mentions.strike(text)
        return text if struck == text else tidy(struck)

    def _sieved(self, text: str, *, loose: bool) -> str:
        plain = text.replace(DROPPED, " ") if DROPPED in text else text
        written = self.cleaner(plain) if self.cleaner and plain.strip() else plain
        allowed = written_in(plain, written)
        sieve = Sieve(forbidden=self.mentions.words - allowed, allowed=allowed, loose=loose)
        return sieve.keep(self.mentions.strike(written))
