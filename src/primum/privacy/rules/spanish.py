"""What identifies people in Spanish texts, found by rule: the fields of forms, and words that tell of people."""

import re
from collections.abc import Iterator
from functools import lru_cache

from primum.privacy.edges import AFTER, BEFORE
from primum.privacy.folding import unaccented
from primum.privacy.lexicons.loader import words
from primum.privacy.rules import spanish_fields
from primum.privacy.rules.spanish_words import (
    AGED,
    DEMONYM,
    HOUSE,
    NUMERAL,
    PERSON,
    PROFESSION,
    RELATIVE,
    SIDE,
    TRADE,
    UNIT_OF_HOUSE,
)
from primum.privacy.spans import Kind, Span
from primum.privacy.trees import tree

_CAPITAL = r"[A-ZÁÉÍÓÚÑÇ]"
_LINK = r"(?:de|del|la|las|los|el|i|y|e|da|do|para|en)"
_TITLED = r"(?:Dra?\.|Sta\.|Sto\.|San|Santa|N(?:tra|uestra)\.?\s+S(?:ra|eñora)\.?|Virgen)"
_WORD = rf"(?!E-?mail)[\"“«'\u00b4]?(?:12(?=\s+de\s)|{_CAPITAL}[A-Za-zÀ-ÿ\u00b4'·\-]*)[\"”»'\u00b4]?"
_NAMED = rf"(?:\s+(?:(?:{_LINK}\s+){{1,4}}(?!Día|Urgencias)|(?!(?:{UNIT_OF_HOUSE})\b))(?:{_TITLED}\s+)?{_WORD}){{1,7}}"
_SEVERAL = r"(?:dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|ambos|\d{1,2})"
_MAKER = r"[A-ZÁÉ][^\s(),;:.\d]{0,30}(?:\s[^\s(),;:.\d]{1,30}){0,5}"
_LAND = (
    r"(?:USA|U\.S\.A\.?|EE\.?\s?UU\.?|Estados Unidos|UK|Reino Unido|Inglaterra|CA|MA|NJ|NY|TX|FL|Oh|OH"
    r"|MN|IL|PA|Spain|España"
    r"|Germany|Alemania|France|Francia|England|Italy|Italia|Japan|Japón|Switzerland|Suiza|Suecia|Bélgica|Holanda"
    r"|Países Bajos|Austria|Dinamarca|Israel|México|Argentina|Chile|Colombia|Cuba|Brasil|Texas)"
)
_UNIT = r"(?!\s?(?:m[lgL]\b|UI|U/|cc|g\b|kcal|cel|x\s|mm|cm|rpm|lpm|Hz|pacientes|casos)|[\d%/\-]|[.,]\d)"

_RULES: tuple[tuple[Kind, str, re.Pattern[str]], ...] = tuple(
    (kind, method, re.compile(pattern, flags))
    for kind, method, pattern, flags in (
        (
            Kind.SEX,
            "rule:sex",
            rf"{BEFORE}(?:sexo|género)\s*[:.]?\s*(?P<x>masculino|femenino|var[oó]n|mujer|hombre|[HMFV]{AFTER})",
            re.IGNORECASE,
        ),
        (Kind.SEX, "rule:person", rf"{BEFORE}(?<!feto )(?<!producto )(?P<x>{PERSON}){AFTER}", re.IGNORECASE),
        (
            Kind.SEX,
            "rule:person",
            rf"{BEFORE}(?:pacientes?|individuo)\s+(?P<x>femenin[oa]|masculin[oa]){AFTER}",
            re.IGNORECASE,
        ),
        (
            Kind.FAMILY,
            "rule:relative",
            (
                rf"{BEFORE}(?<!solución )(?<!célula )(?<!células )"
                rf"(?P<x>(?:{_SEVERAL}\s+)?(?:{RELATIVE})(?:\s+{SIDE})?(?:\s+de\s+{AGED}(?!\s+de\s+evol))?){AFTER}"
                r"(?!\s*-\s*(?:filial|fetal))"
            ),
            re.IGNORECASE,
        ),
        (
            Kind.FAMILY,
            "rule:relative",
            (
                rf"{BEFORE}(?:(?:sus|los|por|otros|algunos)\s+(?P<x>familiares)|(?P<y>(?:varios|dos"
                rf"|tres)\s+familiares)){AFTER}(?!\s+de\s+primer)"
            ),
            re.IGNORECASE,
        ),
        (
            Kind.FAMILY,
            "rule:relative",
            (
                rf"{BEFORE}(?:(?<!médico )(?:su|la|de)\s+(?P<x>familia)|(?:línea|rama|familia|vía|parte)\s+"
                rf"(?P<y>(?:pa|ma)tern[oa])|su\s+(?P<z>pareja)){AFTER}"
            ),
            re.IGNORECASE,
        ),
        (
            Kind.AGE,
            "rule:age",
            (
                rf"{BEFORE}edad\s*[:.]?\s*(?:de\s+)?(?P<x>\d{{1,3}}(?!\d|[.,]\d)(?:\s*(?:años|meses|días|semanas"
                rf"|a\.?))?){AFTER}(?!\s*(?:mm|cm|kg|-))"
            ),
            re.IGNORECASE,
        ),
        (
            Kind.AGE,
            "rule:age",
            rf"{BEFORE}(?P<x>{AGED}(?:\s+y\s+(?:medio|{AGED}))?)\s+de\s+(?:edad|vida){AFTER}",
            re.IGNORECASE,
        ),
        (
            Kind.AGE,
            "rule:age",
            (
                rf"{BEFORE}(?:pacientes?|{PERSON}|{RELATIVE})(?:\s+[a-zñáéíóú]+){{0,3}}?,?\s+(?:de|con)\s+"
                rf"(?P<x>{AGED}(?:\s+y\s+medio)?){AFTER}(?!\s+de\s+(?:evoluci|postop|segu|trata)|\s+desp)"
            ),
            re.IGNORECASE,
        ),
        (
            Kind.AGE,
            "rule:age",
            (
                rf"{BEFORE}(?:a|desde|hasta)\s+los\s+(?P<x>(?:\d{{1,2}}"
                rf"|{NUMERAL})(?:\s+[yoa]\s+(?:los\s+)?\d{{1,2}})?\s+años){AFTER}"
                r"(?!\s+(?:de\s+(?!edad)|del|tras|desp|post)|,\s+(?:el|la)\s+paciente)"
            ),
            re.IGNORECASE,
        ),
        (Kind.AGE, "rule:age", rf"{BEFORE}(?:pacientes?|{PERSON})\s+de\s+(?P<x>\d{{1,3}})(?=\s*[,.]\s)", re.IGNORECASE),
        (
            Kind.FAMILY,
            "rule:status",
            rf"{BEFORE}(?:est[aá]|estaba|es|años,?|edad,)\s+(?P<x>casad[oa]|solter[oa]|viud[oa]|divorciad[oa]){AFTER}",
            re.IGNORECASE,
        ),
        (
            Kind.FAMILY,
            "rule:relative",
            (
                rf"{BEFORE}(?:la|el)\s+(?P<x>(?:mayor|menor|primer[oa]?|segund[oa]|tercer[oa]?"
                r"|últim[oa]|cuart[oa]|quint[oa]|sext[oa])"
                rf"(?:\s+de\s+(?:los\s+)?(?:{_SEVERAL}\s+)?herman[oa]s|(?=\s+de\s+una\s+familia))"
                rf"|(?P<y>sin\s+hijos)){AFTER}"
            ),
            re.IGNORECASE,
        ),
        (Kind.PROFESSION, "rule:trade", rf"{BEFORE}(?P<x>{TRADE}){AFTER}", 0),
        (
            Kind.NATIONALITY,
            "rule:origin",
            rf"\b(?:años(?:\s+de\s+edad)?,|paciente|mujer|varón|hombre|niñ[oa])\s+(?P<x>{DEMONYM})",
            0,
        ),
        (
            Kind.PLACE,
            "rule:city",
            (
                rf"{BEFORE}(?:ciudad\s+de\s+(?P<x>{_CAPITAL}[\w\-]+)"
                rf"|(?P<y>Ciudad\s+(?:Autónoma\s+)?de\s+(?:Buenos\s+)?{_CAPITAL}[\w\-]+))"
            ),
            0,
        ),
        (
            Kind.ORGANISATION,
            "rule:maker",
            (
                rf"[®™]\s?\((?P<x>{_MAKER}(?:[,.;]\s?{_MAKER}){{0,3}})\)"
                rf"|\((?P<y>{_MAKER}(?:[,.;]\s?{_MAKER}){{0,3}}[,.;]\s?{_LAND})\)"
            ),
            0,
        ),
        (
            Kind.ORGANISATION,
            "rule:court",
            (
                rf"{BEFORE}(?P<x>Juzgados?(?:\s+de\s+{_CAPITAL}\w+){{0,3}}|Polic[ií]a\s+{_CAPITAL}\w+"
                rf"|residencia\s+(?:de\s+ancianos|geriátrica)){AFTER}"
            ),
            0,
        ),
        (Kind.DATE, "rule:year", rf"(?<![\d/.,\-])(?P<x>19[3-9]\d|20[0-2]\d){_UNIT}", 0),
        (
            Kind.DATE,
            "rule:day",
            (
                r"(?<![\d/.,\-])(?P<x>(?:0?[1-9]|[12]\d|3[01])(?P<s>[/\-.])\s?(?:0?[1-9]"
                r"|1[0-2])(?P=s)\s?(?:\d{2}|\d{4}))"
                r"(?![\d/\-]|[.,]\d)"
            ),
            0,
        ),
        (
            Kind.DATE,
            "rule:month",
            (
                r"\b(?:en|desde|hasta|durante|mes\s+de)\s+(?P<x>enero|febrero|marzo|abril|mayo|junio|julio|agosto"
                rf"|septiembre|octubre|noviembre|diciembre){AFTER}"
            ),
            re.IGNORECASE,
        ),
        (
            Kind.PROFESSION,
            "rule:profession",
            (
                rf"(?:\baños(?:\s+de\s+edad)?,?|{BEFORE}(?:profesión|trabaja(?:ba)?\s+(?:como|de)|ocupación|oficio"
                rf"|emplead[oa]|como)\s*:?)\s+(?:de\s+|como\s+)?(?P<x>(?:ex\s*-?)?(?:{PROFESSION})){AFTER}"
                r"(?!\s+(?:de\s+)?(?:alcohol|tabaco))"
            ),
            re.IGNORECASE,
        ),
        (
            Kind.PROFESSION,
            "rule:profession",
            (
                rf"{BEFORE}de\s+profesión,?\s+(?:trabaja(?:ba|ndo)?\s+)?(?P<x>[a-zñáéíóú]+(?:\s+(?:de|del"
                r"|en)\s+[a-zñáéíóú]+)?(?:\s+de\s+[a-zñáéíóú]+)?)"
            ),
            re.IGNORECASE,
        ),
        (Kind.PROFESSION, "rule:profession", rf"{BEFORE}(?P<x>{PROFESSION})\s+de\s+profesión", re.IGNORECASE),
        (
            Kind.NATIONALITY,
            "rule:origin",
            (
                rf"{BEFORE}(?:(?:nacionalidad|raza|etnia)\s*:?\s+(?P<x>[a-zñáéíóú]+)|(?:origen|ascendencia"
                rf"|procedencia)\s+(?P<y>{DEMONYM}))"
            ),
            re.IGNORECASE,
        ),
        (
            Kind.PLACE,
            "rule:origin",
            (
                rf"{BEFORE}(?:natural|procedente|vecin[oa]|originari[oa]|residente|nacid[oa])\s+(?:de"
                rf"|en)\s+(?:la\s+|el\s+)?(?P<x>{_CAPITAL}[\w\-]+(?:\s+(?:(?:de|del|la|las"
                rf"|los)\s+)*{_CAPITAL}[\w\-]+){{0,3}})"
            ),
            0,
        ),
        (Kind.HOSPITAL, "rule:house", rf"{BEFORE}(?P<x>(?:{HOUSE}|hospital){_NAMED})", 0),
        (
            Kind.ORGANISATION,
            "rule:maker",
            (
                rf"\([^()\n®™]{{0,40}}[®™]\s?[^(),;\n]{{0,12}}[,;]\s*"
                rf"(?P<x>{_MAKER}(?:[,.;]\s?{_MAKER}){{0,3}})\s*\)"
            ),
            0,
        ),
        (
            Kind.ORGANISATION,
            "rule:maker",
            rf"\([^(),;:\n]{{2,40}}[,;:]\s*(?P<x>{_MAKER}(?:[,.;]\s?{_MAKER}){{0,2}},\s?{_LAND})\s*\)",
            0,
        ),
    )
)
_TO = re.compile(r"\b(?:[Ee]n|ciudad de|[Dd]esde|[Aa]|[Hh]acia|vive en|trasladad[oa] a)\s+(?:la\s+|el\s+)?\Z")
_AFTER_CODE = re.compile(r"\d{4,5}\s*[.,]?\s*\Z|[(]\Z")
_LISTED = (re.compile(r"[.,]\s*\Z"), re.compile(r"\s*(?:[.,)(\-–]|\Z|\n|[Ee]-?mail|[Tt]el|España)"))
_SEEN = 24
"""Characters before a place that tell whether it is one."""


def find(text: str) -> list[Span]:
    """Return what identifies people in a Spanish text, in order, possibly overlapping; time is linear.

    Args:
        text: Folded text, accents composed.
    """
    return sorted({*spanish_fields.find(text), *_worded(text), *_listed(text)})


def _worded(text: str) -> Iterator[Span]:
    for kind, method, rule in _RULES:
        for match in rule.finditer(text):
            group = next((one for one in "xyz" if match.groupdict().get(one)), 0)
            yield Span(*match.span(group), kind, method)


def _listed(text: str) -> Iterator[Span]:
    bare = unaccented(text)
    for kind, name in ((Kind.REGION, "es_countries"), (Kind.PLACE, "es_places")):
        for match in _list(name).finditer(bare):
            start, end = match.span()
            if text[start].isupper() and (kind is Kind.REGION or _is_place(text, start, end)):
                yield Span(start, end, kind, f"lexicon:{name[3:]}")


@lru_cache(maxsize=2)
def _list(name: str) -> re.Pattern[str]:
    return re.compile(rf"{BEFORE}(?i:{tree(words(name))}){AFTER}")


def _is_place(text: str, start: int, end: int) -> bool:
    """Return whether a word of the list stands as a place does: after a postcode, in an address, after *in*."""
    before, after = text[max(0, start - _SEEN) : start], text[end : end + _SEEN]
    if _TO.search(before) or _AFTER_CODE.search(before):
        return True
    return bool(_LISTED[0].search(before) and _LISTED[1].match(after))
