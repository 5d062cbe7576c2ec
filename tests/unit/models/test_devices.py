"""Devices and precision: tried before they are trusted."""

import resource
import subprocess

import pytest
import torch

from primum.models import devices


@pytest.fixture(autouse=True)
def _fresh():
    devices._gain_on_processor.cache_clear()
    yield
    devices._gain_on_processor.cache_clear()


def answers(monkeypatch, *, stdout="", code=0, fault=None):
    def run(command, **options):
        assert options["check"]
        if fault is not None:
            raise fault
        if code:
            raise subprocess.CalledProcessError(code, command)
        return subprocess.CompletedProcess(command, 0, stdout=stdout)

    monkeypatch.setattr(devices.subprocess, "run", run)


@pytest.mark.parametrize(("gain", "kind"), [("1.9", torch.bfloat16), ("1.0", torch.float32), ("0.6", torch.float32)])
def test_bfloat16_is_chosen_on_a_processor_where_it_gains(monkeypatch, gain, kind):
    answers(monkeypatch, stdout=gain)
    assert devices.precision("cpu") == kind


@pytest.mark.parametrize(
    "fault",
    [subprocess.TimeoutExpired("python", 1), OSError("no process"), subprocess.CalledProcessError(-4, "python")],
)
def test_where_the_trial_dies_float32_is_used(monkeypatch, fault):
    answers(monkeypatch, fault=fault)
    assert devices.precision("cpu") == torch.float32


def test_an_answer_that_is_none_counts_as_no_gain(monkeypatch):
    answers(monkeypatch, stdout="illegal instruction")
    assert devices.precision("cpu") == torch.float32


def test_a_graphics_processor_is_asked_itself(monkeypatch):
    for able, kind in ((True, torch.bfloat16), (False, torch.float32)):
        monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda able=able: able)
        assert devices.precision("cuda") == kind
    for there, name in ((True, "cuda"), (False, "cpu")):
        monkeypatch.setattr(torch.cuda, "is_available", lambda there=there: there)
        assert devices.device() == name


def test_the_trial_runs_on_this_machine():
    assert devices._gain_on_processor() >= 0


def test_one_thread_inside_and_as_before_after():
    torch.set_num_threads(2)
    with devices.one_thread():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == 2


class Library:
    """Notes what a C library is asked."""

    def __init__(self):
        self.asked = []

    def mallopt(self, name, value):
        self.asked.append((name, value))

    def malloc_trim(self, kept):
        self.asked.append(("trim", kept))


def test_memory_is_kept_inside_and_given_back_after_even_where_something_fails(monkeypatch):
    library = Library()
    monkeypatch.setattr(devices.ctypes, "CDLL", lambda _: library)

    @devices.kept_memory()
    def fails():
        assert library.asked == [(devices.MAPPED_MOST, 0), (devices.TRIM, 2**31 - 1)]
        raise ValueError("fault")

    with pytest.raises(ValueError, match="fault"):
        fails()
    assert library.asked[2:] == [*devices.USUAL.items(), ("trim", 0)]


def test_a_c_library_that_knows_no_such_thing_is_left_alone(monkeypatch):
    monkeypatch.setattr(devices.ctypes, "CDLL", lambda _: object())
    with devices.kept_memory():
        pass


def test_memory_freed_by_a_step_serves_the_next_one():
    if not hasattr(devices.ctypes.CDLL(None), "mallopt"):
        pytest.skip("no GNU C library")

    def faults():
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        for _ in range(20):
            torch.ones(4_000_000)
        return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

    given_back = faults()
    with devices.kept_memory():
        faults()
        assert faults() < given_back / 4
