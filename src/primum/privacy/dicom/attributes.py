"""Walks through a data set and does with each element what the profile says, in sequences as well."""

import collections
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydicom.charset import python_encoding
from pydicom.datadict import keyword_for_tag
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pydicom.tag import BaseTag, Tag

from primum.privacy.dicom import codes, moments
from primum.privacy.dicom.elements import decoded
from primum.privacy.dicom.options import Action, DicomIdentity, Options
from primum.privacy.dicom.profile import Profile, Rule
from primum.privacy.dicom.texts import Texts
from primum.privacy.dicom.uids import Uids, is_valid, token

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENT_ID, PATIENT_NAME, CHARSET, DOCUMENT = 0x00100020, 0x00100010, 0x00080005, 0x00420011
TEXT = frozenset({"LO", "SH", "ST", "LT", "UT", "UC"})
BYTES = frozenset({"OB", "OW", "UN", "OB or OW"})
MOMENTS = frozenset({"DA", "DT", "TM"})
STATED = frozenset({0x00120062, 0x00120063, 0x00120064, 0x00280301, 0x00280303})
"""What the cleaner itself states about a file; older statements are replaced."""
_PIXELS = 0x7FE0
_TOP = frozenset({0x7FE00001, 0x7FE00002, 0x7FE00003, 0x7FE00008, 0x7FE00009, 0x7FE00010})
"""Pixels and their offsets, which are searched elsewhere; inside sequences they go unseen, and so they go."""
_BULK_GROUPS = frozenset({0x0022, 0x0028, 0x0066, 0x5400})
"""Groups whose elements of plain bytes are look-up tables, meshes and curves of signals."""
_PROFILE_COLOUR = 0x00282000
_TOLD = frozenset({0x0040A160, 0x00700006})
"""Text of a report and of an annotation."""
_DUMMIES: dict[str, Any] = {
    "DA": "19000101", "DT": "19000101", "TM": "000000", "AS": "000Y", "CS": "REMOVED", "AE": "REMOVED",
    "IS": "0", "DS": "0", "UR": "about:blank", "OB": b"\0\0", "OW": b"\0\0", "UN": b"\0\0", "OF": b"\0" * 4,
    "LO": "REMOVED", "SH": "REMOVED", "ST": "REMOVED", "LT": "REMOVED", "UT": "REMOVED", "UC": "REMOVED",
    "FL": 0.0, "FD": 0.0, "US": 0, "SS": 0, "UL": 0, "SL": 0,
}  # fmt: skip
_DECIMAL = re.compile(r"\s*[+\-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+\-]?\d+)?\s*|")
_ZONE = re.compile(r"[+\-]\d{4}")
_CODE_STRING = re.compile(r"[A-Z0-9 _]{0,16}")
_TECHNICAL_WORDS = (
    "Manufacturer", "Software", "Kernel", "Sequence", "Coil", "Filter", "Anode", "Version", "Model", "Rescale",
    "Algorithm", "Units", "Frame",
)  # fmt: skip
_OFFSET = 0x00080201


@dataclass(frozen=True, slots=True, kw_only=True)
class Walker:
    """Cleans data sets in place and counts what it does.

    Attributes:
        identity: Who the subject is to be.
        profile: The table under the options, for the class of the file.
        texts: The cleaner of its texts.
        uids: New UIDs.
        done: (tag, action) to how often.
    """

    identity: DicomIdentity
    profile: Profile
    texts: Texts
    uids: Uids
    done: collections.Counter[tuple[int, str]] = field(default_factory=collections.Counter)

    @property
    def options(self) -> Options:
        """The options that apply."""
        return self.profile.options

    def actions(self) -> tuple[Action, ...]:
        """Return what was done, by tag; private elements count together."""
        counts: collections.Counter[tuple[str, str, str]] = collections.Counter()
        for (number, action), count in self.done.items():
            tag = Tag(number)
            shown = "(private)" if tag.is_private else f"({tag.group:04X},{tag.elem:04X})"
            counts[shown, "" if tag.is_private else keyword_for_tag(tag), action] += count
        return tuple(
            Action(tag=tag, name=name, action=action, count=count)
            for (tag, name, action), count in sorted(counts.items())
        )

    def clean(self, dataset: Dataset, *, nested: bool = False, dummy: bool = False) -> None:
        """Clean a data set in place.

        Args:
            dataset: Of the file, or an item of a sequence.
            nested: It is such an item.
            dummy: Every value goes, only the shape of the data set stays: for a sequence that the profile replaces.
        """
        if not dataset.keys().isdisjoint(codes.TAGS):
            codes.Codes(self.texts, self.identity.key).clean(dataset, self._note)
        for tag in list(dataset.keys()):
            if tag not in codes.TAGS:
                self._element(dataset, tag, nested=nested, dummy=dummy)
        self._without_idle_creators(dataset)

    def _note(self, tag: int, action: str) -> None:
        self.done[tag, action] += 1

    def _element(self, dataset: Dataset, tag: BaseTag, *, nested: bool, dummy: bool) -> None:
        if not nested and (tag in _TOP or tag in STATED):
            return
        element = decoded(dataset, tag)
        if tag.is_private:
            self._private(dataset, tag, element)
        elif element is None or tag.group == _PIXELS or _never_stays(tag):
            self._remove(dataset, tag)
        elif tag in {PATIENT_ID, PATIENT_NAME}:
            self._put(dataset, element, self.identity.subject, "D")
        else:
            self._by_rule(dataset, element, self.profile.rule(tag, nested=nested), dummy=dummy)

    def _by_rule(self, dataset: Dataset, element: DataElement, rule: Rule | None, *, dummy: bool) -> None:
        if element.VR == "SQ":
            self._sequence(dataset, element, rule, dummy=dummy)
        elif element.is_empty:
            return
        elif dummy and element.VR not in {"UI", "CS"}:
            self._dummy(dataset, element)
        elif rule is None:
            self._unlisted(dataset, element)
        else:
            self._listed(dataset, element, rule)

    def _sequence(self, dataset: Dataset, element: DataElement, rule: Rule | None, *, dummy: bool) -> None:
        action = rule.action if rule else "C"
        if action == "X":
            self._remove(dataset, element.tag)
        elif action == "Z":
            self._put(dataset, element, [], "Z")
        else:
            if action == "D":
                self._note(element.tag, "D")
            for item in element.value or ():
                self.clean(item, nested=True, dummy=dummy or action == "D")

    def _listed(self, dataset: Dataset, element: DataElement, rule: Rule) -> None:
        does: dict[str, Callable[[], None]] = {
            "X": lambda: self._remove(dataset, element.tag),
            "Z": lambda: self._put(dataset, element, None, "Z"),
            "D": lambda: self._dummy(dataset, element),
            "U": lambda: self._uid(dataset, element),
            "C": lambda: self._cleaned(dataset, element, rule.otherwise),
            "K": lambda: self._kept(dataset, element, rule),
        }
        does[rule.action]()

    def _kept(self, dataset: Dataset, element: DataElement, rule: Rule) -> None:
        """Keep what an option keeps; free text and ages of patients only as far as they say nothing else."""
        if rule.option == "patient" and element.VR in {*TEXT, "AS"}:
            self._cleaned(dataset, element, rule.otherwise)
        elif rule.option == "patient":
            self._unlisted(dataset, element)
        else:
            self._note(element.tag, "K")

    def _cleaned(self, dataset: Dataset, element: DataElement, otherwise: str) -> None:
        new = self._clean_value(element)
        if new is not None:
            if new != _texts_of(element.value):
                self._put(dataset, element, new, "C")
        elif otherwise == "X":
            self._remove(dataset, element.tag)
        elif otherwise == "D":
            self._dummy(dataset, element)
        else:
            self._put(dataset, element, None, "Z")

    def _clean_value(self, element: DataElement) -> list[str] | None:
        """Return the clean values of an element, None where nothing is left that could stay."""
        clean: dict[str, Callable[[str], str | None]] = {
            "DA": lambda text: moments.moved_date(text, self.identity.days),
            "DT": lambda text: moments.moved_moment(text, self.identity.days),
            "TM": lambda text: text if moments.is_time(text) else None,
            "AS": moments.coarse_age,
            **dict.fromkeys(TEXT, self.texts.told if element.tag in _TOLD else self.texts.described),
        }
        if element.tag == _OFFSET:
            return [one for one in _texts_of(element.value) if _ZONE.fullmatch(one)] or None
        if element.VR not in clean:
            return None
        new = [clean[element.VR](one) or "" for one in _texts_of(element.value)]
        return new if any(one.strip() for one in new) else None

    def _unlisted(self, dataset: Dataset, element: DataElement) -> None:
        """Do with an element that the table does not list what its kind of value asks for; numbers stay."""
        does: dict[str, Callable[[Dataset, DataElement], None]] = {
            "PN": self._dummy,
            "UI": self._uid,
            "CS": self._technical,
            "AS": lambda where, what: self._cleaned(where, what, "D"),
            **dict.fromkeys(TEXT, self._text),
            **dict.fromkeys(MOMENTS, self._moment),
            **dict.fromkeys(("AE", "UR"), lambda where, what: self._put(where, what, None, "Z")),
            **dict.fromkeys(("IS", "DS"), self._number),
            **dict.fromkeys(BYTES, self._bytes),
        }
        if element.VR in does:
            does[element.VR](dataset, element)

    def _text(self, dataset: Dataset, element: DataElement) -> None:
        if element.VR in {"LO", "SH"} and _is_technical(element.tag):
            self._technical(dataset, element)
        else:
            self._cleaned(dataset, element, "D")

    def _number(self, dataset: Dataset, element: DataElement) -> None:
        if not all(_DECIMAL.fullmatch(one) for one in _texts_of(element.value)):
            self._remove(dataset, element.tag)

    def _bytes(self, dataset: Dataset, element: DataElement) -> None:
        if not _is_bulk(element):
            self._remove(dataset, element.tag)

    def _moment(self, dataset: Dataset, element: DataElement) -> None:
        fits = moments.is_time if element.VR == "TM" else moments.is_date
        if self.options.dates == "modified":
            self._cleaned(dataset, element, "Z")
        elif self.options.dates == "removed" or not all(map(fits, _texts_of(element.value))):
            self._put(dataset, element, None, "Z")

    def _technical(self, dataset: Dataset, element: DataElement) -> None:
        old = _texts_of(element.value)
        if element.tag == CHARSET:
            if not all(one in python_encoding for one in old):
                self._remove(dataset, element.tag)
            return
        new = [self._technical_value(element.VR, one) for one in old]
        if new != old:
            self._put(dataset, element, new if any(new) else None, "C")

    def _technical_value(self, kind: str, text: str) -> str:
        fit = kind != "CS" or _CODE_STRING.fullmatch(text)
        return self.texts.technical(text) if fit else self.texts.described(text)

    def _uid(self, dataset: Dataset, element: DataElement) -> None:
        if element.VR != "UI":
            self._remove(dataset, element.tag)
            return
        old = _texts_of(element.value)
        if self.options.uids and all(is_valid(one) for one in old):
            return
        new = [self.uids.new(one) for one in old]
        if new != old:
            self._put(dataset, element, new, "U")

    def _dummy(self, dataset: Dataset, element: DataElement) -> None:
        """Put a value in the place of another that says nothing, but the same for the same."""
        if element.VR == "UI":
            self._uid(dataset, element)
        elif element.tag == DOCUMENT:
            return
        elif element.VR == "PN" or (element.VR in {"LO", "SH"} and _is_number(element.tag)):
            new = token(self.identity.key, "value", "\\".join(_texts_of(element.value)))
            self._put(dataset, element, new, "D")
        elif element.VR in _DUMMIES:
            self._put(dataset, element, _DUMMIES[element.VR], "D")
        else:
            self._put(dataset, element, None, "Z")

    def _private(self, dataset: Dataset, tag: BaseTag, element: DataElement | None) -> None:
        """Remove a private element unless it is listed as safe; its texts are cleaned like descriptions."""
        if tag.is_private_creator:
            return
        creator = decoded(dataset, Tag(tag.group, tag.elem >> 8)) if tag.elem >> 8 else None
        name = "" if creator is None else str(creator.value)
        listed = f"{name}|{tag.group:04X}|{tag.elem & 0xFF:02X}" in self.options.safe_private
        if element is None or not listed or element.VR in {*BYTES, "SQ"}:
            self._remove(dataset, tag)
        elif not element.is_empty:
            self._unlisted(dataset, element)

    def _without_idle_creators(self, dataset: Dataset) -> None:
        private = [tag for tag in list(dataset.keys()) if tag.is_private]
        used = {(tag.group, tag.elem >> 8) for tag in private if not tag.is_private_creator}
        for tag in [one for one in private if one.is_private_creator and (one.group, one.elem) not in used]:
            self._remove(dataset, tag)

    def _remove(self, dataset: Dataset, tag: BaseTag) -> None:
        del dataset[tag]
        self._note(tag, "X")

    def _put(self, dataset: Dataset, element: DataElement, value: object, action: str) -> None:
        single = value[0] if isinstance(value, list) and len(value) == 1 and element.VR != "SQ" else value
        dataset[element.tag] = DataElement(element.tag, element.VR, single)
        self._note(element.tag, action)


def _texts_of(value: object) -> list[str]:
    if value is None:
        return []
    return [str(one) for one in value] if isinstance(value, (MultiValue, list)) else [str(value)]


def _never_stays(tag: BaseTag) -> bool:
    """Return whether an attribute belongs to a command, counts the bytes of a group, or draws a curve or an overlay."""
    return tag.group == 0 or tag.elem == 0 or tag.group & 0xFF00 in {0x5000, 0x6000}


def _is_bulk(element: DataElement) -> bool:
    """Return whether bytes are a table, mesh or signal, or a colour profile that is one."""
    if element.tag == _PROFILE_COLOUR:
        return bytes(element.value)[36:40] == b"acsp"
    return element.VR != "UN" and element.tag.group in _BULK_GROUPS


def _is_technical(tag: BaseTag) -> bool:
    """Return whether an attribute names a technique or product, which are no words of a vocabulary."""
    return any(one in keyword_for_tag(tag) for one in _TECHNICAL_WORDS)


def _is_number(tag: BaseTag) -> bool:
    return keyword_for_tag(tag).endswith(("ID", "Identifier", "Number", "UID"))
