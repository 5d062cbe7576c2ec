"""More than a thousand planted identifiers appear nowhere in the clear; one left in a record stops the run."""

import importlib.util
import json
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def planted(released):
    """All made-up identifiers of the example, as written into its export."""
    example = Path(__file__).parents[2] / "examples" / "breast-cytology" / "make_data.py"
    spec = importlib.util.spec_from_file_location("make_data", example)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return sorted(set(module.identifiers(released.folder)))


def haystack(released):
    """Yield (where, bytes) of everything the run left, raw export and incoming cases apart."""
    for file in sorted(released.folder.rglob("*")):
        inside = file.relative_to(released.folder).parts[0]
        if file.is_file() and inside not in {"data", "incoming"}:
            yield str(file.relative_to(released.folder)), file.read_bytes()
    yield "what was printed", released.spoken.encode()
    yield "what was printed for programs", json.dumps(released.result).encode()


def test_a_thousand_planted_identifiers_appear_nowhere_in_the_clear(released, planted):
    assert len(planted) >= 1000
    needles = [one.encode() for one in planted if len(one) >= 5]
    assert len(needles) >= 1000
    found = {}
    searched = 0
    for where, data in haystack(released):
        searched += 1
        hits = [needle for needle in needles if needle in data]
        if hits:
            found[where] = len(hits)
    assert searched > 20
    assert found == {}


def test_the_search_would_find_a_leak(released, planted):
    raw = b"".join(file.read_bytes() for file in (released.folder / "data").rglob("*") if file.is_file())
    assert sum(one.encode() in raw for one in planted) >= 1000


def test_an_identifier_left_in_a_record_stops_the_run_without_being_repeated(small, tmp_path):
    desk = small.copy(tmp_path / "study")
    file = desk.folder / "data" / "cytology.csv"
    header, first, *rest = file.read_text().splitlines()
    names = header.split(",")
    mrn = first.split(",")[names.index("mrn")]
    planted = [f"{header},batch", f"{first},{mrn}", *(f"{line},none" for line in rest)]
    file.write_text("\n".join(planted) + "\n")
    desk.edit(
        r"^columns:\n",
        "columns:\n  - {name: batch, source: cytology, role: quasi_identifier}\n",
    )
    done = desk.primum("run", desk.folder, "--json", code=11)
    refused = json.loads(done.stdout.splitlines()[-1])
    assert refused["error"] == "DataError"
    assert "batch" in refused["what"]
    assert mrn not in done.stdout + done.stderr
