"""Checkpoints at the custodian: found by the run that left them, by no other."""

from primum.models.checkpoints import KeptCheckpoints, running
from synthetic import cytology


def test_the_newest_is_found_again_by_the_same_run_and_work_only():
    keeper = cytology.custodian()
    context = cytology.context("finetune", keeper)
    first = KeptCheckpoints(context, "fold-0", ())
    assert first.latest() is None
    first.keep({"a": b"1"})
    first.keep({"a": b"2"})
    assert KeptCheckpoints(context, "fold-0", ()).latest() == {"a": b"2"}
    assert KeptCheckpoints(context, "fold-1", ()).latest() is None
    other = cytology.context("finetune", keeper, cytology.study(seed=9))
    assert KeptCheckpoints(other, "fold-0", ()).latest() is None


def test_a_resumed_run_keeps_after_what_it_found():
    keeper = cytology.custodian()
    context = cytology.context("finetune", keeper)
    KeptCheckpoints(context, "all", ()).keep({"a": b"1"})
    again = KeptCheckpoints(context, "all", ())
    again.latest()
    again.keep({"a": b"2"})
    assert KeptCheckpoints(context, "all", ()).latest() == {"a": b"2"}


def test_progress_is_told_under_the_name_of_the_work():
    import dataclasses

    told = []
    context = dataclasses.replace(
        cytology.context("finetune", cytology.custodian()), tell=lambda *said: told.append(said)
    )
    running(context, "fold-3", ()).tell(2, 9)
    assert told == [("fold-3", 2, 9)]
