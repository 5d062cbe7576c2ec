"""What identifies people in English text by rules: dates, ages, places, institutions, names, nationalities."""

from primum.privacy.rules.english_addresses import addresses
from primum.privacy.rules.english_ages import ages
from primum.privacy.rules.english_dates import dates
from primum.privacy.rules.english_lands import lands
from primum.privacy.rules.english_people import people
from primum.privacy.rules.english_places import places
from primum.privacy.rules.scanning import Seen
from primum.privacy.spans import Kind, Span


def find(text: str) -> list[Span]:
    """Return what identifies somebody in an English text, of all kinds; spans may overlap."""
    return find_in(Seen(text))


def find_in(seen: Seen) -> list[Span]:
    """Return what ``find`` does."""
    located = list(places(seen))
    found = [*dates(seen), *ages(seen), *lands(seen.text, seen.low), *people(seen)]
    return found + located + list(addresses(seen, (one for one in located if one.kind is Kind.STREET)))
