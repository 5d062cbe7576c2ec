"""Folders of DICOM: whose files they are, which series is meant, and its slices as one picture."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import UID

from primum.domain.picture import Picture, encode
from primum.domain.record import Record, Value
from primum.domain.study import Column, Source
from primum.ids import SubjectId
from primum.imaging import dicom, geometry, layout
from primum.imaging.decoders import COARSE_TOLERANCE, agree, agree_in_place, coarse, second
from primum.imaging.dicom import Instance
from primum.imaging.intake import Intake, kept
from primum.imaging.layout import Item
from primum.imaging.reasons import Reason
from primum.imaging.refusals import PictureRefusedError
from primum.privacy.dicom import reading
from primum.privacy.dicom.elements import FAULTS

FOLDER = "folder"
READER = "GDCMImageIO"
INDEX = "DICOMDIR"
ASIDE = (".txt", ".md", ".csv", ".json", ".xml", ".pdf", ".html", ".xlsx", ".nii", ".gz", ".png", ".jpg", ".jpeg")
"""Files beside DICOM that are passed over unless they are DICOM all the same."""
_PREAMBLE, _MAGIC = 128, b"DICM"
_TAGS = ["PatientID", "SeriesInstanceUID", "SeriesDescription", "Modality", "Rows", "PhotometricInterpretation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listed:
    """A file by what its header says."""

    item: Item
    patient: str
    series: str
    description: str
    is_picture: bool
    is_grey: bool


@dataclass(slots=True)
class _Subject:
    """The files of one subject, in the order of names."""

    files: list[_Listed] = field(default_factory=list)


def read(source: Source, columns: Sequence[Column], path: Path) -> Iterator[Record]:
    """Yield one record a subject: the first folder below the source's, or PatientID.

    A column's ``path`` is the description of its series, ``*`` standing for anything, in either case; without one
    there must be one series.

    Raises:
        DataError: There is no DICOM, or some is refused; all is told together.
    """
    intake = Intake(source.name, one_scale=False)
    subjects = _listed(source, path, intake)
    if not subjects and not intake.faults:
        intake.refuse(Reason.PICTURE_NONE, source.path)
    is_grey = any(one.is_grey for subject in subjects.values() for one in subject.files)
    for number, (name, subject) in enumerate(subjects.items(), start=1):
        place = f"subject {number} in order of names"
        with intake.at(place):
            _check_patients(source, subject)
            yield Record(
                subject=SubjectId(name),
                modality=source.modality,
                source=source.name,
                payload={one.name: _cell(subject, one, (intake, place), is_grey=is_grey) for one in columns},
            )
    intake.close()


def _listed(source: Source, root: Path, intake: Intake) -> Mapping[str, _Subject]:
    found: dict[str, _Subject] = defaultdict(_Subject)
    for item in layout.items(root, "", ("",)):
        if item.file.name == INDEX or _is_aside(item.file):
            continue
        with intake.at(item.place):
            header = _header(item)
            name = item.word(layout.TOP) if source.subject == FOLDER else header.patient
            if not name.strip():
                raise PictureRefusedError(Reason.SUBJECT)
            found[name.strip()].files.append(header)
    return found


def _is_aside(file: Path) -> bool:
    if file.suffix.casefold() not in ASIDE:
        return False
    with file.open("rb") as raw:
        return raw.read(_PREAMBLE + len(_MAGIC))[_PREAMBLE:] != _MAGIC


def _header(item: Item) -> _Listed:
    with reading.quiet():
        try:
            dataset = pydicom.dcmread(item.file, stop_before_pixels=True, force=True, specific_tags=_TAGS)
            said = {name: str(dataset.get(name) or "") for name in _TAGS}
        except FAULTS as fault:
            raise PictureRefusedError(Reason.NOT_AN_IMAGE) from fault
    if not said["SeriesInstanceUID"] and "Rows" not in dataset:
        dicom.opened(item.file, item.place)
    return _Listed(
        item=item,
        patient=said["PatientID"],
        series=said["SeriesInstanceUID"],
        description=said["SeriesDescription"].strip(),
        is_picture=dicom.is_picture(dataset),
        is_grey=said["PhotometricInterpretation"].startswith("MONOCHROME"),
    )


def _check_patients(source: Source, subject: _Subject) -> None:
    patients = {one.patient.strip() for one in subject.files if one.patient.strip()}
    if source.subject == FOLDER and len(patients) > 1:
        raise PictureRefusedError(Reason.SUBJECTS_MIXED, f"{len(patients)}")


def _cell(subject: _Subject, column: Column, taking: tuple[Intake, str], *, is_grey: bool) -> Value:
    intake, place = taking
    if layout.is_word(column):
        word = subject.files[0].item.word(column.path)
        if not word:
            raise PictureRefusedError(Reason.LABEL_MISSING, column.name)
        return layout.WORDS.get(word.casefold(), word) if column.role == "part" else word
    picture = picture_of([(one.item.file, one.item.place) for one in _series(subject, column)], is_grey=is_grey)
    return encode(intake.take(picture, place))


def _series(subject: _Subject, column: Column) -> list[_Listed]:
    """Return the files of the series that a column means.

    Raises:
        PictureRefusedError: There is none, or several, or without a description something that is no picture.
    """
    files = subject.files
    if column.path:
        files = [one for one in files if fnmatchcase(one.description.casefold(), column.path.casefold())]
    else:
        others = Counter(one.is_picture for one in files)[False]
        if others:
            raise PictureRefusedError(Reason.NO_PIXELS, f"{others} file(s)")
    files = [one for one in files if one.is_picture]
    count = len({one.series for one in files})
    if count != 1:
        raise PictureRefusedError(
            Reason.SERIES_SEVERAL if count else Reason.SERIES_NONE, f"{column.name}, {count} series"
        )
    return files


@reading.quiet()
def picture_of(files: Sequence[tuple[Path, str]], *, is_grey: bool = True) -> Picture:
    """Return the picture of a series: one slice or frame as rows and columns, several as a volume.

    Args:
        files: Of one series, with how each is told of.
        is_grey: Colours are not expected: equal ones become grey, others are refused.

    Raises:
        PictureRefusedError: A file is no picture or damaged, slices are missing, double, uneven, turned or unlike each
            other, frames have no place in space, or two decoders disagree.
    """
    instances = [dicom.opened(file, place) for file, place in files]
    _check_alike(instances)
    repairs: list[str] = []
    frames = np.concatenate([_each(one, repairs) for one in instances])
    facts = dict(instances[0].facts) | {"frames": str(len(frames))}
    planes = [plane for one in instances for plane in one.planes]
    if len(frames) == 1:
        return _flat(frames, instances[0], (facts, repairs), is_grey=is_grey)
    if len(planes) != len(frames):
        raise PictureRefusedError(Reason.GEOMETRY if planes else Reason.SEVERAL_PICTURES, f"{len(frames)} frames")
    order, affine = geometry.stacked(planes)
    if order != list(range(len(order))):
        repairs.append("sorted")
    if len(instances) > 1:
        _compare(frames[order], affine, [instances[at] for at in order])
    else:
        _compare(frames, _as_filed(affine, order), instances)
    frames = frames[order]
    frames = _colours(frames, repairs, is_grey=is_grey)
    values, own, is_turned = geometry.canonical(frames, affine)
    if is_turned:
        repairs.append("reoriented")
    facts["orientation"] = geometry.letters(affine)
    return Picture(
        values=kept(np.ascontiguousarray(np.moveaxis(values, -1, 0) if values.ndim > 3 else values[None])),  # noqa: PLR2004 - axes of space
        spacing=geometry.lengths(own),
        affine=geometry.as_rows(own),
        facts=_with(facts, repairs),
    )


def _as_filed(affine: NDArray[np.float64], order: Sequence[int]) -> NDArray[np.float64]:
    """Return the affine of frames in the order of their file, given that in the order of space, up or down."""
    if order[0] < order[-1]:
        return affine
    turned = np.eye(4)
    turned[0, 0], turned[0, 3] = -1, len(order) - 1
    return np.asarray(affine @ turned)


def _each(instance: Instance, repairs: list[str]) -> NDArray[Any]:
    """Return an instance's frames, telling its own place where they are refused."""
    try:
        return dicom.samples(instance, repairs)
    except PictureRefusedError as refusal:
        raise PictureRefusedError(
            refusal.reason, "; ".join(filter(None, (instance.place, refusal.detail)))
        ) from refusal


def _with(facts: Mapping[str, str], repairs: Sequence[str]) -> dict[str, str]:
    found = dict(facts)
    if "inverted" in repairs:
        found.pop("unit", None)
    if repairs:
        found["repairs"] = ",".join(dict.fromkeys(repairs))
    return found


def _check_alike(instances: Sequence[Instance]) -> None:
    def uids(instance: Instance) -> str:
        return str(instance.dataset.get("SOPInstanceUID", ""))

    twice = len(instances) - len({uids(one) for one in instances})
    if twice and len(instances) > 1:
        raise PictureRefusedError(Reason.SLICE_TWICE, f"{twice} instance(s)")
    sizes = {(int(one.dataset.Rows), int(one.dataset.Columns)) for one in instances}
    if len(sizes) > 1:
        raise PictureRefusedError(Reason.SIZE_MIXED, f"{len(sizes)} sizes")
    if len({one.kind for one in instances}) > 1:
        raise PictureRefusedError(Reason.RESCALE_MIXED)


def _flat(
    frames: NDArray[Any], instance: Instance, said: tuple[dict[str, str], list[str]], *, is_grey: bool
) -> Picture:
    """Return one frame as rows and columns, as it is shown."""
    facts, repairs = said
    affine = geometry.stacked(instance.planes)[1] if instance.planes else None
    _compare(frames, affine, [instance])
    values = _colours(frames, repairs, is_grey=is_grey)[0]
    rows: NDArray[np.float64] | None = None
    spacing = _spacing(instance.dataset)
    if affine is not None:
        rows = affine[:, [1, 2, 0, 3]]
        spacing = geometry.lengths(rows)[:2]
    return Picture(
        values=kept(np.ascontiguousarray(np.moveaxis(values, -1, 0) if values.ndim > 2 else values[None])),  # noqa: PLR2004 - rows and columns
        spacing=spacing,
        affine=geometry.as_rows(rows) if rows is not None else (),
        facts=_with(facts, repairs),
    )


def _spacing(dataset: Dataset) -> tuple[float, ...]:
    """Return millimetres between rows and columns where they are of the patient: those of the detector are not."""
    said = [float(one) for one in dataset.get("PixelSpacing") or ()]
    return tuple(said) if len(said) == 2 and min(said) > 0 else ()  # noqa: PLR2004 - rows and columns


def _colours(frames: NDArray[Any], repairs: list[str], *, is_grey: bool) -> NDArray[Any]:
    if frames.ndim <= 3 or not is_grey:  # noqa: PLR2004 - frames, rows, columns
        return frames
    if (frames != frames[..., :1]).any():
        raise PictureRefusedError(Reason.COLOUR, "in a source of greys")
    repairs.append("grey_of_equal_channels")
    return frames[..., 0]


def _compare(frames: NDArray[Any], affine: NDArray[np.float64] | None, instances: Sequence[Instance]) -> None:
    """Refuse a series that the second decoder reads differently, in samples or in place."""
    found = second([one.file for one in instances] if len(instances) > 1 else instances[0].file, READER)
    other = found.values.reshape(frames.shape) if found.values.size == frames.size else found.values
    if frames.ndim > 3 and frames.dtype == np.uint16 and other.dtype == np.uint8:  # noqa: PLR2004 - with colours
        frames = (frames >> 8).astype(np.uint8)
    syntax = UID(reading.syntax_of(instances[0].dataset))
    if syntax in dicom.LOSSY and frames.ndim > 3:  # noqa: PLR2004 - frames, rows, columns
        for one, beside in zip(frames, other, strict=True):
            agree(coarse(one), coarse(beside), COARSE_TOLERANCE)
    else:
        is_exact = syntax not in dicom.LOSSY and instances[0].dataset.PhotometricInterpretation[:3] != "YBR"
        slope = max(abs(line[0]) for one in instances for line in dicom.lines_of(one.dataset))
        agree(frames, other, None if is_exact else slope)
    if affine is not None:
        fastest_first = affine[:, [2, 1, 0, 3]]
        agree_in_place(
            fastest_first, found.affine, frames.shape[2:0:-1] + (frames.shape[:1] if len(frames) > 1 else ())
        )
