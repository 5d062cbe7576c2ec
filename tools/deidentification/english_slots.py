# ruff: noqa: D102, E501, E731, PLR2004, RUF059 - forms of one thing in one line, and how often each comes
"""What fills the slots of the English templates, each with its kind; all of it made up."""

import random
import string
from collections.abc import Callable, Mapping, Sequence

from english_names import bucket, parts, people, plain
from english_places import JOBS, NATIONALITIES, TITLES, Piece, Places
from faker.providers.job.en_US import Provider as Jobs
from stdnum import iban, luhn

from primum.privacy.spans import Kind

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
SHORT = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Sept"]
DAYS = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
    "Mon",
    "Tue",
    "Wed",
    "Thu",
    "Fri",
    "Sat",
    "Sun",
]
HOLIDAYS = parts("holidays")
TENS = {9: "ninety", 8: "eighty", 7: "seventy", 6: "sixty", 5: "fifty", 4: "forty", 3: "thirty", 2: "twenty"}
UNITS = ["", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
IBAN_LENGTHS = {
    "DE": 18,
    "GB": 18,
    "FR": 23,
    "ES": 20,
    "IT": 23,
    "NL": 14,
    "CH": 17,
    "AT": 16,
    "BE": 12,
    "PL": 24,
    "SE": 20,
    "PT": 21,
    "IL": 19,
    "IE": 18,
}
CARDS = (
    ("4", 16),
    ("51", 16),
    ("55", 16),
    ("2221", 16),
    ("34", 15),
    ("37", 15),
    ("6011", 16),
    ("35", 16),
    ("30", 14),
    ("5018", 16),
    ("4", 13),
    ("62", 19),
)


class Slots:
    """Draws what fills a template, from the names of one use.

    Args:
        dice: What decides.
        buckets: Whose names are drawn.
        words: Section of words that identify nobody, to its entries.
    """

    def __init__(self, dice: random.Random, buckets: Sequence[int], words: Mapping[str, Sequence[str]]) -> None:
        self.dice = dice
        self._people, self._often = people(buckets)
        self.places = Places(dice, buckets, self.family)
        self._jobs = [one for one in Jobs.jobs if bucket(one) in buckets]
        self._words = {
            name: [one for one in some if bucket(one) in buckets] or list(some) for name, some in words.items()
        }
        self._slots: dict[str, Callable[[], list[Piece]]] = {
            name[5:]: getattr(self, name) for name in dir(self) if name.startswith("slot_")
        }

    def draw(self, slot: str) -> list[Piece]:
        """Return what fills a slot, in pieces."""
        if slot in self._slots:
            return self._slots[slot]()
        return [(self.dice.choice(self._words[slot]), None)]

    # -- people
    def _person(self) -> tuple[str, str]:
        one, other = self.dice.choices(self._people, weights=self._often, k=2)
        if self.dice.random() < 0.8:
            other = one
        given = self.dice.choices(one.given, cum_weights=one.given_weights)[0]
        family = self.dice.choices(other.family, cum_weights=other.family_weights)[0]
        return (plain(given), plain(family)) if self.dice.random() < 0.5 else (given, family)

    def given(self) -> str:
        """Return a given name."""
        return self._person()[0]

    def family(self) -> str:
        """Return a surname."""
        return self._person()[1]

    def full(self) -> str:
        """Return a whole name as people write it."""
        given, family = self._person()
        letter = self.dice.choice(string.ascii_uppercase)
        forms = (
            (40, f"{given} {family}"), (8, f"{given} {letter}. {family}"), (3, f"{given} {letter} {family}"), (4, f"{given[0]}. {family}"), (2, f"{given[0]} {family}"),
            (2, f"{given[0]}.{letter}. {family}"), (5, f"{given} {self.given()} {family}"), (4, f"{given} {family}-{self.family()}"), (3, f"{given} {family} {self.family()}"),
            (2, f"{given} {family.upper()}"), (1, f"{family.upper()} {given}"), (3, f"{given} {family} {self.dice.choice(('Jr.', 'Jr', 'III', 'II', 'Sr.'))}"),
            (1, f"{given}-{self.given()} {family}"), (2, f"{given} {self.dice.choice(('van', 'von', 'de', 'de la', 'del', 'van der', 'bin', 'al', 'St.', 'Mc', 'Di'))} {family}"),
            (1, f"{given} {self.dice.choice(('O', 'D'))}'{family}"), (2, f'{given} "{self.given()}" {family}'), (2, f"{given} Mc{family}"), (1, f"{given} ({self.given()}) {family}"),
            (1, f"{given} {family[0]}."), (2, self._glued(given, family)), (5, given), (4, family),
        )  # fmt: skip
        return self.dice.choices([one for _, one in forms], weights=[one for one, _ in forms])[0]

    def _glued(self, given: str, family: str) -> str:
        return f"{given} {family}".upper()

    def slot_n(self) -> list[Piece]:
        return self.slot_tn() if self.dice.random() < 0.06 else [(self.full(), Kind.NAME)]

    def slot_fn(self) -> list[Piece]:
        return [(self.given(), Kind.NAME)]

    def slot_ln(self) -> list[Piece]:
        return [(self.family(), Kind.NAME)]

    def slot_nc(self) -> list[Piece]:
        given, family = self._person()
        text = f"{family}{self.dice.choice((', ', ', ', ',', ', '))}{given}" + self.dice.choice(
            ("", "", f" {self.dice.choice(string.ascii_uppercase)}", f" {self.given()}")
        )
        return [(text.upper() if self.dice.random() < 0.35 else text, Kind.NAME)]

    def slot_tn(self) -> list[Piece]:
        title = self.dice.choice(TITLES[:8]) if self.dice.random() < 0.85 else self.dice.choice(TITLES)
        given, family = self._person()
        name = self.dice.choices(
            (family, f"{given} {family}", f"{given[0]}. {family}", self.full()), weights=(10, 6, 2, 1)
        )[0]
        after = self.dice.choice(("", "", "", "", "", "", ", MD", " MD", ", M.D.", " RN", ", PhD"))
        gap = "" if title.endswith(".") and self.dice.random() < 0.02 else " "
        return [(title, Kind.TITLE), (gap, None), (name, Kind.NAME), (after, None)]

    def slot_ini(self) -> list[Piece]:
        return [("".join(self.dice.choice(string.ascii_uppercase) for _ in range(self.dice.choice((2, 3)))), Kind.NAME)]

    def slot_pro(self) -> list[Piece]:
        return [(self.dice.choice(("he", "she", "He", "She")), None)]

    def slot_poss(self) -> list[Piece]:
        return [(self.dice.choice(("his", "her")), None)]

    def slot_pposs(self) -> list[Piece]:
        return [(self.dice.choice(("His", "Her")), None)]

    def slot_obj(self) -> list[Piece]:
        return [(self.dice.choice(("him", "her", "them")), None)]

    # -- dates and ages
    def _ymd(self) -> tuple[int, int, int]:
        year = self.dice.choice(
            (self.dice.randint(1920, 2026), self.dice.randint(2005, 2026), self.dice.randint(2015, 2026))
        )
        return (
            year,
            self.dice.randint(1, 12),
            self.dice.randint(1, 28) if self.dice.random() < 0.93 else self.dice.randint(29, 31),
        )

    def slot_dn(self) -> list[Piece]:
        y, m, d = self._ymd()
        s = self.dice.choice(("/", "/", "/", "-", "-", "."))
        forms = (
            f"{m}{s}{d}{s}{y}", f"{m:02d}{s}{d:02d}{s}{y}", f"{d:02d}{s}{m:02d}{s}{y}", f"{d}{s}{m}{s}{y}", f"{y}-{m:02d}-{d:02d}", f"{y}/{m:02d}/{d:02d}", f"{m}/{d}/{y % 100:02d}", f"{m:02d}/{d:02d}/{y % 100:02d}",
            f"{m}-{d}-{y % 100:02d}", f"{m:02d}{d:02d}{y}", f"{y}{m:02d}{d:02d}", f"{m:02d}/{y}", f"{m}/{d}", f"{d}.{m}.{y}", f"{d:02d}.{m:02d}.{y % 100:02d}", f"{y}.{m:02d}.{d:02d}", f"{m}/{y}", f"{d}-{m}-{y}",
            f"{d:02d} {m:02d} {y}", f"{m:02d}-{d:02d}-{y}", f"{y}-{m:02d}-{d:02d}T{d % 24:02d}:{m:02d}:{d:02d}Z", f"{m}/{d}/{y} {d % 24}:{m:02d}", f"{d}/{m}-{y % 100:02d}",
        )  # fmt: skip
        return [(self.dice.choice(forms[:10] if self.dice.random() < 0.6 else forms), Kind.DATE)]

    def slot_d(self) -> list[Piece]:
        roll = self.dice.random()
        if roll < 0.42:
            return self.slot_dn()
        if roll < 0.6:
            return self.slot_dp()
        if roll < 0.66:
            return self.slot_dm()
        y, m, d = self._ymd()
        month, short, th = MONTHS[m - 1], self.dice.choice((SHORT[m - 1], SHORT[m - 1] + ".")), self._th(d)
        forms = (
            f"{month} {d}, {y}", f"{month} {d}, {y}", f"{month} {th}, {y}", f"{month} {th} {y}", f"{month} {d} {y}", f"{d} {month} {y}", f"{th} {month} {y}", f"{th} of {month} {y}", f"{th} of {month}, {y}",
            f"the {th} of {month} {y}", f"{short} {d}, {y}", f"{short} {th}, {y}", f"{short} {d} {y}", f"{d} {short} {y}", f"{d}-{SHORT[m - 1]}-{y}", f"{d:02d}-{SHORT[m - 1]}-{y % 100:02d}", f"{d}{SHORT[m - 1]}{y}",
            f"{d:02d}{SHORT[m - 1].upper()}{y}", f"{self.dice.choice(DAYS[:7])}, {month} {d}, {y}", f"{self.dice.choice(DAYS)} {d} {month} {y}", f"{d} {month}, {y}", f"{month.upper()} {d}, {y}", f"{y} {month} {d}", f"{month} {d},{y}",
            f"{d} {short} '{y % 100:02d}", f"{month} {d}, '{y % 100:02d}", f"{SHORT[m - 1]}/{d}/{y}", f"{SHORT[m - 1]}-{d:02d}-{y}", f"{month} of {y}", f"{month}, {y}", f"{d}th {month} {y}", f"{y}, {month} {d}",
f"{month} {self._ordinal(d)}, {y}", f"{self._ordinal(d)} of {month}, {y}", f"{month} the {th}, {y}",
        )  # fmt: skip
        return [(self.dice.choice(forms), Kind.DATE)]

    def slot_dp(self) -> list[Piece]:
        y, m, d = self._ymd()
        month, short, th = MONTHS[m - 1], SHORT[m - 1], self._th(d)
        forms = (
            f"{month} {d}", f"{month} {th}", f"{d} {month}", f"{th} of {month}", f"the {th} of {month}", f"{short} {d}", f"{short}. {d}", f"{d} {short}", f"{short} {th}", f"{m}/{d}", f"{m:02d}/{d:02d}", f"{self.dice.choice(DAYS[:7])}, {month} {d}",
            f"{self.dice.choice(DAYS)} {m}/{d}", f"{self.dice.choice(DAYS[:7])} the {th}", f"{self.dice.choice(DAYS[:7])} {month} {th}", f"{month} {self._ordinal(d)}", f"{month} the {th}", f"{d}-{short}", f"{self.dice.choice(DAYS[:7])}, {th} {month}", f"{d}{short.upper()}",
        )  # fmt: skip
        roll = self.dice.random()
        return (
            self.slot_hol()
            if roll < 0.05
            else self.slot_mon()
            if roll < 0.1
            else [(self.dice.choice(forms), Kind.DATE)]
        )

    def slot_dm(self) -> list[Piece]:
        y, m, _ = self._ymd()
        forms = (
            f"{MONTHS[m - 1]} {y}",
            f"{MONTHS[m - 1]} {y}",
            f"{SHORT[m - 1]} {y}",
            f"{SHORT[m - 1]}. {y}",
            f"{MONTHS[m - 1]} of {y}",
            f"{m:02d}/{y}",
            f"{m}/{y}",
            f"{MONTHS[m - 1]}, {y}",
            f"{SHORT[m - 1]} '{y % 100:02d}",
            f"{SHORT[m - 1]}-{y % 100:02d}",
            f"{y}-{m:02d}",
            f"early {MONTHS[m - 1]} {y}",
        )
        text = self.dice.choice(forms)
        return (
            [("early ", None), (text[6:], Kind.DATE)]
            if text.startswith("early")
            else self.slot_season()
            if self.dice.random() < 0.05
            else [(text, Kind.DATE)]
        )

    def slot_mon(self) -> list[Piece]:
        return [(self.dice.choice(MONTHS), Kind.DATE)]

    def slot_y(self) -> list[Piece]:
        return [(str(self._ymd()[0]), Kind.DATE)]

    def slot_hol(self) -> list[Piece]:
        name = self.dice.choice(HOLIDAYS)
        if self.dice.random() < 0.35:
            name += self.dice.choice((" ", ", ", " of ")) + str(self._ymd()[0])
        return [("the ", None), (name[4:], Kind.DATE)] if name.startswith("the ") else [(name, Kind.DATE)]

    def slot_season(self) -> list[Piece]:
        season, y = (
            self.dice.choice(("spring", "summer", "fall", "autumn", "winter", "Spring", "Summer", "Fall", "Winter")),
            self._ymd()[0],
        )
        return [
            (
                self.dice.choice(
                    (f"{season} of {y}", f"{season} {y}", f"{season}, {y}", f"Q{y % 4 + 1} {y}", f"Q{y % 4 + 1} of {y}")
                ),
                Kind.DATE,
            )
        ]

    def slot_t(self) -> list[Piece]:
        h, m = self.dice.randint(0, 23), self.dice.randint(0, 59)
        return [
            (
                self.dice.choice(
                    (
                        f"{h:02d}:{m:02d}",
                        f"{h % 12 + 1}:{m:02d} {self.dice.choice(('AM', 'PM'))}",
                        f"{h % 12 + 1}:{m:02d}pm",
                        f"{h % 12 + 1} {self.dice.choice(('am', 'pm', 'a.m.', 'p.m.'))}",
                        f"{h % 12 + 1}am",
                        f"{h:02d}{m:02d} hrs",
                        "noon",
                    )
                ),
                None,
            )
        ]

    def slot_exp(self) -> list[Piece]:
        return [(f"{self.dice.randint(1, 12):02d}/{self.dice.randint(25, 33)}", Kind.DATE)]

    def _th(self, day: int) -> str:
        return f"{day}{'th' if day in {11, 12, 13} else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"

    def _ordinal(self, day: int) -> str:
        first = [
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
            "thirteenth",
            "fourteenth",
            "fifteenth",
            "sixteenth",
            "seventeenth",
            "eighteenth",
            "nineteenth",
            "twentieth",
            "thirtieth",
        ]
        return (
            first[day - 1]
            if day <= 20
            else first[20]
            if day == 30
            else f"{'twenty' if day < 30 else 'thirty'}-{first[day % 10 - 1]}"
        )

    def _age(self) -> int:
        return self.dice.choice(
            (self.dice.randint(1, 89), self.dice.randint(18, 89), self.dice.randint(40, 89), self.dice.randint(90, 107))
        )

    def slot_age(self) -> list[Piece]:
        years = self._age() if self.dice.random() < 0.6 else self.dice.randint(1, 89)
        return [(str(years) if self.dice.random() < 0.93 else self._said(years), Kind.AGE)]

    def _said(self, years: int) -> str:
        if years < 20 or years > 99:
            return str(years)
        return TENS[years // 10] + (f"-{UNITS[years % 10]}" if years % 10 else "")

    def slot_agey(self) -> list[Piece]:
        years = self._age()
        number = str(years) if self.dice.random() < 0.95 else self._said(years)
        after = self.dice.choice(
            (
                " year old",
                "-year-old",
                " year-old",
                " years old",
                " yo",
                "yo",
                " y/o",
                " y.o.",
                "-yo",
                " yr old",
                "yr old",
                "-yr-old",
                "y",
                " yrs",
                " years of age",
                "-year old",
                "-yr old",
                " y",
                "-yrs-old",
                " year-olds",
            )
        )
        if years > 89:
            return [(number + after, Kind.AGE)]
        return [(number, Kind.AGE), (after, None)]

    def slot_old(self) -> list[Piece]:
        years = self.dice.randint(90, 106)
        number = str(years) if self.dice.random() < 0.8 else self._said(years)
        return [
            (
                number
                + self.dice.choice(
                    ("", " years old", " year old", " yo", " years", "-year-old", " y/o", "yo", " yrs old")
                ),
                Kind.AGE,
            )
        ]

    # -- places and organisations
    def slot_h(self) -> list[Piece]:
        return [(self.places.hospital(), Kind.HOSPITAL)]

    def slot_o(self) -> list[Piece]:
        return [(self.places.firm(), Kind.ORGANISATION)]

    def slot_org2(self) -> list[Piece]:
        return [(self.places.house(), Kind.ORGANISATION)]

    def slot_bank(self) -> list[Piece]:
        return [(self.places.bank(), Kind.ORGANISATION)]

    def slot_sch(self) -> list[Piece]:
        return [(self.places.school(), Kind.ORGANISATION)]

    def slot_c(self) -> list[Piece]:
        return [(self.places.city(), Kind.PLACE)]

    def slot_cu(self) -> list[Piece]:
        return [(self.places.city().upper(), Kind.PLACE)]

    def slot_r(self) -> list[Piece]:
        region = self.places.region()
        return [("the ", None), (region[4:], Kind.REGION)] if region.startswith("the ") else [(region, Kind.REGION)]

    def slot_cs(self) -> list[Piece]:
        return self.places.city_state()

    def slot_st(self) -> list[Piece]:
        return [(self.places.street(), Kind.STREET)]

    def slot_addr(self) -> list[Piece]:
        return self.places.address()

    def slot_addrl(self) -> list[Piece]:
        """Return an address in lines, as they stand in letters and forms."""
        lead = self.dice.choice(("", "", "", "", "  ", "\t", "* ", "- ", "\u2022 ", "    "))
        pieces = [(lead, None), *self.places.address(f"\n{lead}")]
        if self.dice.random() < 0.3:
            pieces = self.places.lines(f"\n{lead}")
        if self.dice.random() < 0.2:
            pieces = [(text.upper() if kind is Kind.PLACE else text, kind) for text, kind in pieces]
        return pieces

    def slot_zip(self) -> list[Piece]:
        return [(self.places.postcode(self.dice.choice(("us", "us", "us", "uk", "ca", "nl"))), Kind.POSTCODE)]

    def slot_nat(self) -> list[Piece]:
        return [(self.places.mine(NATIONALITIES), Kind.NATIONALITY)]

    def slot_job(self) -> list[Piece]:
        job = self.dice.choice(JOBS) if self.dice.random() < 0.5 else self.dice.choice(self._jobs)
        job = self.dice.choice((job, job, job.lower(), job.title()))
        return [(job, Kind.PROFESSION)]

    # -- numbers
    def _d(self, many: int) -> str:
        return self.places.digits(many)

    def slot_ph(self) -> list[Piece]:
        d, a, b = self._d, str(self.dice.randint(201, 989)), str(self.dice.randint(200, 999))
        forms = (
            f"({a}) {b}-{d(4)}", f"{a}-{b}-{d(4)}", f"{a}.{b}.{d(4)}", f"{a} {b} {d(4)}", f"{a}{b}{d(4)}", f"+1 {a} {b} {d(4)}", f"+1-{a}-{b}-{d(4)}", f"1-800-{b}-{d(4)}", f"({a}){b}-{d(4)}", f"001-{a}-{b}-{d(4)}",
            f"{a}-{b}-{d(4)}x{d(3)}", f"({a}) {b}-{d(4)} ext. {d(4)}", f"+1 ({a}) {b}-{d(4)}", f"{b}-{d(4)}", f"+44 20 {d(4)} {d(4)}", f"020 {d(4)} {d(4)}", f"07{d(3)} {d(6)}", f"+44 7{d(3)} {d(6)}", f"0{d(4)} {d(6)}", f"(0{d(3)}) {d(3)} {d(4)}",
            f"+49 {d(3)} {d(7)}", f"0{d(2)} {d(3)} {d(2)} {d(2)}", f"+33 {self.dice.randint(1, 7)} {d(2)} {d(2)} {d(2)} {d(2)}", f"0{self.dice.randint(1, 7)} {d(2)} {d(2)} {d(2)} {d(2)}", f"+34 6{d(2)} {d(3)} {d(3)}", f"6{d(2)} {d(3)} {d(3)}",
            f"+39 06 {d(7)}", f"+61 4{d(2)} {d(3)} {d(3)}", f"04{d(2)} {d(3)} {d(3)}", f"(0{self.dice.randint(2, 8)}) {d(4)} {d(4)}", f"+91 {d(5)} {d(5)}", f"+91-9{d(9)}", f"+86 13{d(9)}", f"+81-3-{d(4)}-{d(4)}", f"+55 11 9{d(4)}-{d(4)}", f"+52 55 {d(4)} {d(4)}",
            f"+31 6 {d(8)}", f"+46 70 {d(3)} {d(2)} {d(2)}", f"+48 {d(3)} {d(3)} {d(3)}", f"+7 9{d(2)} {d(3)}-{d(2)}-{d(2)}", f"+972-5{d(1)}-{d(3)}-{d(4)}", f"+234 80{d(1)} {d(3)} {d(4)}", f"00{d(2)} {d(3)} {d(6)}", f"+{d(2)}{d(9)}", f"0{d(9)}", f"{d(3)}-{d(3)}{d(4)}",
        )  # fmt: skip
        return [(self.dice.choice(forms[:6] if self.dice.random() < 0.35 else forms), Kind.PHONE)]

    def slot_fax(self) -> list[Piece]:
        return [(self.slot_ph()[0][0], Kind.FAX)]

    def _user(self) -> str:
        given, family = (plain(one).lower().replace(" ", "").replace("'", "") for one in self._person())
        return self.dice.choice(
            (
                f"{given}.{family}",
                f"{given}{family}",
                f"{given[0]}{family}",
                f"{given}_{family}",
                f"{given}{self._d(2)}",
                f"{family}{self._d(3)}",
                f"{given}-{family}",
            )
        )

    def _domain(self) -> str:
        word = self.dice.choice(
            (
                self.places.invented(),
                self.family(),
                f"{self.family()}-{self.family()}",
                f"{self.places.surname()}{self.dice.choice(('health', 'clinic', 'group', 'bank'))}",
            )
        )
        return plain(word).lower().replace(" ", "").replace("'", "") + self.dice.choice(
            (
                ".com",
                ".com",
                ".org",
                ".net",
                ".edu",
                ".co.uk",
                ".de",
                ".info",
                ".biz",
                ".io",
                ".fr",
                ".it",
                ".eu",
                ".gov",
                ".us",
                ".com.au",
                ".ca",
            )
        )

    def slot_em(self) -> list[Piece]:
        return [
            (
                f"{self._user()}@{self.dice.choice((self._domain(), 'gmail.com', 'yahoo.com', 'hotmail.com', 'example.org'))}",
                Kind.EMAIL,
            )
        ]

    def slot_url(self) -> list[Piece]:
        return [
            (
                self.dice.choice(("https://", "http://", "www.", "https://www."))
                + self._domain()
                + self.dice.choice(
                    ("", "/", f"/{self._user()}", f"/patient/{self._d(5)}?id={self._d(3)}", "/index.html")
                ),
                Kind.URL,
            )
        ]

    def slot_dom(self) -> list[Piece]:
        return [(self._domain(), Kind.URL)]

    def slot_ip(self) -> list[Piece]:
        r = lambda: self.dice.randint(0, 255)
        six = ":".join(f"{self.dice.randint(0, 65535):x}" for _ in range(8))
        return [(f"{r()}.{r()}.{r()}.{r()}" if self.dice.random() < 0.75 else six, Kind.IP)]

    def slot_mac(self) -> list[Piece]:
        return [(":".join(f"{self.dice.randint(0, 255):02x}" for _ in range(6)), Kind.DEVICE)]

    def slot_soc(self) -> list[Piece]:
        return [(f"@{self._user().replace('.', '_').replace('-', '_')}", Kind.SOCIAL)]

    def slot_user(self) -> list[Piece]:
        return [(self._user(), Kind.SOCIAL)]

    def slot_ssn(self) -> list[Piece]:
        a, b, c = (
            str(self.dice.randint(100, 665)),
            f"{self.dice.randint(1, 99):02d}",
            f"{self.dice.randint(1, 9999):04d}",
        )
        return [
            (
                self.dice.choice(
                    (f"{a}-{b}-{c}", f"{a}-{b}-{c}", f"{a} {b} {c}", f"{a}{b}{c}", f"***-**-{c}", f"XXX-XX-{c}")
                ),
                Kind.NATIONAL_ID,
            )
        ]

    def slot_nhs(self) -> list[Piece]:
        return [(f"{self._d(3)} {self._d(3)} {self._d(4)}", Kind.NATIONAL_ID)]

    def _code(self) -> str:
        up = lambda k: "".join(self.dice.choice(string.ascii_uppercase) for _ in range(k))
        d = self._d
        return self.dice.choice((
            d(5), d(6), d(7), d(7), d(8), d(8), d(9), d(10), d(12), f"{d(3)}-{d(2)}-{d(2)}", f"{d(2)}-{d(6)}", f"{up(1)}{d(7)}", f"{up(2)}{d(6)}", f"{up(3)}-{d(5)}", f"{up(2)}-{d(4)}-{d(3)}", f"#{d(6)}", f"{d(4)}{up(2)}{d(3)}", f"{up(1)}{d(2)}-{d(5)}",
            f"{d(2)}{up(1)}{d(5)}", f"{up(3)}{d(4)}{up(2)}", f"{d(6)}-{d(1)}", f"{up(2)}{d(2)}-{d(5)}", f"{d(3)} {d(3)} {d(3)}", f"{up(4)}{d(6)}", f"{d(4)}-{d(4)}", f"S{d(2)}-{d(5)}", f"{d(2)}:{up(2)}{d(5)}", f"{up(1)}-{d(3)}.{d(3)}",
        ))  # fmt: skip

    def _numbered(self, kind: Kind) -> list[Piece]:
        return [(self._code(), kind)]

    def slot_mrn(self) -> list[Piece]:
        return self._numbered(Kind.RECORD_NUMBER)

    def slot_acct(self) -> list[Piece]:
        return self._numbered(Kind.ACCOUNT)

    def slot_pol(self) -> list[Piece]:
        return self._numbered(Kind.INSURANCE)

    def slot_id(self) -> list[Piece]:
        return self._numbered(Kind.OTHER_ID)

    def slot_dl(self) -> list[Piece]:
        return self._numbered(Kind.LICENCE)

    def slot_pp(self) -> list[Piece]:
        return self._numbered(Kind.NATIONAL_ID)

    def slot_dev(self) -> list[Piece]:
        return self._numbered(Kind.DEVICE)

    def slot_udi(self) -> list[Piece]:
        return [(f"{self._d(14)}(21){self._code()}", Kind.DEVICE)]

    def slot_npi(self) -> list[Piece]:
        return [(f"1{self._d(9)}", Kind.LICENCE)]

    def slot_dea(self) -> list[Piece]:
        return [(f"{self.dice.choice('ABFM')}{self.dice.choice(string.ascii_uppercase)}{self._d(7)}", Kind.LICENCE)]

    def slot_card(self) -> list[Piece]:
        prefix, length = self.dice.choice(CARDS)
        bare = prefix + self._d(length - len(prefix) - 1)
        bare += luhn.calc_check_digit(bare)
        gap = self.dice.choice(("", "", "-", " "))
        return [(gap.join(bare[at : at + 4] for at in range(0, len(bare), 4)), Kind.ACCOUNT)]

    def slot_iban(self) -> list[Piece]:
        land = self.dice.choice(list(IBAN_LENGTHS))
        bank = "".join(self.dice.choice(string.ascii_uppercase) for _ in range(4)) if land in {"GB", "NL", "IE"} else ""
        rest = bank + self._d(IBAN_LENGTHS[land] - len(bank))
        whole = land + iban.calc_check_digits(f"{land}00{rest}") + rest
        return [
            (
                " ".join(whole[at : at + 4] for at in range(0, len(whole), 4)) if self.dice.random() < 0.4 else whole,
                Kind.ACCOUNT,
            )
        ]

    def slot_btc(self) -> list[Piece]:
        signs = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
        return [(self.dice.choice("13") + "".join(self.dice.choice(signs) for _ in range(33)), Kind.ACCOUNT)]

    def slot_vin(self) -> list[Piece]:
        return [("".join(self.dice.choice("ABCDEFGHJKLMNPRSTUVWXYZ0123456789") for _ in range(17)), Kind.VEHICLE)]

    def slot_plate(self) -> list[Piece]:
        up = lambda k: "".join(self.dice.choice(string.ascii_uppercase) for _ in range(k))
        return [
            (
                self.dice.choice(
                    (
                        f"{up(3)}-{self._d(4)}",
                        f"{up(3)} {self._d(3)}",
                        f"{up(2)}{self._d(2)} {up(3)}",
                        f"{self._d(1)}{up(3)}{self._d(3)}",
                        f"{up(1)}-{up(2)} {self._d(4)}",
                    )
                ),
                Kind.VEHICLE,
            )
        ]

    def slot_bed(self) -> list[Piece]:
        n, ward = (
            self.dice.randint(1, 999),
            self.dice.choice(("ICU", "4 West", "5E", "Ward 7", "CCU", "Tower 3", "6N", "MICU", "3B")),
        )
        return [
            (
                self.dice.choice(
                    (
                        f"room {n}",
                        f"rm {n}",
                        f"bed {n % 40}",
                        f"Room {n}",
                        f"{ward} bed {n % 30}",
                        f"{n}A",
                        f"room {n}-{n % 3 + 1}",
                        f"bed {n % 9}B",
                        f"{ward} {n}",
                        f"Rm {n}B",
                    )
                ),
                Kind.BED,
            )
        ]

    def slot_num(self) -> list[Piece]:
        return [
            (
                str(self.dice.choice((self.dice.randint(1, 12), self.dice.randint(1, 99), self.dice.randint(1, 999)))),
                None,
            )
        ]
