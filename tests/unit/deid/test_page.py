"""The page for people: the verdict, what to do in the order of its urgency, and figures that betray nobody."""

import re

import pytest

from primum.deid import page

RISK = {
    "people": 40,
    "groups": 4,
    "smallest": 8,
    "unique_share": 0.0,
    "threshold": 0.2,
    "prosecutor": {"highest": 0.125, "average": 0.1, "above": 0.0},
    "marketer": 0.1,
}
ALONE = {**RISK, "smallest": None, "prosecutor": {"highest": None, "average": 0.6, "above": 0.5}}
COLUMN = {
    "column": 3,
    "kind": "age",
    "action": "age",
    "why": "its header says so",
    "why_zh": "依列名判断",
    "quasi": True,
}
HIDING = {
    "k": 5,
    "distinct": 2,
    "closeness": 1.0,
    "generalised": [3],
    "left_out": 0,
    "unknown": 0.07,
    "before": ALONE,
    "sensitive": {"distinct": 2, "closeness": 0.31},
}


def table(path="t.csv", risk=None, hiding=None):
    return {"path": path, "rows": 40, "columns": [COLUMN], "risk": risk, "hiding": hiding}


def facts(**changes):
    """Return the head of a report of two cleaned files."""
    return {
        "version": 1,
        "run": "r",
        "at": "2026-01-02T03:04:05+00:00",
        "policy": "safe-harbor",
        "written": "surrogates",
        "thorough": "",
        "reversible": True,
        "attested": True,
        "totals": {"files": 2, "cleaned": 2, "unchanged": 0, "refused": 0, "left out": 0, "subjects": 1},
        "formats": {"text": {"cleaned": 2}},
        "counts": {"name": 3},
        "kept": {"age": 1},
        "reasons": {},
        "notes": {},
        "residual": {"texts": 2, "left": {}, "doubtful": {}},
        "tables": [],
        "missed": {},
        **changes,
    }


def totals(**changes):
    return {"totals": {**facts()["totals"], **changes}}


def todo(**changes) -> list[str]:
    return [key for _, key, _ in page.todo(facts(**changes))]


def shown(listed=(), **changes) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.render(facts(**changes), listed)))


# -- verdict -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changes", "wanted"),
    [({}, "clean"), (totals(refused=1), "partly"), ({"attested": False}, "unfit"),
     ({"attested": False, **totals(refused=1)}, "unfit")],
)  # fmt: skip
def test_the_verdict_is_the_worst_news(changes, wanted):
    assert page.outcome(facts(**changes)) == wanted


def test_nothing_is_to_be_done_where_all_is_well():
    assert todo() == ["nothing", "verify"]


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"attested": False}, ["unfit"]),
        (totals(refused=3), ["refused", "verify"]),
        ({"tables": [table(risk=ALONE)]}, ["tables", "verify"]),
        ({"tables": [table(risk=RISK)]}, ["nothing", "verify"]),
        ({"tables": [table()]}, ["nothing", "verify"]),
        ({"missed": {"overall": {"value": 0.01, "low": 0.0, "high": 0.09, "n": 60}}}, ["missed", "verify"]),
        ({"missed": {"overall": {"value": 0.01, "low": 0.0, "high": 0.02, "n": 600}}}, ["nothing", "verify"]),
        ({"residual": {"texts": 2, "left": {}, "doubtful": {"number": 2}}}, ["doubtful", "verify"]),
    ],
)
def test_what_is_to_be_done_follows_from_the_figures(changes, wanted):
    assert todo(**changes) == wanted


def test_what_is_urgent_comes_first():
    found = todo(
        attested=False,
        tables=[table(risk=ALONE)],
        residual={"texts": 1, "left": {}, "doubtful": {"number": 1}},
        **totals(refused=1),
    )
    assert found == ["unfit", "refused", "tables", "doubtful"]


# -- figures -----------------------------------------------------------------------------------------------------------
def test_the_table_in_which_somebody_is_most_at_risk_stands_at_the_head():
    worst = page._worst([table(risk=RISK), table(risk=ALONE), table()])
    assert worst is ALONE
    assert page._worst([table()]) is None


def test_small_groups_are_not_told_as_numbers():
    text = shown(tables=[table(risk=ALONE)])
    assert "below 5" in text
    assert "少于 5" in text
    assert "above 20%" in text


def test_a_journalist_is_shown_where_the_population_was_named():
    known = {**RISK, "journalist": {"highest": 0.004, "average": 0.003, "above": 0.0}}
    assert "0.4%" in shown(tables=[table(risk=known)])
    assert "0.4%" not in shown(tables=[table(risk=RISK)])


def test_how_people_were_hidden_is_shown_in_both_languages():
    text = shown(tables=[table(risk=RISK, hiding=HIDING)])
    assert "Made coarse until everybody hides among others" in text
    assert "粗化至人人可隐于他人之中" in text
    assert "0.31" in text
    assert "7" in text


def test_nothing_is_said_of_hiding_where_it_was_not_asked():
    assert "Made coarse" not in shown(tables=[table(risk=RISK)])


def test_left_out_people_are_counted_only_where_they_are_many():
    def told(left_out) -> str:
        return shown(tables=[table(risk=RISK, hiding={**HIDING, "left_out": left_out, "before": RISK})])

    assert told(None).count("fewer than 5") == told(12).count("fewer than 5") + 1
    assert " 12 " in told(12)


def test_no_more_files_are_listed_than_a_person_reads():
    one = {"status": "cleaned", "format": "text", "language": "en", "reason": None, "replaced": 1, "doubtful": 0}
    listed = [{**one, "number": at, "path": f"note-{at:04d}.txt"} for at in range(1, page.MOST_FILES + 21)]
    text = shown(listed)
    assert f"note-{page.MOST_FILES:04d}.txt" in text
    assert f"note-{page.MOST_FILES + 1:04d}.txt" not in text
    assert "and 20 more" in text


def test_refused_files_stand_before_the_others():
    one = {"format": "text", "language": "", "replaced": 0, "doubtful": 0}
    good = {**one, "number": 1, "path": "good.txt", "status": "cleaned", "reason": None}
    bad = {**one, "number": 2, "path": "bad.bin", "status": "refused", "reason": {"code": "binary", "detail": ""}}
    text = shown([good, bad], **totals(refused=1))
    assert text.rindex("bad.bin") < text.rindex("good.txt")


def test_equal_reports_give_equal_pages():
    assert page.render(facts(), []) == page.render(facts(), [])
