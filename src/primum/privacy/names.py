"""Parts of names that are other things too: words, months, diseases named after somebody."""

import re

from primum.privacy.dice import plain

DOUBLE_SURNAMES = (
    "欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "司徒", "令狐", "端木", "夏侯",
    "歐陽", "司馬",
)  # fmt: skip
"""Chinese surnames of two characters, simplified and traditional."""
_ORDINARY = """
    may will mark grace hope joy faith rose iris ivy dawn june april august summer young old long short small little
    brown black white green gray grey gold silver field wood woods stone hill bank banks bush forest brook marsh moor
    ford bridge church park hall king queen bishop pope prince knight page cook baker butler carter fisher gardener
    hunter mason miller parker porter potter shepherd smith taylor turner walker weaver west east north south best
    good goodman power rich sharp strong swift wise head hand foot hands arm legge back bone bones blood heart lung
    pain ache burns cold cough flow case cases day days knee mass cancer sex male female node cell cells bell ball
    bird fox wolf lamb lee ray rice root rush sands sky snow star story street sun temple tower town vale wall walls
    ward water waters wells winter worth do an so to he she in is on or as at be by go if it me my no of up us we la
    el de los las y
"""
ORDINARY = frozenset(_ORDINARY.split())
"""Words that are also names: in a text they count as a name only when written with a capital."""
_EPONYMS = """
    addison alzheimer apgar asperger babinski baker barre barrett behcet bell bowman braden breslow bright broca
    burkitt chagas charcot chiari clark colles coombs crohn cushing doppler down downs dukes dupuytren ewing fallot
    foley fowler gehrig glasgow gleason graves guillain hashimoto heimlich henle hirschsprung hodgkin hodgkins holter
    homan homans horner huntington huntingtons kaposi kawasaki kegel koch kocher kussmaul langerhans lewy marfan
    mcburney meniere merkel moh mohs murphy nissen osler paget pap papanicolaou parkinson parkinsons penrose peyronie
    pott purkinje raynaud raynauds reiter reye romberg schwann sjogren sjogrens snellen swan ganz tourette tourettes
    trendelenburg turner turners valsalva virchow von willebrand wegener wegeners wernicke whipple wilms wilson
    wilsons wolff white
"""
EPONYMS = frozenset(_EPONYMS.split())
"""People after whom medicine names things."""
_OF_DISEASE = (
    "disease|syndrome|sign|score|scale|criteria|catheter|palsy|lymphoma|sarcoma|tumou?r|o?esophagus|reflex|phenomenon"
    "|chorea|manoeuvre|maneuver|procedure|forceps|contracture|thyroiditis|dementia|ataxia|malformation|bodies|fracture"
    "|hernia"
)
_DISEASE_AFTER = re.compile(rf"(?:-[A-Z]\w+)?(?:'s)?[ \-]+(?:{_OF_DISEASE})\b", re.IGNORECASE)
_DISEASE_BEFORE = re.compile(
    r"\b(?:enfermedad|s[ií]ndrome|signo|prueba|escala|mal|tumor|linfoma|sarcoma|es[oó]fago|sonda|fractura|hernia"
    r"|maniobra|criterios)\s+de\s+\Z",
    re.IGNORECASE,
)
_NAMES_FIRST = """
    smith baker butler carter cook cooper fisher gardener hunter mason miller parker porter potter shepherd taylor
    turner walker weaver king knight page bishop pope prince ford hill bank banks bush brook marsh moor field wood
    woods stone fox wolf lamb lee ray rice rose iris ivy grace mark goodman legge hall
"""
_THINGS = """
    apgar babinski bowman doppler foley fowler gleason glasgow holter homan kegel lou nissen pap swan ganz valsalva
"""
STOP = (ORDINARY - frozenset(_NAMES_FIRST.split())) | frozenset(_THINGS.split())
"""Words, months and eponyms that by themselves, even with a capital, are rather not a name."""


def is_stopped(word: str) -> bool:
    """Return whether a part of a name says too little to be looked for by itself."""
    return plain(word) in STOP


def is_the_disease(text: str, start: int, end: int) -> bool:
    """Return whether a name in a text names a disease, a sign or an instrument: Parkinson's disease."""
    if plain(text[start:end]) not in EPONYMS:
        return False
    after = _DISEASE_AFTER.match(text, end, end + 40)
    return after is not None or _DISEASE_BEFORE.search(text[max(0, start - 30) : start]) is not None
