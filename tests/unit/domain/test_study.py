"""A study refuses what does not fit together, and its digest follows its content."""

import json

import pytest
import yaml
from pydantic import ValidationError

from primum.domain.norm import Grade
from primum.domain.study import Column, Criterion, Model, Outcome, Split, Study, Subgroup, Words
from synthetic.tiny_study import TEXT

DOCUMENT = yaml.safe_load(TEXT)


def study(**changes):
    return Study.model_validate_json(json.dumps({**DOCUMENT, **changes}))


def column(**changes):
    return Column.model_validate_json(json.dumps({"name": "a", "source": "lab", "role": "feature", **changes}))


def test_a_study_is_frozen_and_forbids_what_it_does_not_know():
    with pytest.raises(ValidationError, match="frozen"):
        study().seed = 2
    with pytest.raises(ValidationError, match="extra"):
        study(sede=2)


def test_features_come_in_the_order_of_the_study():
    assert [one.name for one in study().features()] == ["size", "colour"]


def test_a_column_is_found_by_name_or_is_a_key_error():
    assert study().column("age").role == "quasi_identifier"
    with pytest.raises(KeyError):
        study().column("aeg")


def test_pieces_are_plain_json_and_may_be_dotted():
    pieces = study().pieces("seed", "intended_use.purpose")
    assert pieces == {"seed": 1, "intended_use.purpose": "tiny-research"}
    assert json.loads(json.dumps(study().pieces("columns")))["columns"][0]["name"] == "mrn"


def test_the_grade_is_read_from_its_word():
    assert study().intended_use.grade is Grade.RESEARCH


def test_the_digest_is_that_of_content():
    assert study().digest == study().digest
    assert len(study().digest) == 64
    assert study().digest != study(seed=2).digest
    assert study().digest == study(validity_days=365).digest, "a default written out changes nothing"


def test_a_piece_has_a_digest_of_its_own():
    assert study().limits.digest == study(seed=2).limits.digest
    assert study().limits.digest != study(limits={"coverage": 0.8}).limits.digest


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"role": "identifier"}, "needs its kind"),
        ({"identifier": "name"}, "only a column of role identifier"),
        ({"low": 2, "high": 2}, "low must be below high"),
        ({"low": 3, "high": 2}, "low must be below high"),
        ({"categories": ["a", "b", "a"]}, "listed twice"),
        ({"name": "Radius"}, "pattern"),
        ({"name": ""}, "pattern"),
        ({"name": "a" * 65}, "pattern"),
        ({"role": "label"}, "feature"),
        ({"unit": 1}, "string"),
        ({"low": "1"}, "number"),
    ],
)
def test_a_column_that_contradicts_itself_is_refused(changes, said):
    with pytest.raises(ValidationError, match=said):
        column(**changes)


def test_a_column_may_leave_one_end_open():
    assert column(low=1).high is None
    assert column(high=1).low is None
    assert column(role="identifier", identifier="other").identifier == "other"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"classes": []}, "at least 1"),
        ({"classes": ["a", "b", "a"]}, "listed twice"),
        ({"positive": "c"}, "not among classes"),
        ({"reference_standard": ""}, "at least 1"),
    ],
)
def test_an_outcome_that_contradicts_itself_is_refused(changes, said):
    whole = {"column": "x", "classes": ["a", "b"], "positive": "a", "reference_standard": "y", **changes}
    with pytest.raises(ValidationError, match=said):
        Outcome.model_validate_json(json.dumps(whole))


WOMAN = {"en": "female", "zh": "女"}


def test_classes_and_categories_have_labels_in_both_languages():
    outcome = {**DOCUMENT["outcome"], "labels": {"ill": {"en": "sick", "zh": "患病"}}}
    one = study(outcome=outcome)
    assert one.outcome.words("ill") == Words(en="sick", zh="患病")
    assert one.outcome.words("well") == Words(en="well", zh="well"), "its name where it has no label"
    sex = column(categories=["female", "male"], category_labels={"female": WOMAN})
    assert [sex.shown(value, "zh") for value in ("female", "male", "7 mm")] == ["女", "male", "7 mm"]
    assert sex.shown("female", "en") == "female"
    assert column(label={"en": "Size", "zh": "大小"}).words.zh == "大小"
    assert column().words == Words(en="a", zh="a")


def test_labels_are_kept_hashed_and_cannot_be_changed():
    sex = column(categories=["female", "male"], category_labels={"female": WOMAN})
    assert sex.model_dump(mode="json")["category_labels"] == {"female": WOMAN}
    again = Column.model_validate_json(sex.model_dump_json())
    assert again == sex
    assert (hash(again), again.digest) == (hash(sex), sex.digest)
    assert sex.digest != column(categories=["female", "male"]).digest
    assert {sex, again, sex.model_copy(update={"unit": "1"})} == {sex, sex.model_copy(update={"unit": "1"})}
    with pytest.raises(TypeError):
        sex.category_labels["male"] = Words(en="male", zh="男")
    with pytest.raises(TypeError):
        column().category_labels["male"] = Words(en="male", zh="男")


def test_labels_of_what_is_not_there_are_refused():
    with pytest.raises(ValidationError, match="category_labels: 'femal' is not among categories"):
        column(categories=["female", "male"], category_labels={"femal": WOMAN})
    with pytest.raises(ValidationError, match="labels: 'il' is not among classes"):
        study(outcome={**DOCUMENT["outcome"], "labels": {"il": WOMAN}})
    with pytest.raises(ValidationError, match="zh"):
        study(outcome={**DOCUMENT["outcome"], "labels": {"ill": {"en": "only"}}})


@pytest.mark.parametrize("parts", [(0.6, 0.2, 0.3), (0.8, 0.2, 0.0), (0.0, 0.5, 0.5), (0.3, 0.3, 0.3)])
def test_a_split_with_an_empty_part_or_another_sum_than_one_is_refused(parts):
    with pytest.raises(ValidationError, match="sum to 1"):
        Split(development=parts[0], validation=parts[1], test=parts[2])


def test_a_split_may_be_off_by_rounding_only():
    assert Split(development=0.7, validation=0.1, test=0.2).test == 0.2


def test_a_criterion_must_ask_something():
    with pytest.raises(ValidationError, match="needs at_least"):
        Criterion(column="age", because="why")
    assert Criterion(column="age", at_least=0, because="zero is a bound").at_least == 0


def test_edges_of_a_subgroup_rise():
    assert Subgroup(column="age", edges=(40, 60)).edges == (40, 60)
    for edges in ((60.0, 40.0), (40.0, 40.0)):
        with pytest.raises(ValidationError, match="rise"):
            Subgroup(column="age", edges=edges)


def test_heads_of_a_model_divide_its_width():
    with pytest.raises(ValidationError, match="must divide width"):
        Model(width=32, heads=5)


def test_words_are_in_both_languages():
    with pytest.raises(ValidationError):
        Words(en="only", zh="")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"subgroups": [{"column": "aeg"}]}, "no column aeg; did you mean age"),
        ({"cohort": {"criteria": [{"column": "hue", "at_least": 1, "because": "x"}]}}, "no column hue"),
        ({"outcome": {**DOCUMENT["outcome"], "column": "colour"}}, "role must be outcome"),
        ({"norms": []}, "at least 1"),
        ({"norms": ["gdpr", "gdpr"]}, "gdpr is listed twice"),
        ({"sources": [*DOCUMENT["sources"], *DOCUMENT["sources"]]}, "lab is listed twice"),
        ({"columns": [*DOCUMENT["columns"], DOCUMENT["columns"][1]]}, "size is listed twice"),
        ({"columns": [one for one in DOCUMENT["columns"] if one["role"] != "feature"]}, "role feature"),
        ({"sources": [{**DOCUMENT["sources"][0], "name": "labs"}]}, "no source lab; did you mean labs"),
        ({"seed": -1}, "greater than or equal"),
        ({"primum": 2}, "1"),
    ],
)
def test_a_study_whose_parts_do_not_fit_is_refused(changes, said):
    with pytest.raises(ValidationError, match=said):
        study(**changes)


def test_subgroups_are_not_made_of_identifiers():
    with pytest.raises(ValidationError, match="subgroups cannot"):
        study(subgroups=[{"column": "mrn"}])


def test_only_the_outcome_has_the_role_of_one():
    extra = {"name": "second", "source": "lab", "role": "outcome"}
    with pytest.raises(ValidationError, match="but the outcome is outcome"):
        study(columns=[*DOCUMENT["columns"], extra])


# -- consent ----------------------------------------------------------------------------------------------------------
AGREED = {"name": "agreed", "source": "lab", "role": "ignored"}


def asking(consent, **changes):
    return study(columns=[*DOCUMENT["columns"], {**AGREED, **changes}], consent=consent)


@pytest.mark.parametrize(
    "consent",
    [
        {"column": "agreed", "granted": ["yes"]},
        {"opt_out": "objections.txt"},
        {"column": "agreed", "granted": ["yes"], "opt_out": "objections.txt"},
    ],
)
def test_consent_is_a_column_a_list_or_both(consent):
    assert asking(consent).consent.model_dump(exclude_defaults=True, mode="json") == consent


@pytest.mark.parametrize(
    ("consent", "words"),
    [
        ({}, "needs column and granted, or opt_out"),
        ({"column": "agreed"}, "belong together"),
        ({"granted": ["yes"]}, "belong together"),
        ({"column": "agreed", "granted": []}, "belong together"),
        ({"column": "agred", "granted": ["yes"]}, "did you mean agreed"),
        ({"column": "size", "granted": ["yes"]}, "its role must be ignored"),
        ({"opt_out": "x", "optout": "y"}, "extra|Extra"),
    ],
)
def test_consent_that_asks_nothing_or_does_not_fit_is_refused(consent, words):
    with pytest.raises(ValidationError, match=words):
        asking(consent)


def test_a_study_without_consent_says_nothing_of_it():
    assert study().consent is None
    assert study().pieces("consent") == {"consent": None}
