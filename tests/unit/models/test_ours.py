"""Our models by kind of data: every place in the table leads somewhere, and tables do not wait for texts."""

import subprocess
import sys

import pytest

from primum.models.ours import TABLE, ours


@pytest.mark.parametrize(("verb", "modality", "task"), list(TABLE))
def test_every_place_leads_to_something_that_can_be_called(verb, modality, task):
    assert callable(ours(verb, modality, task))


def test_every_modality_is_loaded_fitted_and_pretrained():
    assert {(verb, modality, task) for verb in ("load", "fit", "pretrain") for modality in ("table", "text")} == set(
        TABLE
    )


def test_who_studies_tables_does_not_wait_for_libraries_of_text():
    asked = "import primum.stages.finetune, primum.stages.pretrain, primum.stages.evaluate, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True, text=True)
    assert not {"transformers", "onnx", "peft"} & set(done.stdout.split())
