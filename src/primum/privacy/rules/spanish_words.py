"""Words that tell of people in Spanish: relatives, ages, trades, peoples, houses; alternatives for expressions."""

PERSON = (
    r"varón|hombre|mujer|niñ[oa]|señora?|lactante|anciana|muchach[oa]|chic[oa]|recién nacid[oa]"
    r"|neonato|adolescente|bebé"
)
"""Words that tell a person's sex or age."""
RELATIVE = (
    r"madres?|padres?|herman(?:it)?[oa]s?|hij(?:it)?[oa]s?|t[ií][oa]s? (?:matern|patern)[oa]s?"
    r"|tí[oa]s?|abuel[oa]s?|prim[oa]s? herman[oa]s?|prim[oa]s"
    r"|sobrin[oa]s?|espos[oa]s?|marido|c[oó]nyuges?|niet[oa]s?|progenitor(?:a|es)?|cuñad[oa]s?|suegr[oa]s?|padrastro"
    r"|madrastra|hijastr[oa]s?|bisabuel[oa]s?|yerno|nuera|tutora? legal"
)
SIDE = r"(?:matern[oa]s?|patern[oa]s?|varón|varones|mayor|menor|mediano|gemel[oa]s?|únic[oa])"
"""What may follow a relative."""
NUMERAL = (
    r"un[oa]?|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince|dieciséis|diecisiete"
    r"|dieciocho|diecinueve|veinte|treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa"
)
AGED = (
    rf"(?:\d{{1,3}}(?:[.,]\d)?(?:\s+(?:y|o|a|-)\s+\d{{1,3}})?|(?:{NUMERAL})(?:\s+y\s+(?:{NUMERAL}))?)\s*"
    r"(?:años?|meses|mes|semanas|días|día|horas)(?:\s+y\s+\d{1,2}\s+(?:meses|días))?"
)
PROFESSION = (
    r"abogad[oa]|administrativ[oa]|agricultora?|albañil|ama de casa|arquitect[oa]"
    r"|auxiliar(?: de [a-zñáéíóú]+)?|azafat[oa]"
    r"|bomber[oa]|camarer[oa]|camioner[oa]|carnicer[oa]|carpinter[oa]|celadora?|cociner[oa]|comercial"
    r"|conductora? de [a-z]+"
    r"|dependient[ea]|deportista(?: profesional)?|electricista|emplead[oa](?: de [a-z]+)?|empresari[oa]|encofrador"
    r"|enfermer[oa]|estudiante(?: de [a-z]+)?|farmacéutic[oa]|fontaner[oa]|funcionari[oa]|futbolista|ganader[oa]"
    r"|guardia civil|informátic[oa]|ingenier[oa](?: [a-z]+)?|jardiner[oa]|jornaler[oa]"
    r"|jugadora? de [a-zñáéíóú]+|labradora?"
    r"|limpiadora?|maestr[oa]|marinero|mecánic[oa]|militar|miner[oa]|modista|monja|monitora?|obrer[oa]|oficinista"
    r"|operari[oa](?: de [a-z]+)?|panader[oa]|pastora?|peluquer[oa]|pensionista|periodista|pescadora?"
    r"|pintora?|policía"
    r"|profesora?(?: de [a-z]+)?|sacerdote|secretari[oa]|soldadora?|taxista|técnic[oa] de [a-z]+"
    r"|torner[oa]|veterinari[oa]"
    r"|trabajadora? (?:de la|del|de|en) [a-zñáéíóú]+|vendedora?|vigilante(?: de seguridad)?|zapater[oa]"
)
TRADE = (
    r"abogad[oa]|agricultora?|albañil|ama de casa|arquitect[oa]|auxiliar de enfermería|azafat[oa]s?|bomber[oa]s?"
    r"|camarer[oa]|camioner[oa]|carpinter[oa]|cociner[oa]|dependienta|deportista(?: profesional)?|electricista"
    r"|estudiante|ex profesora?(?: de [a-z]+)?|fontaner[oa]|fuerza policial|funcionari[oa]|futbolista|ganader[oa]"
    r"|guardia civil|ingenier[oa]|jardiner[oa]|jornaler[oa]|jugadora? de [a-zñáéíóú]+|limpiadora|marinero|militar"
    r"|miner[oa]|monitora? de [a-zñáéíóú]+|panader[oa]|peluquer[oa]|periodista|pescadora?|policía|sacerdote"
    r"|soldadora|tareas del hogar|taxista|zapater[oa]"
)
"""Trades that mean nothing else in a note."""
DEMONYM = (
    r"(?:español|alem[aá]n|árabe|argelin|argentin|bolivian|brasileñ|búlgar|centroeurope|chilen|chin"
    r"|colombian|cuban|dominican|ecuatorian"
    r"|franc[eé]s|guatemaltec|hindú|holand[eé]s|honureñ|ingl[eé]s|italian|japon[eé]s|latin|magreb[ií]"
    r"|marroquí|mexican|nicaragüens|nigerian"
    r"|norteafrican|pakistan[ií]|paraguay|peruan|polac|portugu[eé]s|ruman|rus|senegal[eé]s|sirí"
    r"|subsaharian|sudamerican|tailand[eé]s|ucranian"
    r"|uruguay|venezolan|vietnamit|african|asiátic|caucásic|gitan|hispan)(?:[oae]|a|í)?(?![a-zñáéíóú])"
)
"""Peoples, by which somebody's descent is told."""
HOUSE = (
    r"(?:Hospital(?:ari[ao])?|Cl[ií]nica(?!\s+y\s|\s+de\s+[A-Z])|Centro\s+(?:de\s+(?:[Ss]alud|[A-Z]\w+)|M[ée]dico|[A-ZÁÉÍÓÚ][a-záéíóú]+"
    r"|Hospitalario)|Complejo\s+(?:Hospitalario|Asistencial)|Complexo\s+Hospitalario"
    r"|Consorcio\s+Hospital(?:ario)?|Corporaci(?:ón|ó)\s+Sanit[aà]ri?a|Policl[ií]nic[ao]|Sanatorio"
    r"|Fundaci(?:ón|ó)|Ambulatorio|Consultorio|C\.\s?S\.|C\.\s?H\.\s?U?\.?"
    r"|Institut[oe]?|Universi(?:dad|tat|dade)|Facultad|Residencia|Ciudad\s+Sanitaria|Asociación"
    r"|Sociedad\s+[A-Z]\w+|H\.\s?(?:U\.|C\.|G\.)(?:\s?U\.)?|H[CGU][A-Z]{1,4}(?=\s+\"))"
)
"""Words with which the names of hospitals, institutes and the like begin."""
UNIT_OF_HOUSE = (
    r"Servicio|Departamento|Unidad|Secci[óo]n|Avda|Av|Avenida|Calle|Carretera|Ctra|C|Plaza|Paseo|E"
    r"|Email|Tel|Tlf|Tfno|Fax|Urgencias"
    r"|Correo|Ronda|Camino|Área|Travesía|Edificio|Planta|Día|Clínica\s+y"
)
"""What follows the name of a house and is no part of it."""
