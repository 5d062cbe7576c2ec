"""Folders of pictures, one a file: with labels, masks, boxes and lists of parts beside them."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from primum.domain.picture import Picture, encode
from primum.domain.record import Record, Value
from primum.domain.study import Column, Source
from primum.errors import DataError
from primum.ids import SubjectId
from primum.imaging import boxes, layout, masks, nifti, raster
from primum.imaging.intake import Intake
from primum.imaging.layout import Item
from primum.imaging.reasons import Reason
from primum.imaging.refusals import PictureRefusedError

FILE, FOLDER = "file", "folder"
_VOC, _COCO = ".xml", ".json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A format of files, one picture each.

    Attributes:
        suffixes: By which its files are known.
        read: Returns the picture of a file.
        read_mask: Returns the labels of a mask, shape (1, *space), and its place in space where it has one.
        one_scale: Samples mean the same in every picture.
    """

    suffixes: tuple[str, ...]
    read: Callable[[Path], Picture]
    read_mask: Callable[[Path], tuple[NDArray[Any], Picture | None]]
    one_scale: bool


def _nifti_mask(file: Path) -> tuple[NDArray[Any], Picture]:
    mask = nifti.read(file)
    return mask.values, mask


FORMS = {
    "image": Form(
        suffixes=raster.SUFFIXES,
        read=raster.read,
        read_mask=lambda file: (raster.read_labels(file), None),
        one_scale=True,
    ),
    "nifti": Form(suffixes=nifti.SUFFIXES, read=nifti.read, read_mask=_nifti_mask, one_scale=False),
}


@dataclass(slots=True)
class _Beside:
    """What lies beside the pictures, by column: masks and annotations by what names them, parts and boxes by name."""

    items: dict[str, dict[str, list[Item]]] = field(default_factory=dict)
    parts: dict[str, dict[str, str]] = field(default_factory=dict)
    coco: dict[str, Mapping[str, boxes.Boxes]] = field(default_factory=dict)


def read(source: Source, columns: Sequence[Column], path: Path) -> Iterator[Record]:
    """Yield one record a picture: the file's name, or the first folder it lies in, is the subject.

    Raises:
        DataError: There is no picture, or some are refused, with what belongs to them; all are told together.
    """
    form, intake = FORMS[source.format], Intake(source.name, one_scale=FORMS[source.format].one_scale)
    seen = [one for one in columns if one.role == "feature"]
    pattern = seen[0].path if seen else ""
    beside = _beside(path, columns, form)
    apart = {item.file for named in beside.items.values() for some in named.values() for item in some}
    pictures = [one for one in layout.items(path, pattern, form.suffixes) if one.file not in apart]
    if not pictures:
        intake.refuse(Reason.PICTURE_NONE, pattern or source.path)
    _check_subjects(source, pictures, intake)
    for item in pictures:
        with intake.at(item.place):
            yield Record(
                subject=SubjectId(_subject(source, item)),
                modality=source.modality,
                source=source.name,
                payload=_payload(item, columns, beside, (form, intake)),
            )
    _check_alone(pictures, [one for one in columns if masks.ABSENT not in one.missing], beside, intake)
    intake.close()


def _subject(source: Source, item: Item) -> str:
    subject = item.word(layout.TOP) if source.subject == FOLDER else item.stem
    if not subject:
        raise PictureRefusedError(Reason.SUBJECT)
    return subject


def _check_subjects(source: Source, pictures: Sequence[Item], intake: Intake) -> None:
    """Refuse a subject of several pictures, which one of them would otherwise stand for."""
    names = Counter(item.word(layout.TOP) if source.subject == FOLDER else item.stem for item in pictures)
    first: set[str] = set()
    for item in pictures:
        name = item.word(layout.TOP) if source.subject == FOLDER else item.stem
        if name in first:
            intake.refuse(Reason.SUBJECT_TWICE, item.place, f"{names[name]} pictures")
        first.add(name)


def _beside(root: Path, columns: Sequence[Column], form: Form) -> _Beside:
    found = _Beside()
    for column in columns:
        if column.role == "feature" or layout.is_word(column):
            continue
        if column.path.endswith(_COCO):
            found.coco[column.name] = _coco(root / column.path)
        elif column.role == "part":
            found.parts[column.name] = layout.lists(root, column.path)
        else:
            named: dict[str, list[Item]] = defaultdict(list)
            for item in layout.items(root, column.path, (*form.suffixes, _VOC)):
                named[_key(column, item)].append(item)
            found.items[column.name] = named
    return found


def _key(column: Column, item: Item) -> str:
    """Return by what a picture finds what is beside it: its name, with its folder where the two share one."""
    return f"{item.folder}/{item.stem}" if layout.beside(column.path) else item.stem


def _coco(file: Path) -> Mapping[str, boxes.Boxes]:
    if not file.is_file():
        raise DataError(
            "The file of COCO annotations is not there.",
            remedy="Correct `path` of the column; it is relative to the source's.",
        )
    return boxes.read_coco(file.read_text("utf-8", errors="replace"))


def _payload(item: Item, columns: Sequence[Column], beside: _Beside, taking: tuple[Form, Intake]) -> dict[str, Value]:
    form, intake = taking
    payload: dict[str, Value] = {}
    pictures = [one for one in columns if one.role == "feature"]
    picture = intake.take(form.read(item.file), item.place) if pictures else None
    for column in columns:
        if column.role == "feature":
            continue
        if layout.is_word(column) or column.role == "part":
            payload[column.name] = _word(item, column, beside)
        elif column.name in beside.coco:
            found = _named(beside.coco[column.name], item)
            payload[column.name], picture = _boxes(found, picture)
        else:
            payload[column.name], picture = _aside(beside.items[column.name], item, column, (form, picture))
    if picture is not None:
        payload |= {one.name: encode(picture) for one in pictures}
    return payload


def _word(item: Item, column: Column, beside: _Beside) -> str:
    found = beside.parts[column.name].get(item.stem, "") if column.name in beside.parts else item.word(column.path)
    if column.role == "part":
        found = layout.WORDS.get(found.casefold(), "")
    if not found:
        raise PictureRefusedError(Reason.LABEL_MISSING, column.name)
    return found


def _aside(
    named: Mapping[str, Sequence[Item]], item: Item, column: Column, given: tuple[Form, Picture | None]
) -> tuple[str | None, Picture | None]:
    """Return a picture's mask or boxes as text, None where they are missing, and the picture with what was mended."""
    form, picture = given
    items = named.get(f"{item.folder}/{item.stem}" if layout.beside(column.path) else item.stem, ())
    if not items and masks.ABSENT in column.missing:
        return None, picture
    if len(items) != 1:
        raise PictureRefusedError(Reason.MASK_MISSING, f"{column.name}, {len(items)}")
    file = items[0].file
    if file.suffix.casefold() == _VOC:
        return _boxes(boxes.read_voc(file.read_text("utf-8", errors="replace")), picture)
    values, place = form.read_mask(file)
    mask = masks.checked(values, column, picture, place)
    return None if mask is None else encode(mask), picture


def _named(found: Mapping[str, boxes.Boxes], item: Item) -> boxes.Boxes:
    inside = f"{item.inside}{''.join(item.file.suffixes[-1:])}"
    for name in (inside, item.file.name):
        if name in found:
            return found[name]
    raise PictureRefusedError(Reason.LABEL_MISSING)


def _boxes(found: boxes.Boxes, picture: Picture | None) -> tuple[str, Picture | None]:
    """Return boxes as text, and their picture; boxes without area, which hold nothing, are dropped and it is said.

    Raises:
        PictureRefusedError: Another box is wrong, or the picture is of another size.
    """
    if picture is not None and (found.height, found.width) != picture.space:
        raise PictureRefusedError(Reason.ANNOTATION, f"{found.height} x {found.width} for {picture.space}")
    wrong = [f"box {at}: {fault.value}" for at, fault in found.refused if fault is not boxes.Fault.EMPTY]
    if wrong:
        raise PictureRefusedError(Reason.BOX, ", ".join(wrong))
    if found.refused and picture is not None:
        picture = replace(picture, facts=picture.mended("empty_boxes_dropped"))
    return boxes.write_json(found), picture


def _check_alone(pictures: Sequence[Item], columns: Sequence[Column], beside: _Beside, intake: Intake) -> None:
    """Refuse masks and annotations that belong to no picture: the picture may have been lost."""
    own = {key for item in pictures for key in (item.stem, f"{item.folder}/{item.stem}")}
    for column in columns:
        for key, some in beside.items.get(column.name, {}).items():
            if key not in own:
                intake.refuse(Reason.MASK_ALONE, some[0].place, column.name)
