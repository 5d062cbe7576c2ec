"""The list of software parts: valid CycloneDX, complete, and equal for equal installations."""

import json
import subprocess
import sys
from importlib import metadata

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from primum.dossier import sbom


@pytest.fixture(scope="module")
def made():
    return json.loads(sbom.make())


def test_it_is_cyclonedx_without_number_or_time(made):
    assert made["bomFormat"] == "CycloneDX"
    assert made["specVersion"] == "1.6"
    assert "serialNumber" not in made
    assert "timestamp" not in made["metadata"]


def test_it_is_about_primum_at_its_version(made):
    assert made["metadata"]["component"]["name"] == "primum"
    assert made["metadata"]["component"]["version"] == metadata.version("primum")


def test_every_declared_part_is_in_it_at_the_installed_version(made):
    versions = {one["name"]: one["version"] for one in made["components"]}
    declared = [Requirement(one) for one in metadata.requires("primum") or ()]
    wanted = {canonicalize_name(one.name) for one in declared if one.marker is None}
    assert len(wanted) > 15
    for name in wanted:
        assert versions[name] == metadata.version(name)


def test_tools_of_development_are_not_in_it(made):
    names = {one["name"] for one in made["components"]}
    assert not names & {"pytest", "hypothesis", "mypy", "ruff", "primum"}


def test_extras_that_were_asked_for_bring_their_parts():
    found = sbom.installed("primum")
    assert "uvloop" in found
    assert "uvloop" in found["uvicorn"][1]


def test_every_reference_is_to_a_part_that_is_there(made):
    known = {one["bom-ref"] for one in made["components"]} | {made["metadata"]["component"]["bom-ref"]}
    assert {one["ref"] for one in made["dependencies"]} == known
    for one in made["dependencies"]:
        assert set(one.get("dependsOn", [])) <= known


def test_parts_are_named_by_package_url(made):
    for one in made["components"]:
        assert one["purl"].startswith(f"pkg:pypi/{one['name']}@")


def test_another_process_makes_the_same_text():
    code = "from primum.dossier import sbom; import sys; sys.stdout.write(sbom.make())"
    texts = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert texts == {sbom.make()}


def test_what_is_not_installed_has_no_list():
    with pytest.raises(metadata.PackageNotFoundError):
        sbom.make("a-distribution-that-nobody-has")


def test_a_declared_part_that_is_missing_is_left_out(monkeypatch):
    class Lonely:
        version = "1"
        requires = ("a-distribution-that-nobody-has>=1", "packaging")

    real = metadata.distribution
    monkeypatch.setattr(metadata, "distribution", lambda name: Lonely() if name == "lonely" else real(name))
    found = sbom.installed("lonely")
    assert found["lonely"] == ("1", ("packaging",))
    assert "a-distribution-that-nobody-has" not in found
