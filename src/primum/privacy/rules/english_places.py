"""Hospitals, companies, schools, streets, postcodes, states and countries in English text."""

import re
from collections.abc import Iterator

from primum.privacy.edges import LETTER
from primum.privacy.lexicons.loader import words
from primum.privacy.rules.scanning import Hints, Seen, near, several
from primum.privacy.spans import Kind, Span

FEWEST_CAPITALS = 5
"""A word in capitals of no more letters before two more letters is medicine: ``DVT, PE``."""
_CAP = rf"(?:[A-ZÀ-ÖØ-Þ][{LETTER}'\u2019\-]*|[A-Z]\.(?:[A-Z]\.)*)"
_LINK = r"(?:of|the|and|&|for|at|de|la|del|St\.|Mt\.|Ft\.|-)"
_INSTITUTION = (
    r"Hospitals?|Clinics?|Infirmary|Hospice|Sanatorium|Polyclinic|(?:Medical|Health|Healthcare|Cancer"
    r"|Heart|Trauma|Surgery|Surgical|Care|Nursing|Rehabilitation|Rehab|Dialysis|"
    r"Imaging|Birth|Wellness|Community|Treatment|Recovery|Hospice|Urgent\s+Care|Veterans|Senior|Eye"
    r"|Pain|Sleep|Endoscopy|Women['\u2019]?s|Children['\u2019]?s|Stroke|Burn|Detox|Diagnostic"
    r"|Ambulatory|Outpatient|Emergency)\s+"
    r"(?:Center|Centre|Home|Group|Institute|System|Services|Facility|Clinic|Unit|Associates|Partners"
    r"|Village|Campus|Network|City|Practice|Plaza|Pavilion)|"
    r"(?:Health|Medical|Health\s*care)\s+(?:System|Network|Group|Center|Centre)|Health\s?[Cc]are"
    r"|Health\s+Science\s+Center|"
    r"Nursing\s+(?:Home|and\s+Rehab(?:ilitation)?(?:\s+Center)?)|Care\s+Home|Retirement\s+(?:Home"
    r"|Village|Community)|Assisted\s+Living|Skilled\s+Nursing(?:\s+Facility)?|Memory\s+Care|"
    r"NHS(?:\s+Foundation)?\s+Trust|Urgent\s+Care|Family\s+(?:Practice|Medicine|Health)|Pediatrics"
    r"|Orthop(?:a)?edics|Radiology|Cardiology\s+Associates|Laborator(?:y|ies)|Pharmacy|"
    r"VA(?:\s+Medical\s+Center|MC)|Medical\s+(?:Clinic|Practice|Associates|School|College)"
    r"|Surgical\s+Associates|Behavioral\s+Health"
)
_LEARNED = (
    r"University|College|Institute(?:\s+of\s+Technology)?|Academy|(?:High|Middle|Elementary|Primary"
    r"|Grammar|Secondary|Law|Business|Medical)\s+School|Kindergarten|Seminary|Polytechnic"
)
_FIRM = (
    r"Inc|LLC|L\.L\.C|Ltd|LLP|PLC|plc|Corp|Corporation|GmbH|AG|S\.A|S\.p\.A|B\.V|Pty|Limited"
    r"|Incorporated|Holdings|Enterprises|Industries|Solutions|Technologies|Consulting|Logistics|"
    r"Pharmaceuticals|Airlines|Airways|Insurance|Bank|Credit\s+Union|Partners|Associates|Foundation|Company|Group"
)
_TAIL = (
    r"(?:\s*(?:,|-|–)?\s*(?:of|at|in|for)\s+(?:the\s+)?(?:(?:North|South|East|West|Northern|Southern"
    r"|Eastern|Western|Central|Greater|Upper|Lower|Northeast|Northwest|Southeast"
    rf"|Southwest)\s+)?{_CAP}(?:\s+{_CAP}){{0,2}})"
)
_HOSPITAL = re.compile(
    rf"(?<![{LETTER}.])(?P<name>(?:St\.?|Saint|Mt\.?|Mount|Ft\.?|The|University\s+of"
    rf"|{_CAP})(?:[ \t]+(?:{_CAP}|of|the|and|&|for|de|la|del"
    rf"|-)){{0,6}}?)[ \t]+(?:{_INSTITUTION})(?![{LETTER}])"
    rf"(?:[ \t]+(?:{_INSTITUTION}|Campus|East|West|North|South|Annex|Foundation|and[ \t]+Clinics))*(?P<tail>{_TAIL})?"
)
_SCHOOL = re.compile(
    rf"(?<![{LETTER}.])(?:University|College|Institute)\s+(?:of"
    rf"|for)\s+(?:the\s+)?{_CAP}(?:[\s,]+(?:at\s+)?{_CAP}){{0,3}}"
    rf"|(?<![{LETTER}.])(?:{_CAP}[ \t]+){{1,4}}(?:{_LEARNED})(?![{LETTER}])(?:\s+of\s+"
    rf"(?:{_CAP}\s?){{1,3}})?"
)
_COMPANY = re.compile(
    rf"(?<![{LETTER}.])(?:{_CAP}(?:,?[ \t]+(?:and|&)[ \t]+|,[ \t]+|[ \t]+|-)){{1,5}}(?:(?:and"
    rf"|&)[ \t]+(?:Sons|Co|Company|Partners|Associates)|{_FIRM})(?:\.|(?![{LETTER}]))(?:,?[ \t]+(?:Inc"
    r"|LLC|Ltd|Corp)\b\.?)?"
)
_TYPES = (
    r"Street|St|Avenue|Ave|Av|Road|Rd|Drive|Dr|Lane|Ln|Boulevard|Blvd|Court|Ct|Place|Pl|Way|Terrace"
    r"|Ter|Circle|Cir|Trail|Trl|Parkway|Pkwy|Square|Sq|Close|Crescent|Cres|Row|Mews|Grove|Gardens|"
    r"Highway|Hwy|Turnpike|Pike|Alley|Loop|Plaza|Walk|Path|Crossing|Ridge|Hill|Heights|View|Run|Quay"
    r"|Parade|Esplanade|Green|Point|Station|Extension|Expressway|Freeway|Route|Broadway|Bypass|Mall"
    r"|Promenade"
)
_UNIT = (
    r"(?:,?\s*(?:(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Fl|Room|Rm|Bldg"
    r"|Building)\.?\s*#?\s?[A-Za-z]?\d{0,5}[A-Za-z]?|#\s?\d{1,5}[A-Za-z]?)(?![A-Za-z]))?"
)
_ENGLISH_STREET = re.compile(
    r"(?:(?:Flat|Apt|Apartment|Unit"
    rf"|Suite)\.?\s+\w{{1,5}},?\s+)?\d{{1,5}}(?:-\d{{1,5}})?[A-Za-z]?,?\s+(?:(?:N|S|E|W|NE|NW|SE|SW"
    r"|North|South|East|West)\.?\s+)?"
    rf"(?:(?:[A-ZÀ-ÖØ-Þ][{LETTER}'\u2019\-.]*|\d{{1,3}}(?:st|nd|rd|th)|of|the|de"
    rf"|la)\s+){{1,4}}(?:{_TYPES})\b\.?(?:\s+(?:N|S|E|W|NE|NW|SE|SW|North|South|East"
    rf"|West)\b\.?)?{_UNIT}",
)
_LOWER_STREET = re.compile(
    r"\d{1,5}[a-z]?\s+(?:(?:n|s|e|w|north|south|east|west)\.?\s+)?(?:(?:[a-z]{2,20}|\d{1,3}(?:st|nd|rd"
    r"|th))\s+){1,3}(?:street|st|avenue|ave|road|rd|drive|lane|ln|boulevard|blvd|court|parkway|pkwy"
    r"|highway|hwy|terrace|circle)\b\.?"
    r"(?:,?\s*(?:apt|suite|unit|#)\.?\s*#?\s?\w{1,5})?"
)
_BOX = re.compile(
    r"(?<![A-Za-z])(?i:P\.?\s?O\.?\s?Box|Post(?:al)?\s+Box|Postfach|GPO\s+Box|PMB)\s*#?\s?\d{1,6}"
    r"|(?<![A-Za-z])(?:PSC|CMR|Unit)\s+\d{1,6},?\s+(?:Box\s+\d{1,6}|APO|FPO|DPO)"
)
_MILITARY = re.compile(
    r"(?<![A-Za-z])(?:USS|USNS|USCGC)\s+[A-Z]\w+|(?<![A-Za-z])(?:APO|FPO|DPO),?\s+(?:AA|AE|AP)(?:\s+\d{5}(?:-\d{4})?)?"
)
_FOREIGN_STREET = re.compile(
    rf"(?<![{LETTER}])(?:(?:Calle|C/|Carrer|Avda?\.?|Avenida|Av\.|Plaza|Paseo|Rua|R\.|Travessa|Praça"
    r"|Via|Viale|Corso|Piazza|Largo|Borgo|Vicolo|Contrada|Strada|Rue|Avenue|Boulevard|Place|Chemin"
    r"|Allée|Impasse|Quai|ul\.|Ul\.|ulica|al\.|os\.|pl\.|Jalan|Jl\.|Jln\.?|Rruga|Strada|Str\.)"
    r"\s+(?:(?:de|del|de\s+la|della|di|da|do|dos|das|du|des|le|la|les|of"
    rf"|w)\s+)?[A-ZÀ-ÖØ-Þ0-9][{LETTER}'\u2019\-.]*(?:\s+(?:(?:de|del|della|di|da|do|du|e"
    rf"|y)\s+)?[A-ZÀ-ÖØ-Þ][{LETTER}'\u2019\-.]*){{0,4}},?\s+(?:No\.?\s?:?\s?|#"
    rf"|n[º°.]?\s?)?\d{{1,5}}[A-Za-z]?(?:[/\-]\d{{1,4}})?"
    rf"|[A-ZÀ-ÖØ-Þ][{LETTER}\-]*(?:straße|strasse|str\.|weg|platz|gasse|allee|ring|damm|ufer|straat"
    r"|laan|plein|gracht|kade|dreef|singel|steeg|gatan|gata|vägen|vagen|veien|vegen|vej|gade|alle"
    r"|stræde|katu|tie|kuja|polku|utca|út|tér|körút|köz|ulice|ulica|ova|ska|cesta|iela|gatvė|tänav"
    rf"|sokak|caddesi|cad\.)(?:\s+\d{{1,4}}\.?\s?[A-Za-z]?(?:[/\-]\d{{1,4}})?(?![{LETTER}]))"
    rf"|(?:[A-ZÀ-ÖØ-Þ][{LETTER}\-]*\s+){{1,2}}(?:utca|út|u\.|tér|krt\.|köz|katu|tie|Strasse|Straße"
    r"|Str\.|Weg|Platz|Sokak|Cad\.|Sok\.|Nagar|Marg|Road"
    rf"|Street)\s+(?:No\.?\s?:?\s?)?\d{{1,4}}\.?[A-Za-z]?)"
    rf"|\d{{1,4}}(?:\s?(?:bis|ter|[A-Z]))?,?\s+(?:rue|avenue|boulevard|place|chemin|allée|impasse|quai"
    r"|route|cours|square)\s+(?:(?:de|du|des|de\s+la|la|le|les"
    rf"|d['\u2019])\s*)*[A-ZÀ-ÖØ-Þ][{LETTER}'\u2019\-]*"
    rf"(?:[\s\-]+[A-ZÀ-ÖØ-Þ][{LETTER}'\u2019\-]*){{0,3}}"
)
_STATES = (
    "Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|"
    "Mississippi|Missouri|Montana|Nebraska|Nevada|New Hampshire|New Jersey|New Mexico|New York|North "
    "Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|South Carolina|South "
    "Dakota|"
    "Tennessee|Texas|Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming|Puerto "
    "Rico|Guam|Ontario|Quebec|Québec|British Columbia|Alberta|Manitoba|Saskatchewan|Nova Scotia|New "
    "Brunswick|"
    "Newfoundland|Newfoundland and Labrador|Prince Edward Island|Yukon|Nunavut|Northwest "
    "Territories|New South Wales|Queensland|Tasmania|South Australia|Western Australia|Northern "
    "Territory"
)
_CODES = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|DC|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|PR|GU|AA|AE|AP|"
    "ON|QC|BC|AB|MB|SK|NS|NB|NL|PE|YT|NT|NU|NSW|VIC|QLD|TAS|ACT"
)
_STATE_ZIP = re.compile(rf"(?:{_CODES})\.?,?[ \t]+(?:\d{{5}}(?:-\d{{4}})?(?![\d\-]))")
_POSTCODE = re.compile(
    r"[A-Z]{1,2}\d[0-9A-Z]? \d[A-Z]{2}(?![A-Za-z0-9\-])"
    r"|[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z][ \-]\d[ABCEGHJ-NPRSTV-Z]\d(?![A-Za-z0-9\-])"
    r"|\d{5}-\d{3,4}(?![0-9A-Za-z\-])"
    r"|[1-9]\d{3} (?!AM|PM|MG|ML|IU|HR)[A-Z]{2}(?=[ ,]+[A-Z][a-z])"
)
_CODE_HINT = re.compile(r"\d(?=[A-Z]{2}(?![A-Za-z0-9])|[A-Z][ \-]?\d[A-Z]\d|-\d{3,4}(?!\d)| [A-Z]{2}[ ,])")
_POSTCODE_LABELLED = re.compile(
    r"(?<![A-Za-z])(?i:zip(?:\s?code)?|post\s?code|postal\s+code|pin\s?code|zipcode)s?(?:\s+(?:is|of"
    r"|number|area))?\s*[:=#]?\s*(?P<x>[A-Z]{0,2}\d[0-9A-Z]{2,5}(?:[ \-]\d[A-Z]{2}|-\d{3,4}"
    r"| \d[A-Z]\d)?)(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_TOWN_HINT = re.compile(r"\d\d{1,4}[ \t]+(?=[A-ZÀ-ÖØ-Þ]{1,2}[a-zà-ÿ ])")
_TOWN_CODE = re.compile(
    rf"(?P<code>\d{{4,5}}|\d{{3}} \d{{2}}|\d{{2}}-\d{{3}}"
    rf"|\d{{4}} [A-Z]{{2}})[ \t]+(?P<town>[A-ZÀ-ÖØ-Þ][{LETTER}'\u2019\-]+"
    rf"(?:[ \t]+[A-ZÀ-ÖØ-Þ][{LETTER}'\u2019\-]+){{0,2}})"
)
_BED = re.compile(
    r"(?<![A-Za-z])(?i:(?:bed|room|rm|bay|cubicle|ward|icu bed|er bed)\s*(?:no\.?|number|#"
    r"|:)?\s*)(?P<x>#?(?:[A-Z]{1,2}-?)?\d{1,4}(?:[\-/]\d{1,3})?[A-Da-d]?)(?![\d.%:/]|[A-Za-z]{2,}|,\d"
    r"|\s?(?:air|temp|mg|x\b|patients|beds?\b|L\b|min|hours|days|degrees))"
)


_FOREIGN_NUMBERED = re.compile(
    rf"\d{{1,4}}(?:\s?(?:bis|ter|[A-Z]))?,?\s+(?:rue|avenue|boulevard|place|chemin|allée|impasse|quai"
    r"|route|cours|square)\s+(?:(?:de\s+la|de|du|des|la|le|les"
    rf"|d['\u2019])\s*)*[A-ZÀ-ÖØ-Þ][{LETTER}'\u2019\-]*"
    rf"(?:[\s\-]+[A-ZÀ-ÖØ-Þ][{LETTER}'\u2019\-]*){{0,3}}"
)
_HOUSE = re.compile(r"\d\d{0,4}(?=[A-Za-z]?(?:-\d{1,5})?,?\s+(?:[A-ZÀ-ÖØ-Þ]|\d{1,3}(?:st|nd|rd|th)|(?:of|the) ))")
_INSTITUTION_HINTS = Hints(
    several(
        "Hospital Clinic Infirmary Hospice Sanatorium Polyclinic Center Centre Home Health Institute "
        "Trust Care Living Nursing Practice Medicine Pediatrics Orthop Radiology Laborator "
        "Pharmacy Services System Group Associates HOSPITAL CLINIC CENTER CENTRE"
    ),
    exact=True,
)
_LEARNED_HINTS = Hints(
    (
        "University",
        "College",
        "Institute",
        "Academy",
        "School",
        "Kindergarten",
        "Seminary",
        "Polytechnic",
        "UNIVERSITY",
        "COLLEGE",
    ),
    exact=True,
)
_FIRM_HINTS = Hints(
    several(
        " Inc, LLC, Ltd, LLP, PLC, plc, Corp, GmbH, AG, Pty, Limited, Holdings, Enterprises, Industries, "
        "Solutions, Technologies, Consulting, Logistics, Pharmaceuticals, Airlines,"
        " Airways, Insurance, Bank, Credit Union, Partners, Associates, Foundation, Company, Group,& Sons,"
        " Sons,& Co",
        ",",
    ),
    exact=True,
)
_FOREIGN_HINTS = Hints(
    (
        *several(
            "Calle |C/ |Carrer |Avda|Avenida |Av. |Plaza |Paseo |Rua |Via |Viale |Corso |Piazza |Rue "
            "|Boulevard |ul. |Ul. |Jalan |Jl. |strasse |str. |Str. |weg |platz |gasse |allee |straat |laan "
            "|gracht |gatan |gata "
            "|veien |vej |gade |katu |utca |ova |ska |Sokak |Cad. |Nagar|Marg",
            "|",
        ),
        "straße ",
        "vägen ",
        "stræde ",
        " út ",
        " tér ",
        "Straße ",
        "Chemin ",
        "Allée ",
    ),
    exact=True,
)
_NUMBERED_HINTS = Hints((" rue ", " avenue ", " boulevard ", " place ", " chemin ", " allée ", " quai ", " route de"))
_BOX_HINTS = Hints(("box ", "box#", "postfach", "pmb "))
_MILITARY_HINTS = Hints(("APO", "FPO", "DPO", "USS ", "USNS ", "USCGC "), exact=True)
_CODE_HINTS = Hints(("zip", "post", "pin"))
_STREET_HINTS = Hints(
    f" {one}"
    for one in several(
        "street st avenue ave road rd drive lane ln boulevard blvd court parkway pkwy highway hwy terrace circle"
    )
)
_COMMA_STATE = re.compile(
    rf",[ \t]*(?P<state>(?:{_CODES})(?![A-Za-z])"
    rf"|(?:{_STATES})(?![a-z]))(?P<zip>,?\s+\d{{5}}(?:-\d{{4}})?(?![\d\-])|\s+[A-Z]\d[A-Z]\s?\d[A-Z]\d"
    rf"|\s+\d{{4}}(?!\d))?"
)
_TOWN_BEFORE = re.compile(
    rf"(?<![{LETTER}.])(?:(?:St|Ft|Mt)\.?[ \t]+)?[A-ZÀ-ÖØ-Þ][{LETTER}'\u2019\-]+(?:[ \t]+(?:of[ \t]+"
    rf"|on[ \t]+|de[ \t]+)?[A-ZÀ-ÖØ-Þ][{LETTER}'\u2019\-]+){{0,3}}\Z"
)
_BED_HINTS = Hints(("bed", "room", "rm", "bay", "cubicle", "ward"))
_FIVE = re.compile(r"\d{5}")
_FIRMS = ((_SCHOOL, _LEARNED_HINTS), (_COMPANY, _FIRM_HINTS))
_ALL_FIRM_HINTS = frozenset(hints for _, hints in _FIRMS)
_STREETS = (
    (_LOWER_STREET, _STREET_HINTS, 50),
    (_FOREIGN_NUMBERED, _NUMBERED_HINTS, 8),
    (_FOREIGN_STREET, _FOREIGN_HINTS, 40),
    (_BOX, _BOX_HINTS, 12),
    (_MILITARY, _MILITARY_HINTS, 4),
)
_ALL_STREET_HINTS = frozenset(hints for _, hints, _ in _STREETS)


def places(seen: Seen) -> Iterator[Span]:
    """Yield addresses, hospitals, schools, companies, towns before a state, and states.

    Args:
        seen: Any text.
    """
    for match in seen.near(_HOSPITAL, _INSTITUTION_HINTS):
        if _is_proper(match["name"]):
            yield Span(match.start() + _lead(match["name"]), match.end(), Kind.HOSPITAL, "rule:hospital")
    for pattern, hints in _FIRMS if seen.has_any(_ALL_FIRM_HINTS) else ():
        for match in seen.near(pattern, hints):
            yield Span(match.start() + _lead(match.group()), match.end(), Kind.ORGANISATION, "rule:organisation")
    yield from _streets(seen)
    yield from _towns(seen)
    for match in seen.near(_BED, _BED_HINTS, before=0, after=30):
        yield Span(*match.span(), Kind.BED, "rule:bed")


def _streets(seen: Seen) -> Iterator[Span]:
    for hint in _HOUSE.finditer(seen.text) if seen.has_digit else ():
        match = _ENGLISH_STREET.match(seen.text, hint.start())
        if match:
            yield Span(*match.span(), Kind.STREET, "rule:street")
    for pattern, hints, back in _STREETS if seen.has_any(_ALL_STREET_HINTS) else ():
        for match in seen.near(pattern, hints, before=back):
            yield Span(*match.span(), Kind.STREET, "rule:street")


def _towns(seen: Seen) -> Iterator[Span]:
    text = seen.text
    for match in _COMMA_STATE.finditer(text) if "," in text else ():
        town = _TOWN_BEFORE.search(text, max(0, match.start() - 50), match.start())
        if town and (not town.group().isupper() or len(town.group()) > FEWEST_CAPITALS or match["zip"]):
            yield Span(town.start() + _lead(town.group()), town.end(), Kind.PLACE, "rule:town")
            yield Span(*match.span("state"), Kind.REGION, "rule:state")
            if match["zip"]:
                yield Span(*match.span("zip"), Kind.POSTCODE, "rule:postcode")
    if seen.has_digit:
        yield from _postcodes(seen)


def _postcodes(seen: Seen) -> Iterator[Span]:
    text = seen.text
    for match in _STATE_ZIP.finditer(text) if _FIVE.search(text) else ():
        if not _is_glued(text, match.start()):
            yield Span(*match.span(), Kind.POSTCODE, "rule:postcode")
    for match in near(text, _POSTCODE, (one.start() for one in _CODE_HINT.finditer(text)), before=6, after=12):
        if not (_is_glued(text, match.start()) or text[match.start() - 1 : match.start()] in {"-", ".", "/"}):
            yield Span(*match.span(), Kind.POSTCODE, "rule:postcode")
    for match in seen.near(_POSTCODE_LABELLED, _CODE_HINTS, before=2, after=40):
        yield Span(*match.span("x"), Kind.POSTCODE, "rule:postcode")
    for match in near(text, _TOWN_CODE, (one.start() for one in _TOWN_HINT.finditer(text)), before=4, after=60):
        if text[match.start() - 1 : match.start()] in {"\n", ",", " ", "-"} and is_town(match["town"]):
            yield Span(*match.span("code"), Kind.POSTCODE, "rule:postcode")
            yield Span(*match.span("town"), Kind.PLACE, "rule:town")


def _is_glued(text: str, start: int) -> bool:
    """Return whether the word goes on to the left."""
    return start > 0 and text[start - 1].isalnum()


_LEADING = frozenset(
    {
        "the",
        "a",
        "an",
        "at",
        "in",
        "from",
        "to",
        "our",
        "my",
        "her",
        "his",
        "your",
        "this",
        "that",
        "new",
        "local",
        "and",
        "patient",
        "seen",
        "name",
        "facility",
        "hospital",
        "attending",
        "dear",
        "thank",
        "for",
    }
)
_GENERIC = frozenset(
    several("""
    the a an this that our my his her their your local general community regional public private state county
    university teaching city outside other another same new old main day any each every
    mental primary urgent home intensive critical long short acute medical surgical cancer heart women children
    family pediatric psychiatric rural nearby outpatient inpatient emergency hospital clinic
    of and for at discharge transfer admit admitted discharged skilled nursing cardiac pain wound sleep breast
    trauma burn stroke level veterans foot eye dental allergy asthma diabetes orthopedic
    cardiology neurology oncology dermatology urology preop postop pre post fertility speech vision hearing
    behavioral occupational student employee international national he she they we i it is was no not
    postanesthesia anesthesia chiropractic transplant renal vascular atrial fibrillation
    in on to from with by per via seen called sent see patient pt patients dr mr mrs ms initial routine annual prior
    previous referring transferring receiving
""")
)


def _lead(name: str) -> int:
    """Return how many signs at the beginning of a find belong to the sentence before it."""
    skipped = 0
    while True:
        head, gap, rest = name[skipped:].partition(" ")
        if not rest or head.lower().strip(",.:") not in _LEADING:
            return skipped
        skipped += len(head) + len(gap)


def _is_proper(name: str) -> bool:
    """Return whether a hospital has a name, and is not just any hospital."""
    return any(word.strip(".,'-").lower() not in _GENERIC for word in re.split(r"[\s\-]+", name) if word)


def is_town(name: str) -> bool:
    """Return whether a word of a name is one of a town's, or no word of English."""
    return any(one.lower() in words("en_places") or one.lower() not in words("en_words") for one in name.split())
