"""Every example: its study can be read, its grants name its purpose, its bars a comparator; no data lies in it."""

import json
from pathlib import Path

import pytest
import yaml

from primum import plugins
from primum.domain import study_file
from primum.norms import library

EXAMPLES = sorted(one.parent for one in (Path(__file__).parents[3] / "examples").glob("*/study.yaml"))


@pytest.fixture(params=EXAMPLES, ids=lambda path: path.name)
def example(request):
    return request.param


def test_its_study_can_be_read_and_all_it_names_is_at_hand(example):
    study = study_file.load(example / "study.yaml")
    assert study.name == example.name
    library.applied(study.norms)
    for kind, names in (("baseline", study.comparison.baselines), ("explainer", study.explanation.methods)):
        for name in names:
            plugins.find(kind, name)
    assert all(study.outcome.words(one).zh != one for one in study.outcome.classes)


def test_its_grants_are_for_its_purpose(example):
    study = study_file.load(example / "study.yaml")
    grants = yaml.safe_load((example / "access.yaml").read_text())["grants"]
    assert {one["purpose"] for one in grants} == {study.intended_use.purpose}


def test_its_bars_name_a_comparator_and_whose_it_is(example):
    metrics = json.loads((example / "expected.json").read_text())["metrics"]
    assert metrics
    for one in metrics:
        assert one["comparator"]
        assert one["source"]
        assert {"at_least", "at_most"} & set(one)


def test_no_data_lies_in_it(example):
    names = {"README.md", "access.yaml", "expected.json", "make_data.py", "study.yaml"}
    assert {one.name for one in example.iterdir() if one.name != "__pycache__"} == names
