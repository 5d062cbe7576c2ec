"""The fields of Spanish forms: what stands after their labels, and numbers that only one office gives out."""

import re
from collections.abc import Callable, Iterator

from stdnum.es import dni, nie

from primum.privacy.edges import AFTER, BEFORE
from primum.privacy.spans import Kind, Span

_COLON = r"\s*[:：]\s*"
_ANY = r"\s*(?:[:：.º°]|n[º°o]\.?)*\s*"
_CAPITAL = r"[A-ZÁÉÍÓÚÑÇÀÈÒ]"
_NO_NAME = (
    r"(?!(?:Servicio|Unidad|Departa?ment[oe]?|Secci[óo]n?|Hospital\w*|Jef[ea]|Cl[íi]nic[ao]|Complejo"
    r"|Centro|Universi\w+|Facultad|Cirug[íi]a|Oncolog[íi]a|Urolog[íi]a"
    r"|Medicina|Institut\w*|Fundaci[óo]n?|Calle|Carrer|Avda|Avenida|Av|Plaza|Paseo|Pza|Camino|Ctra"
    r"|Carretera|C|Correo|E-?mail|E|Tel\w*|Tlf|Tfno|Fax|Mail|Consorcio|Servei|Grupo"
    r"|Residente|Médic[oa]|Consulta|Laboratorio|Cátedra|Área|Edificio|Ronda|Rúa|Rambla|Corporació\w*"
    r"|Asociación|Sanatorio|Policlínic\w+|Ambulatorio|Gestión|Dirección|N[º°o]\s?[Cc]ol\w*|N)(?!\w))"
)
_WORD = rf"{_NO_NAME}{_CAPITAL}(?:[^\W\d_]|['\u00b4·\-ªº](?=\w))*ª?"
_NAME = (
    rf"(?:M\.?[ªa]\.?[ \t]?|{_NO_NAME}{_CAPITAL}\.?[ \t]?(?={_CAPITAL}))?{_WORD}\.?"
    rf"(?:[ \t]{{1,3}}(?:(?:de|del|la|las|los|y|i|da|do|dos|van"
    rf"|von)[ \t]+){{0,3}}(?:{_NO_NAME}{_CAPITAL}\.|{_WORD})){{0,6}}"
)
_NUMBER = r"(?=[A-Z0-9\-/. ]*\d)[A-Z0-9](?:[A-Z0-9]|[ \-/.](?=[A-Z0-9]*\d)){1,24}"
_LABELS: tuple[tuple[Kind, str, str, int], ...] = (
    (
        Kind.NAME,
        (
            r"^\W*(?:nombres?(?: y apellidos?)?(?: del? (?:la )?pacientes?)?|(?:primer |segundo |1er "
            rf"|2[ºo] )?apellidos?|paciente|titular){_COLON}"
        ),
        (
            r"(?=\S)(?!(?:mujer|var[óo]n|hombre|ni[ñn][oa]|lactante|masculino|femenin[oa])(?!\w))[^\n:\d]{1,60}?"
            r"(?=\s*(?:[.;,]?\s*$|[.;]\s|,[^\n,.;:\d]{0,20}[\s:.º°]\d|,\d|\s{2,}\S)|,?\s+[^\s\d,]{2,9}[\s:.º°]*\d)"
        ),
        re.IGNORECASE | re.MULTILINE,
    ),
    (
        Kind.NAME,
        (
            rf"{BEFORE}(?i:m[ée]dic[oa](?: (?:responsable|de familia|solicitante))?"
            r"|responsable(?: cl[ií]nic[oa]| m[ée]dic[oa])?|rsponsable médico|remitid[oa] por|facultativo"
            rf"|firmado(?: por)?|fdo\.?|autora?|doctora?|enfermer[oa]|cirujan[oa]|informa){_COLON}(?:(?:Prof\."
            r"|Dra?[.:]?|D\.|Dña\.|Sra?\.)\s*)*"
        ),
        _NAME,
        0,
    ),
    (
        Kind.NAME,
        (
            rf"(?<![\d] )(?<!\d){BEFORE}(?:[DS]ra?[.:]|Dña\.|D\.(?=[ \t]?{_CAPITAL}[a-zà-ÿ])|D[ªºa]\.?|Don|Doña"
            r"|Doctora?)[ \t]*"
        ),
        _NAME,
        0,
    ),
    (
        Kind.STREET,
        rf"^\W*(?:domicilio|direcci[óo]n|residencia habitual){_COLON}",
        r"[^\n]{2,90}?(?=[.\s]*$)",
        re.IGNORECASE | re.MULTILINE,
    ),
    (
        Kind.PLACE,
        (
            r"^\W*(?:localidad(?:\s*/\s*provincia)?|provincia|municipio|poblaci[óo]n|ciudad"
            rf"|lugar de nacimiento|natural de){_COLON}"
        ),
        r"[^\n]{2,60}?(?=[.\s]*$)",
        re.IGNORECASE | re.MULTILINE,
    ),
    (
        Kind.REGION,
        rf"{BEFORE}pa[ií]s(?: de (?:nacimiento|origen|residencia))?{_COLON}",
        r"[^\n.]{3,40}?(?=[.\s]*(?:$|\.))",
        re.IGNORECASE | re.MULTILINE,
    ),
    (
        Kind.POSTCODE,
        rf"{BEFORE}(?:c\.?\s?p\.?|c[óo]digo postal|distrito postal){_COLON}",
        r"[A-Z]?\d{3,5}",
        re.IGNORECASE,
    ),
    (
        Kind.RECORD_NUMBER,
        (
            rf"{BEFORE}(?:n\.?h\.?c\.?|historia(?: cl[ií]nica)?|n[º°o] ?(?:de )?historia|episodio|expediente"
            r"|cipa?|cip|sip|cite|nuhsa|n[º°o] ?(?:de )?episodio|registro"
            rf"|biopsia){_ANY}[:：]\s*(?:nhc\s*-?\s*)?"
        ),
        _NUMBER,
        re.IGNORECASE,
    ),
    (
        Kind.INSURANCE,
        (
            rf"{BEFORE}(?:n\.?a?\.?s\.?s\.?|n\.?u\.?s\.?s\.?|seguridad social"
            r"|n[º°o] ?(?:de )?(?:seguridad social|afiliaci[óo]n|p[óo]liza|tarjeta sanitaria)"
            rf"|tarjeta sanitaria|p[óo]liza|tis){_ANY}"
        ),
        r"\d[\d \-/]{3,20}\d",
        re.IGNORECASE,
    ),
    (
        Kind.LICENCE,
        (
            rf"{BEFORE}(?:n[º°o]?\.?\s?col(?:egiad[oa])?\.?|n[úu]mero de colegiad[oa]"
            r"|colegiad[oa](?: n[º°o]\.?)?|col\. n[º°o])\s*[:：.]?\s*"
        ),
        r"\d[\d \-]{2,14}\d",
        re.IGNORECASE,
    ),
    (
        Kind.PHONE,
        (
            rf"{BEFORE}(?:tel[ée]?f?(?:onos?)?|tel[ée]fonos?|tfn?o?|tlf?n?o?|m[óo]vil|busca|tel\.?\s?/\s?fax)"
            rf"{AFTER}\s*(?:n[º°o])?[.:：]*\s*"
        ),
        r"[+(]?\d[\d \-.()/+]{5,24}\d",
        re.IGNORECASE,
    ),
    (Kind.FAX, rf"{BEFORE}fax\s*[.:：]*\s*", r"[+(]?\d[\d \-.()/+]{5,24}\d", re.IGNORECASE),
)
_ROAD = (
    rf"(?<!º\s)(?<!º)(?<!\d[o°]\s){BEFORE}(?:(?:[Cc]/|[Cc]alle|Avda?\.?|[Aa]venid[ao]|[Pp]laza|[Pp]za\.?|Pl\."
    r"|[Pp]aseo|P\.?[ºo]\.?|[Cc]amino|[Cc]arretera|[Cc]tra\.?|[Rr]onda|[Tt]raves[ií]a"
    r"|Carrer|R[úu]a|Rambla|Gran V[ií]a|Pol[ií]gono|Urbanizaci[óo]n|Urb\.|Avinguda|Passeig|C\.)\s*)"
    rf"(?:(?:de|del|la|las|los|el|San|Santa|d['\u00b4])\s*){{0,4}}[\"]?(?:{_CAPITAL}"
    r"|\d+ de )[\w\u00b4'·\-]*\.?[\"]?(?:\s+(?:(?:de|del|la|las|los|el|y|i"
    rf"|e)\s+){{0,3}}(?:{_CAPITAL}[\w\u00b4'·\-]*\.?|[a-záéíóúñ]{{3,12}})){{0,6}}"
    r"(?:,?\s*-?\s*(?:n[º°o]?\.?\s*|núm\.?\s*|#\s*|[Kk]m\.?\s*)?(?:\d+(?:[.,\-/]\d+)*[A-Za-z]?|[Ss]/[Nn]|s\.n\.))"
    r"(?:(?:,\s*|\s+|\s*-\s*)(?:\d{1,2}\s?[ºª°oa]?\s?[A-Za-z]?|[ºª]|[Pp]ta\.?|[Pp]uerta|[Pp]iso"
    r"|[Dd](?:e?re)?cha\.?|[Ii]zq(?:da|uierda)?\.?|[Bb]ajo|[Pp]lanta|[Ee]scalera|[Ee]sc\.?)"
    r"(?![0-9A-Za-z]))*"
)
_SMALL_ROAD = (
    r"(?<=\b(?:la|en) )(?:calle|avenida"
    r"|plaza)(?:\s+[a-zñáéíóú]{2,15}){1,5},?\s+(?:n[º°o]?\s?)?\d{1,3}(?:,\s*\d{1,2}\s?[ºªoa]?)?(?:,?\s*[A-Z]"
    r"(?![\w]))?"
)


def _always(_value: str) -> bool:
    return True


def _is_identity_number(value: str) -> bool:
    """Return whether a text is a DNI or NIE, its letter being right; dots, hyphens and blanks may part it."""
    bare = re.sub(r"[.\s\-]", "", value)
    return bool(dni.is_valid(bare) or nie.is_valid(bare))


_FIELDS = tuple((kind, re.compile(label + f"(?P<x>{value})", flags)) for kind, label, value, flags in _LABELS)
_SHAPED: tuple[tuple[Kind, str, re.Pattern[str], Callable[[str], bool]], ...] = (
    (
        Kind.NATIONAL_ID,
        "checksum:dni",
        re.compile(rf"{BEFORE}(?:[XYZ]\d{{7}}|\d{{8}}|\d{{2}}\.\d{{3}}\.\d{{3}})[\s\-]?[A-Z]{AFTER}"),
        _is_identity_number,
    ),
    (Kind.RECORD_NUMBER, "rule:cip", re.compile(rf"{BEFORE}[BCDFGHJ-NP-TV-Z]{{4}}\d{{10,12}}{AFTER}"), _always),
    (Kind.INSURANCE, "rule:nass", re.compile(r"(?<![\d.,/])\d{2}[ /\-]\d{8}(?:[ /\-]\d{2})?(?![\d/]|[.,]\d)"), _always),
    (Kind.STREET, "rule:street", re.compile(_ROAD), _always),
    (Kind.STREET, "rule:street", re.compile(_SMALL_ROAD), _always),
    (Kind.EMAIL, "rule:email", re.compile(r"[\w.%+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,4}"), _always),
)


def find(text: str) -> Iterator[Span]:
    """Yield what stands in the fields of forms, and numbers of known shapes, in no order.

    Args:
        text: Folded text.
    """
    for kind, rule in _FIELDS:
        for match in rule.finditer(text):
            start, end = match.span("x")
            if any(sign.isalnum() for sign in match["x"]):
                yield Span(start, end, kind, f"rule:{kind.lower().replace('_', '-')}")
    for kind, method, rule, holds in _SHAPED:
        for match in rule.finditer(text):
            if holds(match[0]):
                yield Span(*match.span(), kind, method)
