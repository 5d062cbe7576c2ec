"""What identifies people in English text by rules: dates, ages, places, institutions, names, nationalities."""

from primum.privacy.rules.english_addresses import addresses
from primum.privacy.rules.english_ages import ages
from primum.privacy.rules.english_dates import dates
from primum.privacy.rules.english_lands import lands
from primum.privacy.rules.english_people import people
from primum.privacy.rules.english_places import places
from primum.privacy.rules.scanning import lowered
from primum.privacy.spans import Kind, Span


def find(text: str) -> list[Span]:
    """Return what identifies somebody in an English text, of all kinds; spans may overlap."""
    low = lowered(text)
    located = list(places(text, low))
    found = [*dates(text, low), *ages(text, low), *lands(text, low), *people(text, low)]
    return found + located + list(addresses(text, low, (one for one in located if one.kind is Kind.STREET)))
