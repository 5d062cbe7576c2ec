"""The thorough finder: any token classifier in a local folder of Hugging Face form, read in overlapping windows."""

import importlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch

from primum.errors import DataError
from primum.privacy.spans import Kind, Span

_MEANINGS = {
    Kind.NAME: (
        "PER PERSON NAME PATIENT DOCTOR STAFF HCW USERNAME FIRSTNAME LASTNAME GIVENNAME SURNAME "
        "MIDDLENAME NOMBRE_SUJETO_ASISTENCIA NOMBRE_PERSONAL_SANITARIO"
    ),
    Kind.PLACE: "LOC LOCATION GPE CITY COUNTY PLACE FAC LOCATION-OTHER TERRITORIO",
    Kind.STREET: "STREET STREET_ADDRESS ADDRESS BUILDINGNUMBER CALLE",
    Kind.REGION: "STATE COUNTRY REGION PAIS",
    Kind.POSTCODE: "ZIP ZIPCODE POSTCODE ZIP_CODE",
    Kind.HOSPITAL: "HOSP HOSPITAL CENTRO_SALUD INSTITUCION",
    Kind.ORGANISATION: "ORG ORGANIZATION ORGANISATION PATORG VENDOR COMPANYNAME",
    Kind.DATE: "DATE DATE_TIME DOB FECHAS TIME",
    Kind.AGE: "AGE EDAD_SUJETO_ASISTENCIA",
    Kind.PHONE: "PHONE PHONE_NUMBER PHONENUMBER TELEPHONENUM NUMERO_TELEFONO",
    Kind.FAX: "FAX NUMERO_FAX",
    Kind.EMAIL: "EMAIL EMAIL_ADDRESS CORREO_ELECTRONICO",
    Kind.URL: "URL URL_WEB DOMAIN_NAME",
    Kind.IP: "IP IPADDR IP_ADDRESS",
    Kind.NATIONAL_ID: "SSN US_SSN SOCIALNUM IDCARDNUM ID_SUJETO_ASISTENCIA",
    Kind.RECORD_NUMBER: "MEDICALRECORD MEDICAL_RECORD MRN",
    Kind.INSURANCE: "HEALTHPLAN ID_ASEGURAMIENTO",
    Kind.ACCOUNT: "ACCOUNT ACCOUNTNUM CREDIT_CARD CREDITCARDNUMBER IBAN_CODE",
    Kind.LICENCE: "LICENSE LICENCE DRIVERLICENSENUM ID_TITULACION_PERSONAL_SANITARIO",
    Kind.VEHICLE: "VEHICLE VEHICLEVIN IDENTIF_VEHICULOS_NRSERIE_PLACAS",
    Kind.DEVICE: "DEVICE IDENTIF_DISPOSITIVOS_NRSERIE",
    Kind.BIOMETRIC: "BIOID IDENTIF_BIOMETRICOS",
    Kind.OTHER_ID: (
        "ID IDNUM OTHERPHI NUMERO_IDENTIF OTRO_NUMERO_IDENTIF ID_EMPLEO_PERSONAL_SANITARIO OTROS_SUJETO_ASISTENCIA"
    ),
    Kind.PROFESSION: "PROFESSION PROFESION JOBTITLE",
    Kind.NATIONALITY: "NRP NORP NATIONALITY",
    Kind.SEX: "SEX SEXO_SUJETO_ASISTENCIA",
    Kind.FAMILY: "FAMILIARES_SUJETO_ASISTENCIA FAMILY",
    Kind.TITLE: "TITLE PREFIX",
}
LABELS: dict[str, Kind] = {label: kind for kind, labels in _MEANINGS.items() for label in labels.split()}
"""Labels of public models (CoNLL, i2b2 2014, MEDDOCAN and others) as kinds."""
IGNORED = frozenset({"O", "MISC", "PAD", "X"})
"""Labels that say nothing about a person."""
METHOD = "thorough"
LONGEST_WINDOW = 512
"""Tokens a window; a shorter limit of the model holds."""
OVERLAP = 64
"""Tokens that two windows share, so that nothing is read without what stands around it."""
BATCH = 8


class Transformer:
    """Finds with a token classifier; one of ``notes.Finder``.

    Args:
        network: Takes token ids and attention mask, gives logits.
        tokenizer: A fast one: it knows where its tokens stand.
        kinds: What each place of the logits means; None where it means nothing.
        doubt: A token counts as an identifier unless ``outside`` is at least so probable.
    """

    def __init__(self, network: Any, tokenizer: Any, kinds: list[Kind | None], *, doubt: float = 0.5) -> None:  # noqa: ANN401 - another library's types
        self._network, self._tokenizer, self._kinds, self._doubt = network, tokenizer, kinds, doubt

    @classmethod
    def open(cls, folder: Path, kinds: Mapping[str, Kind] | None = None, *, doubt: float = 0.5) -> "Transformer":
        """Return the classifier of a folder with ``config.json``, ``model.safetensors`` and its tokenizer's files.

        Nothing is fetched, and no code of the folder is run.

        Args:
            folder: On this machine.
            kinds: What labels mean that ``LABELS`` does not have, without ``B-`` and ``I-``.
            doubt: See the class; higher finds more.

        Raises:
            DataError: The library is not installed, the folder does not hold such a model, or a label is not known.
        """
        try:
            library = importlib.import_module("transformers")
        except ModuleNotFoundError as fault:
            raise DataError(
                "The thorough finder needs the library transformers, which is not installed.",
                remedy="Install transformers beside Primum, or leave the thorough finder out.",
            ) from fault
        try:
            tokenizer = library.AutoTokenizer.from_pretrained(folder, local_files_only=True, use_fast=True)
            network = library.AutoModelForTokenClassification.from_pretrained(
                folder, local_files_only=True, use_safetensors=True
            )
        except (OSError, ValueError) as fault:
            raise DataError(
                f"The folder {folder.name} holds no token classifier that can be read.",
                remedy="Give a folder with config.json, model.safetensors and the files of a fast tokenizer.",
            ) from fault
        labels = [str(network.config.id2label[at]) for at in range(network.config.num_labels)]
        return cls(network.eval(), tokenizer, _meanings(labels, kinds or {}), doubt=doubt)

    def find(self, text: str) -> list[Span]:
        """Return what the classifier takes for identifiers, in order; spans of different kinds may touch."""
        if not text.strip():
            return []
        longest = min(LONGEST_WINDOW, self._tokenizer.model_max_length)
        read = self._tokenizer(
            text,
            return_offsets_mapping=True,
            return_overflowing_tokens=True,
            return_tensors="pt",
            padding=True,
            truncation=True,
            stride=min(OVERLAP, longest // 4),
            max_length=longest,
        )
        found: set[Span] = set()
        for at in range(0, len(read["input_ids"]), BATCH):
            window = slice(at, at + BATCH)
            with torch.inference_mode():
                logits = self._network(
                    input_ids=read["input_ids"][window], attention_mask=read["attention_mask"][window]
                ).logits
            for chances, places in zip(logits.softmax(-1), read["offset_mapping"][window].tolist(), strict=True):
                found.update(self._spans(chances, places))
        return sorted(found)

    def _spans(self, chances: torch.Tensor, places: list[list[int]]) -> Iterator[Span]:
        """Yield the spans of one window: neighbouring tokens of one kind are one."""
        telling = [at for at, kind in enumerate(self._kinds) if kind is not None]
        best = chances[:, telling].argmax(-1).tolist()
        is_found = (chances[:, telling].sum(-1) > 1 - self._doubt).tolist()
        open_span: tuple[int, int, Kind] | None = None
        for (start, end), choice, holds in zip(places, best, is_found, strict=True):
            kind = self._kinds[telling[choice]] if holds and end > start else None
            if open_span and (kind is not open_span[2] or start > open_span[1] + 1):
                yield Span(*open_span, METHOD)
                open_span = None
            if kind is not None:
                open_span = (open_span[0] if open_span else start, end, kind)
        if open_span:
            yield Span(*open_span, METHOD)


def _meanings(labels: list[str], kinds: Mapping[str, Kind]) -> list[Kind | None]:
    """Return the kind of each label.

    Raises:
        DataError: A label is not known; what it marks would be let through.
    """
    known = LABELS | {name.upper(): kind for name, kind in kinds.items()}
    bare = [one[2:].upper() if one[1:2] in {"-", "_"} and one[0] in "BILUES" else one.upper() for one in labels]
    strange = sorted({one for one in bare if one not in known and one not in IGNORED})
    if strange:
        raise DataError(
            f"It is not known what these labels of the classifier mean: {', '.join(strange)}.",
            remedy="Say so with kinds={label: Kind}.",
        )
    return [known.get(one) if one not in IGNORED else None for one in bare]
