"""Our models by kind of data: every place in the table leads somewhere, and tables do not wait for texts."""

import subprocess
import sys

import pytest

from primum.errors import StudyError
from primum.models.ours import TABLE, ours


@pytest.mark.parametrize(("verb", "modality", "task"), list(TABLE))
def test_every_place_leads_to_something_that_can_be_called(verb, modality, task):
    assert callable(ours(verb, modality, task))


def test_every_modality_is_loaded_and_fitted_for_classes_and_pretrained():
    for modality in ("table", "text", "image"):
        assert {("load", modality, "classify"), ("fit", modality, "classify"), ("pretrain", modality, "")} <= set(TABLE)


def test_a_task_without_a_model_says_what_there_is():
    with pytest.raises(StudyError, match="no model for the task tag on table data"):
        ours("fit", "table", "tag")


def test_who_studies_tables_does_not_wait_for_libraries_of_text():
    asked = "import primum.stages.finetune, primum.stages.pretrain, primum.stages.evaluate, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True, text=True)
    assert not {"transformers", "onnx", "peft"} & set(done.stdout.split())
