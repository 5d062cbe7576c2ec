import numpy as np
import pytest

from primum import plugins
from primum.custody.nouns import SubjectKey
from primum.domain.picture import decode, encode
from primum.domain.study_file import parse
from primum.domain.tokens import Pictures
from primum.errors import DataError, StudyError
from primum.imaging import burned
from primum.imaging.burned import Blackened
from synthetic.scans import body, photograph, stack, volume
from synthetic.tiny_study import TEXT

SOURCES = "  - {name: films, modality: image, format: FORMAT, path: films, subject: SUBJECT, burned_in: BURNED}"
COLUMNS = """\
  - {name: film, source: films, role: feature, label: {en: Chest film, zh: 胸片}}
  - {name: outcome, source: films, path: folder, role: outcome, label: {en: Finding, zh: 所见}}"""


def study(form="image", subject="file", burned_in="search", columns=COLUMNS):
    head, rest = TEXT.split("sources:\n")
    tail = rest[rest.index("outcome:\n  column") :]
    tail = tail[: tail.index("cohort:")] + "norms: [gdpr]\nseed: 1\n"
    source = SOURCES.replace("FORMAT", form).replace("SUBJECT", subject).replace("BURNED", burned_in)
    return parse(f"{head}sources:\n{source}\ncolumns:\n{columns}\n{tail}".encode())


@pytest.fixture
def modality():
    return plugins.load("modality", "image")


def films(folder, size=(24, 32)):
    for at, name in enumerate(("well/a", "well/b", "ill/c")):
        photograph(folder / "films" / f"{name}.png", body(size, at, "uint8"))
    return folder


def records_of(modality, given, folder):
    return list(modality.read(given.sources[0], given, folder))


KEY = SubjectKey(days=7, key=b"0" * 32)


def test_pictures_become_arrays_of_small_numbers_channels_first(modality, tmp_path):
    given = study()
    records = records_of(modality, given, films(tmp_path))
    assert {one.modality for one in records} == {"image"}
    tokens = modality.tokenize(records, given.features())
    assert isinstance(tokens, Pictures)
    assert [one.shape for one in tokens.values] == [(1, 24, 32)] * 3
    assert {one.dtype for one in tokens.values} == {np.dtype(np.float32)}
    assert tokens.spacing == ((), (), ())
    assert np.array_equal(tokens.values[1][0], decode(records[1].payload["film"]).values[0])


def test_volumes_bring_their_spacing(modality, tmp_path):
    volume(tmp_path / "films/well/a.nii.gz")
    given = study("nifti")
    tokens = modality.tokenize(records_of(modality, given, tmp_path), given.features())
    assert tokens.spacing == ((1.0, 1.5, 2.0),)
    assert tokens.values[0].shape == (1, 20, 24, 16)


def test_dicom_is_read_by_the_same_door(modality, tmp_path):
    stack(tmp_path / "films/S1/well")
    given = study("dicom", "PatientID")
    record = records_of(modality, given, tmp_path)[0]
    assert (record.subject, record.payload["outcome"]) == ("MADE-UP-1", "well")


def test_two_columns_of_pictures_are_more_than_a_model_sees(modality, tmp_path):
    given = study()
    records = records_of(modality, given, films(tmp_path))
    with pytest.raises(StudyError, match="2 features"):
        modality.tokenize(records, given.features() * 2)


def test_a_record_without_a_picture_is_told(modality, tmp_path):
    given = study()
    records = records_of(modality, given, films(tmp_path))
    records[1].payload["film"] = None
    with pytest.raises(DataError, match="Record 2"):
        modality.tokenize(records, given.features())


def test_people_are_told_size_and_spacing(modality, tmp_path):
    volume(tmp_path / "films/well/a.nii.gz")
    given = study("nifti")
    record = records_of(modality, given, tmp_path)[0]
    assert modality.render(record, given) == [
        ("image:film", "Chest film", "20 × 24 × 16, 1 × 1.5 × 2 mm"),
        ("column:outcome", "Finding", "well"),
    ]


def test_pictures_are_searched_for_text_and_told_how(modality, tmp_path, monkeypatch):
    given = study()
    records = records_of(modality, given, films(tmp_path, (80, 80)))

    def found(picture):
        return Blackened(picture=picture, how="searched", places=2)

    monkeypatch.setattr(burned, "blackened", found)
    safe, counts = modality.deidentify(records, given, KEY)
    assert counts == {"picture.searched": 3, "span.burned_in": 6}
    assert [one.payload["outcome"] for one in safe] == ["ill", "well", "well"]


def test_what_was_blackened_replaces_the_picture(modality, tmp_path, monkeypatch):
    given = study()
    records = records_of(modality, given, films(tmp_path, (80, 80)))
    black = decode(records[0].payload["film"])
    monkeypatch.setattr(burned, "blackened", lambda _: Blackened(picture=black, how="searched", places=1))
    safe, _ = modality.deidentify(records[1:], given, KEY)
    assert {one.payload["film"] for one in safe} == {encode(black)}


def test_an_author_may_state_that_there_is_no_text_and_nobody_looks(modality, tmp_path, monkeypatch):
    given = study(burned_in="absent")
    records = records_of(modality, given, films(tmp_path, (80, 80)))
    monkeypatch.setattr(burned, "blackened", lambda _: pytest.fail("looked"))
    safe, counts = modality.deidentify(records, given, KEY)
    assert counts["picture.said_absent"] == 3
    assert [one.payload["film"] for one in safe] == [one.payload["film"] for one in records]


def test_masks_and_labels_pass_as_they_are(modality, tmp_path):
    folder = tmp_path / "films"
    photograph(folder / "a.png")
    photograph(folder / "a_mask.png", (body((24, 32), kind="uint8") > 40).astype(np.uint8))
    given = study(
        columns="  - {name: film, source: films, role: feature}\n"
        "  - {name: outcome, source: films, path: '*_mask', role: outcome}"
    )
    records = records_of(modality, given, tmp_path)
    safe, counts = modality.deidentify(records, given, KEY)
    assert safe[0].payload == records[0].payload
    assert counts["picture.too_small"] == 1


def test_identifiers_of_files_do_not_pass(modality, tmp_path):
    given = study(
        columns=COLUMNS + "\n  - {name: mrn, source: films, path: top, role: identifier, identifier: record_number}"
    )
    records = records_of(modality, given, films(tmp_path))
    assert records[0].payload["mrn"] == "ill"
    safe, counts = modality.deidentify(records, given, KEY)
    assert all("mrn" not in one.payload for one in safe)
    assert counts["identifier.record_number"] == 3


def test_a_source_that_is_not_there_is_told(modality, tmp_path):
    with pytest.raises(DataError, match="nothing at films"):
        records_of(modality, study(), tmp_path)
