"""Pictures as arrays in one npz file: a row a subject, in MedMNIST's layout or under the arrays' own names.

In MedMNIST's layout the arrays are ``train_images``, ``train_labels``, ``val_images`` and so on, and the columns'
paths ``image``, ``label``, ``mask`` and ``part``. Otherwise a path is the name of an array, or ``name/2`` for one
column of it.
"""

import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from primum.domain.picture import Picture, encode
from primum.domain.record import Record, Value
from primum.domain.study import Column, Source
from primum.errors import DataError
from primum.ids import SubjectId
from primum.imaging import masks
from primum.imaging.intake import COLOURS, Intake, kept
from primum.imaging.reasons import Reason
from primum.imaging.refusals import PictureRefusedError

PARTS = {"train": "development", "val": "validation", "test": "test"}
PLURALS = {"image": "images", "label": "labels", "mask": "masks"}
PART = "part"
_VOLUME = 3
Arrays = Mapping[str, NDArray[Any]]


def read_npz(source: Source, columns: Sequence[Column], path: Path) -> Iterator[Record]:
    """Yield one record a row of the arrays.

    Subjects are ``train-00001`` and so on in MedMNIST's layout, else ``00001``.

    Raises:
        DataError: The file is no npz of plain arrays, lacks a declared column, or pictures in it are refused.
    """
    intake = Intake(source.name)
    for part, arrays in _parts(source, columns, path):
        counts = {name: len(one) for name, one in arrays.items() if one.ndim}
        if len(set(counts.values())) > 1:
            intake.refuse(Reason.COUNT, part or source.path, ", ".join(f"{name} {n}" for name, n in counts.items()))
            continue
        for row in range(next(iter(counts.values()), 0)):
            place = f"picture {row + 1}{f' of {part}' if part else ''}"
            with intake.at(place):
                yield Record(
                    subject=SubjectId(f"{part}-{row + 1:05d}" if part else f"{row + 1:05d}"),
                    modality=source.modality,
                    source=source.name,
                    payload=_payload(columns, (arrays, part), row, (intake, place)),
                )
    intake.close()


def _parts(source: Source, columns: Sequence[Column], path: Path) -> Iterator[tuple[str, Arrays]]:
    """Yield the parts of the file, each the arrays of its columns by the columns' names; one without a name else."""
    try:
        if not zipfile.is_zipfile(path):
            raise zipfile.BadZipFile  # noqa: TRY301 - a bare array is told of as any other file that is no npz
        with np.load(path, allow_pickle=False) as file:
            parts = [one for one in PARTS if f"{one}_images" in file.files]
            if not parts:
                yield "", {one.name: _array(file, _path(one), source) for one in columns}
            for part in parts:
                named = [one for one in columns if _path(one) != PART]
                yield part, {one.name: _array(file, _in_part(part, one), source) for one in named}
    except (ValueError, EOFError, zipfile.BadZipFile, zlib.error) as fault:
        raise DataError(
            f"Source {source.name}: {source.path} is no npz file of plain arrays, or is damaged.",
            remedy="Write it again with numpy.savez_compressed; arrays of objects are not read, for they may run code.",
        ) from fault


def _path(column: Column) -> str:
    return column.path or column.name


def _in_part(part: str, column: Column) -> str:
    name, slash, which = _path(column).partition("/")
    return f"{part}_{PLURALS.get(name, name)}{slash}{which}"


def _array(file: "np.lib.npyio.NpzFile", path: str, source: Source) -> NDArray[Any]:
    name, _, which = path.partition("/")
    if name not in file.files:
        raise DataError(
            f"Source {source.name}: there is no array {name} in {source.path}.",
            remedy=f"Set `path` of the column to one of: {', '.join([*file.files, PART])}.",
        )
    found: NDArray[Any] = file[name]
    if which.isdecimal() and found.ndim > 1 and int(which) < found.shape[1]:
        return found[:, int(which)]
    return found


def _payload(
    columns: Sequence[Column], where: tuple[Arrays, str], row: int, taking: tuple[Intake, str]
) -> dict[str, Value]:
    arrays, part = where
    intake, place = taking
    payload: dict[str, Value] = {}
    picture: Picture | None = None
    for column in sorted(columns, key=lambda one: one.role != "feature"):
        if column.name not in arrays:
            payload[column.name] = PARTS[part]
        elif arrays[column.name].ndim < _VOLUME:
            payload[column.name] = _label(arrays[column.name][row])
        elif column.role == "feature":
            picture = intake.take(Picture(values=_channels(arrays[column.name][row]), facts=_facts()), place)
            payload[column.name] = encode(picture)
        else:
            mask = masks.checked(_channels(arrays[column.name][row]), column, picture)
            payload[column.name] = None if mask is None else encode(mask)
    return payload


def _facts() -> dict[str, str]:
    return {"format": "npz"}


def _channels(values: NDArray[Any]) -> NDArray[Any]:
    """Return one picture with its channels first, given (rows, columns), (..., 1 or 3 channels), or a volume."""
    last = values.shape[-1]
    if values.ndim > 2 and last in {1, COLOURS} and min(values.shape[:-1]) > COLOURS:  # noqa: PLR2004 - two axes
        values = np.moveaxis(values, -1, 0)
    else:
        values = values[None]
    if values.ndim - 1 not in {2, _VOLUME}:
        raise PictureRefusedError(Reason.NOT_AN_IMAGE, f"{values.ndim - 1} axes of space")
    return kept(np.ascontiguousarray(values))


def _label(cell: Any) -> str:  # noqa: ANN401 - whatever an array holds
    """Return a label as text: whole numbers without a point."""
    found = np.asarray(cell)
    if found.size != 1:
        raise PictureRefusedError(Reason.LABEL, f"{found.size} values")
    one = found.reshape(-1)[0].item()
    if isinstance(one, float):
        if not one.is_integer():
            raise PictureRefusedError(Reason.LABEL, "a fraction")
        one = int(one)
    return str(int(one)) if isinstance(one, bool) else str(one)
