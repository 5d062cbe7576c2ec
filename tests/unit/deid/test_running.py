"""A whole run in one process: everything is read, cleaned, searched again, reported and attested, or refused."""

import json
import logging
import re
import shutil
from pathlib import Path

import pytest
from pydicom.data import get_testdata_file

from primum.deid import attestation, handlers, page, telling
from primum.deid.journal import DRAFT, JOURNAL, Journal
from primum.deid.keeping import Nobody
from primum.deid.nouns import RefusedError, Status
from primum.deid.scanning import scan
from primum.deid.schema import Report
from primum.dossier.tongue import speak
from primum.errors import DataError, IntegrityError
from primum.privacy.dicom.refusals import Reason
from primum.privacy.spans import Kind, Span
from synthetic import deid_folder


@pytest.fixture(scope="module")
def filled(tmp_path_factory) -> Path:
    return deid_folder.fill(tmp_path_factory.mktemp("filled") / "in")


@pytest.fixture(scope="module")
def done(filled, tmp_path_factory):
    out = tmp_path_factory.mktemp("done") / "out"
    return out, deid_folder.run(filled, out)


@pytest.fixture
def out(done, tmp_path) -> Path:
    shutil.copytree(done[0], tmp_path / "copy")
    return tmp_path / "copy"


@pytest.fixture
def hasty(monkeypatch):
    """Leave the estimate of what is missed out, which is tested elsewhere."""
    monkeypatch.setattr("primum.deid.running.estimate", lambda *_: {})


def haystack(folder: Path):
    for file in sorted(folder.rglob("*")):
        yield str(file.relative_to(folder)).encode(), file.name
        if file.is_file():
            yield file.read_bytes(), file.name


def test_every_format_is_cleaned_and_nothing_refused(done):
    _, summary = done
    assert summary["totals"]["refused"] == 0
    assert summary["totals"]["files"] == 15
    assert set(summary["formats"]) == {"text", "fhir", "json", "table", "parquet", "nifti", "vcf", "dicom", "pdf"}
    assert summary["attested"]


def test_no_identifier_is_anywhere_in_what_is_written(done):
    for data, name in haystack(done[0]):
        found = [needle for needle in deid_folder.NEEDLES if needle.encode() in data]
        assert not found, name


def test_the_search_would_find_a_leak(filled):
    found = {needle for data, _ in haystack(filled) for needle in deid_folder.NEEDLES if needle.encode() in data}
    assert len(found) >= 5


def test_paths_are_kept_where_they_identify_nobody(done):
    written = set(deid_folder.files(done[0]))
    assert {"ward/p001/note.txt", "ward/p002/zh.txt", "patients.csv", "brain.nii.gz", "ct"} <= written
    assert not any(deid_folder.MRN in one for one in written)


def test_one_person_is_one_in_all_formats(done):
    out, _ = done
    files = deid_folder.files(out)
    own = {files[name]["subject"] for name in ("fhir.json", "ct", "letter.pdf", "other.json", "ward/p001/note.txt")}
    assert len(own) == 1
    pseudonym = own.pop()
    assert pseudonym in (out / "patients.csv").read_text()
    assert pseudonym in (out / "calls.vcf").read_text()
    assert pseudonym.encode() in (out / "ct").read_bytes()
    name = json.loads((out / "other.json").read_text())["patientName"]
    assert name in (out / "fhir.json").read_text() or name.split()[-1] in (out / "fhir.json").read_text()
    assert name in (out / "patients.csv").read_text()


def test_the_report_has_the_form_of_its_schema_and_no_value(done):
    document = deid_folder.report(done[0])
    Report.model_validate(document)
    text = json.dumps(document, ensure_ascii=False)
    assert not any(needle in text for needle in (*deid_folder.NEEDLES, "王小明", "García"))


def test_spans_are_places_in_the_original(done, filled):
    one = deid_folder.files(done[0])["ward/p001/note.txt"]
    text = (filled / "ward" / "p001" / "note.txt").read_text()
    names = [text[mark["start"] : mark["end"]] for mark in one["spans"] if mark["kind"] == "name"]
    assert deid_folder.NAME in names


def test_a_text_in_another_encoding_stays_in_it(done):
    (done[0] / "ward" / "p002" / "zh.txt").read_bytes().decode("gb18030")
    assert deid_folder.files(done[0])["ward/p002/zh.txt"]["encoding"] == "gb18030"


def test_packed_files_stay_packed(done):
    assert (done[0] / "brain.nii.gz").read_bytes()[:2] == b"\x1f\x8b"
    assert b"lindqvist" not in handlers.formats.gzip.decompress((done[0] / "calls.vcf.gz").read_bytes())


def test_no_journal_and_no_draft_is_left(done):
    assert not list(done[0].rglob(".*"))


def test_the_same_key_gives_the_same_files(filled, done, tmp_path):
    deid_folder.run(filled, tmp_path / "again", Nobody(b"k" * 32))
    one, two = (
        {name: entry["sha256"] for name, entry in deid_folder.files(folder).items()}
        for folder in (done[0], tmp_path / "again")
    )
    assert one == two


def test_another_key_gives_others(hasty, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(deid_folder.NOTE)
    deid_folder.run(tmp_path / "in", tmp_path / "one", Nobody(b"1" * 32))
    deid_folder.run(tmp_path / "in", tmp_path / "two", Nobody(b"2" * 32))
    assert (tmp_path / "one" / "a.txt").read_text() != (tmp_path / "two" / "a.txt").read_text()


def test_tags_are_written_where_they_are_asked_for(hasty, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(deid_folder.NOTE)
    deid_folder.run(tmp_path / "in", tmp_path / "out", tags=True)
    assert "[NAME]" in (tmp_path / "out" / "a.txt").read_text()


def test_a_thorough_finder_is_asked_as_well_and_named_in_the_report(hasty, tmp_path, monkeypatch):
    class Finder:
        def find(self, text):
            at = text.find("slept")
            return [Span(at, at + 5, Kind.NAME, "thorough")] if at >= 0 else []

    monkeypatch.setattr("primum.deid.running._opened", lambda folder: Finder() if folder else None)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("slept well\n")
    summary = deid_folder.run(tmp_path / "in", tmp_path / "out", thorough=tmp_path / "some-model")
    assert summary["thorough"] == "some-model"
    assert "slept" not in (tmp_path / "out" / "a.txt").read_text()
    assert "some-model" in (tmp_path / "out" / "report.html").read_text()


# -- attestation -------------------------------------------------------------------------------------------------------
def test_a_folder_verifies_as_it_was_attested(out):
    found = attestation.verify(out)
    assert found.files == 15
    assert not found.is_home
    assert found.statement["policy"] == "safe-harbor"


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda out: (out / "patients.csv").write_text("x"), r"patients\.csv was altered"),
        (lambda out: (out / "patients.csv").unlink(), r"patients\.csv is missing"),
        (lambda out: (out / "more.txt").write_text("x"), r"more\.txt does not belong"),
        (lambda out: (out / "report.json").write_text("{}"), r"report\.json was altered"),
        (lambda out: (out / "report.html").write_text(""), r"report\.html was altered"),
        (lambda out: (out / "attestation.json").unlink(), "not attested"),
        (lambda out: (out / "attestation.json").write_text("[]"), "cannot be read"),
        (lambda out: (out / "attestation.json").write_text("{}"), "cannot be read"),
    ],
)
def test_a_folder_that_was_altered_does_not(out, spoil, says):
    spoil(out)
    with pytest.raises(IntegrityError, match=says):
        attestation.verify(out)


def test_a_linked_file_is_no_file_of_it(out, tmp_path):
    (tmp_path / "elsewhere").write_bytes((out / "patients.csv").read_bytes())
    (out / "patients.csv").unlink()
    (out / "patients.csv").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(IntegrityError, match="altered"):
        attestation.verify(out)


def test_a_statement_that_was_altered_does_not_verify(out):
    document = json.loads((out / "attestation.json").read_text())
    payload = document["envelope"]["payload"]
    document["envelope"]["payload"] = ("B" if payload[0] == "A" else "A") + payload[1:]
    (out / "attestation.json").write_text(json.dumps(document))
    with pytest.raises(IntegrityError):
        attestation.verify(out)


def test_a_strangers_signature_does_not_verify_under_the_keys_of_a_home(out):
    with pytest.raises(IntegrityError, match="another key"):
        attestation.verify(out, {"release": Nobody(b"z" * 32).trust["release"]})


# -- refusals ----------------------------------------------------------------------------------------------------------
@pytest.fixture
def hostile(tmp_path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "good.txt").write_text(deid_folder.NOTE)
    (folder / "binary.txt").write_bytes(b"Lindqvist \x00\x01\x02 binary")
    (folder / "archive.zip").write_bytes(b"PK\x03\x04" + b"Lindqvist")
    (folder / "page.html").write_text("<html>Lindqvist</html>")
    (folder / "broken.json").write_text('{"name": "Lindqvist"')
    (folder / "broken.dcm").write_bytes(bytes(128) + b"DICM" + b"Lindqvist" * 10)
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 Lindqvist")
    (folder / "broken.nii").write_bytes((348).to_bytes(4, "little") + bytes(340) + b"n+1\0")
    (folder / "ragged.csv").write_text("mrn,name\n77712345,Lindqvist\n1,2,3\n")
    (folder / "Lindqvist_Thaddeus.bin").write_bytes(b"\x00\x01")
    (folder / ".DS_Store").write_bytes(b"\x00\x01")
    (tmp_path / "secret.txt").write_text("Lindqvist")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    return folder


def test_what_is_not_understood_is_refused_and_never_copied(hasty, hostile, tmp_path):
    summary = deid_folder.run(hostile, tmp_path / "out")
    assert summary["totals"]["refused"] == 10
    assert summary["totals"]["left out"] == 1
    assert summary["totals"]["cleaned"] == 1
    written = {one.name for one in (tmp_path / "out").iterdir()}
    assert written == {"good.txt", "report.json", "report.html", "attestation.json"}
    for data, _ in haystack(tmp_path / "out"):
        assert b"arrison" not in data
    assert summary["attested"]
    assert telling.is_incomplete(summary)


def test_each_refusal_tells_its_reason_and_place_in_the_list(hasty, hostile, tmp_path):
    deid_folder.run(hostile, tmp_path / "out")
    listed = deid_folder.report(tmp_path / "out")["files"]
    assert [one["number"] for one in listed] == list(range(1, 13))
    reasons = {one["path"]: one["reason"]["code"] for one in listed if one["reason"]}
    assert reasons["binary.txt"] == "binary"
    assert reasons["link.txt"] == "link"
    assert reasons["page.html"] == "markup"
    assert reasons["ragged.csv"] == "ragged"
    assert reasons["broken.dcm"].startswith("dicom-")
    assert reasons[".DS_Store"] == "litter"


def test_a_reader_that_breaks_refuses_its_file_alone(hasty, tmp_path, monkeypatch):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.json").write_text('{"a": 1}')
    (tmp_path / "in" / "b.txt").write_text("fine\n")

    def broken(_job):
        raise ZeroDivisionError("Lindqvist")

    monkeypatch.setattr(handlers, "CLEAN", {**handlers.CLEAN, "json": broken})
    deid_folder.run(tmp_path / "in", tmp_path / "out")
    assert deid_folder.files(tmp_path / "out")["a.json"]["reason"] == {"code": "fault", "detail": "ZeroDivisionError"}
    assert (tmp_path / "out" / "b.txt").read_text() == "fine\n"


def test_a_list_of_patients_on_a_disc_is_left_out_without_harm(hasty, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "DICOMDIR").write_bytes(Path(get_testdata_file("DICOMDIR")).read_bytes())
    (tmp_path / "in" / "a.txt").write_text("slept well\n")
    summary = deid_folder.run(tmp_path / "in", tmp_path / "out")
    assert summary["totals"]["left out"] == 1
    assert summary["totals"]["refused"] == 0
    assert not telling.is_incomplete(summary)
    assert deid_folder.files(tmp_path / "out")["DICOMDIR"]["reason"]["code"] == "dicom-directory"
    assert not (tmp_path / "out" / "DICOMDIR").exists()


def test_no_library_says_anything_about_what_it_reads(hasty, hostile, tmp_path, caplog, recwarn):
    deid_folder.run(hostile, tmp_path / "out")
    assert caplog.records == []
    assert list(recwarn) == []
    assert logging.root.manager.disable == 0


def leaking(monkeypatch):
    """Let the remover find nothing."""
    monkeypatch.setattr("primum.privacy.notes.find_all", lambda listed, *_known, **_more: [[] for _ in listed])


def test_a_file_in_which_something_is_left_is_withdrawn_and_nothing_attested(hasty, tmp_path, monkeypatch):
    leaking(monkeypatch)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("write to ann@example.org\n")
    (tmp_path / "in" / "b.txt").write_text("slept well\n")
    summary = deid_folder.run(tmp_path / "in", tmp_path / "out")
    assert not summary["attested"]
    assert deid_folder.files(tmp_path / "out")["a.txt"]["reason"] == {"code": "left", "detail": "email 1"}
    assert not (tmp_path / "out" / "a.txt").exists()
    assert not (tmp_path / "out" / "attestation.json").exists()
    assert not any(b"ann@" in data for data, _ in haystack(tmp_path / "out"))
    monkeypatch.undo()
    assert deid_folder.run(tmp_path / "in", tmp_path / "out")["attested"]


# -- going on ----------------------------------------------------------------------------------------------------------
class Killed(BaseException):
    """Ends a run as abruptly as a test can."""


@pytest.fixture(scope="module")
def some(tmp_path_factory) -> Path:
    """A few files of formats that are quick to clean."""
    folder = tmp_path_factory.mktemp("some") / "in"
    (folder / "ward").mkdir(parents=True)
    (folder / "ward" / "a.txt").write_text(deid_folder.NOTE)
    (folder / "ward" / "b.txt").write_text(deid_folder.NOTE * 2)
    (folder / "c.json").write_text(json.dumps({"patientName": deid_folder.NAME, "mrn": deid_folder.MRN}))
    (folder / "d.csv").write_text(f"mrn,name,hb\n{deid_folder.MRN},{deid_folder.NAME},12\n77712346,Ann Whitlock,13\n")
    (folder / "e.bin").write_bytes(b"\0")
    return folder


@pytest.mark.parametrize("after", range(6))
def test_a_run_that_was_killed_goes_on_to_the_same_end(some, tmp_path, monkeypatch, hasty, after):
    deid_folder.run(some, tmp_path / "undisturbed")
    original, count = Journal.keep, [0]

    def keep(self, line, draft):
        if count[0] == after:
            raise Killed
        count[0] += 1
        original(self, line, draft)

    with monkeypatch.context() as killing:
        killing.setattr(Journal, "keep", keep)
        if after < 5:
            with pytest.raises(Killed):
                deid_folder.run(some, tmp_path / "out")
            assert (tmp_path / "out" / JOURNAL).exists()
            for data, name in haystack(tmp_path / "out"):
                assert not [needle for needle in deid_folder.NEEDLES if needle.encode() in data], name
    assert deid_folder.run(some, tmp_path / "out")["attested"]
    one, two = (
        {name: entry.get("sha256") for name, entry in deid_folder.files(tmp_path / folder).items()}
        for folder in ("undisturbed", "out")
    )
    assert one == two
    assert attestation.verify(tmp_path / "out").files == 4


@pytest.mark.parametrize("in_memory", [1, 1 << 20])
def test_nothing_that_was_not_searched_once_more_lies_in_any_folder(some, tmp_path, monkeypatch, hasty, in_memory):
    """Whatever a kill leaves at the worst moment: after a file was cleaned, before it is searched."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    monkeypatch.setattr("primum.deid.running.IN_MEMORY", in_memory)
    searched: list[list[str]] = []

    def look(texts, desk):
        searched.append([one.name for place in (tmp_path / "out", scratch) for one in place.rglob("*")])
        return scan(texts, desk)

    monkeypatch.setattr("primum.deid.running.scan", look)
    deid_folder.run(some, tmp_path / "out")
    assert searched[0] == [JOURNAL]
    assert not [name for names in searched for name in names if name.startswith(DRAFT)]
    assert list(scratch.iterdir()) == []


def test_what_was_done_is_not_done_again(hasty, tmp_path, monkeypatch):
    (tmp_path / "in").mkdir()
    for name in "abc":
        (tmp_path / "in" / f"{name}.json").write_text('{"a": 1}')
    done, original = [], handlers.CLEAN["json"]

    def counted(job):
        done.append(job.source.path.name)
        if len(done) == 3:
            raise Killed
        return original(job)

    monkeypatch.setattr(handlers, "CLEAN", {**handlers.CLEAN, "json": counted})
    with pytest.raises(Killed):
        deid_folder.run(tmp_path / "in", tmp_path / "out")
    deid_folder.run(tmp_path / "in", tmp_path / "out")
    assert done == ["a.json", "b.json", "c.json", "c.json"]


def test_a_changed_file_is_done_again_when_a_run_goes_on(hasty, tmp_path, monkeypatch):
    leaking(monkeypatch)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("write to ann@example.org\n")
    (tmp_path / "in" / "b.txt").write_text("slept well\n")
    deid_folder.run(tmp_path / "in", tmp_path / "out")
    (tmp_path / "in" / "a.txt").write_text("woke late\n")
    (tmp_path / "in" / "b.txt").unlink()
    assert deid_folder.run(tmp_path / "in", tmp_path / "out")["attested"]
    assert (tmp_path / "out" / "a.txt").read_text() == "woke late\n"
    assert not (tmp_path / "out" / "b.txt").exists()


def test_a_finished_folder_is_not_written_again(filled, out):
    with pytest.raises(DataError, match="not empty"):
        deid_folder.run(filled, out)


def test_an_empty_folder_is_refused(tmp_path):
    (tmp_path / "in").mkdir()
    with pytest.raises(DataError, match="empty"):
        deid_folder.run(tmp_path / "in", tmp_path / "out")


def test_a_single_file_is_enough(hasty, tmp_path):
    (tmp_path / "a.txt").write_text(deid_folder.NOTE)
    deid_folder.run(tmp_path / "a.txt", tmp_path / "out")
    assert (tmp_path / "out" / "a.txt").exists()


# -- the page ----------------------------------------------------------------------------------------------------------
def test_the_page_speaks_both_languages_without_scripts(done):
    text = (done[0] / "report.html").read_text(encoding="utf-8")
    assert "<script" not in text
    assert "http" not in text
    assert "Cleaned and attested" in text
    assert "已清除标识，并已签署证明" in text


def test_the_page_of_a_bad_end_says_so_first(hasty, hostile, tmp_path, monkeypatch):
    deid_folder.run(hostile, tmp_path / "out")
    text = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "Cleaned in part; 10 files were refused" in text
    assert "部分清除；10 个文件被拒绝" in text
    leaking(monkeypatch)
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "a.txt").write_text("write to ann@example.org\n")
    deid_folder.run(tmp_path / "one", tmp_path / "out2")
    assert "Not attested. Do not pass this folder on" in (tmp_path / "out2" / "report.html").read_text(encoding="utf-8")


def test_the_page_escapes_what_it_shows(done):
    facts = {key: value for key, value in deid_folder.report(done[0]).items() if key != "files"}
    hostile = '"><img src=x onerror=alert(1)>'
    listed = [
        {"number": 1, "path": hostile, "status": Status.REFUSED.value, "format": hostile, "language": "", "replaced": 0}
        | {"doubtful": 0, "reason": {"code": "fault", "detail": hostile}}
    ]
    assert "<img" not in page.render({**facts, "thorough": hostile}, listed)


def test_what_is_said_at_the_end_names_figures_and_places(done):
    out, summary = done
    said = "\n".join(telling.done(summary, out))
    assert "15" in said
    assert "report.html" in said
    assert "forgotten" in said


def test_refusals_without_a_phrase_do_not_exist():
    folder = Path(handlers.__file__).parent
    codes = set(re.findall(r'RefusedError\("([^"]+)"', "".join(one.read_text() for one in folder.glob("*.py"))))
    codes |= {code for _, code in handlers.formats._FOREIGN} | {"link", "special"} | {f"dicom-{one}" for one in Reason}
    for code in sorted(codes):
        for say in (speak("en", page.PHRASES), speak("zh", page.PHRASES)):
            assert say(f"reason.{code}")
            assert say(f"remedy.{code}")
    assert RefusedError("x").detail == ""


def test_both_languages_have_the_same_phrases():
    assert set(speak("en", page.PHRASES).phrases) == set(speak("zh", page.PHRASES).phrases)


def test_every_kind_has_its_word():
    for code in ("en", "zh"):
        assert {f"kind.{one.value.lower()}" for one in Kind} <= set(speak(code, page.PHRASES).phrases)
