"""How fast notes are de-identified beside Presidio and Philter: the same texts, the same processor, one run.

    python -m venv benchmarks/.peers && benchmarks/.peers/bin/pip install -r benchmarks/peers.txt
    python benchmarks/speed/deid.py [--rounds 3] [--write]

Each tool is one process with one thread, started in turn, round after round; counted is the processor time from the
first text to the last, models loaded and warm: each tool has read the same other texts before, but Philter, which keeps
nothing from one folder to the next. Two ways to ask are measured, each against the peer's own: one text after the
other, and many together (``find_each``; ``BatchAnalyzerEngine`` with spaCy's batches; Philter reads a folder and knows
no other way). The bar: at least 10 times Presidio and 20 times Philter. Texts: the sentences of presidio-research and
the first notes of MTSamples, under $PRIMUM_DATA.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from primum.privacy import notes

HERE = Path(__file__).parent
DATA = Path(os.environ.get("PRIMUM_DATA", HERE.parents[2] / "shared" / "data"))
PEERS = Path(os.environ.get("PRIMUM_PEERS", HERE.parent / ".peers"))
BARS = {"presidio": 10.0, "philter": 20.0}
WAYS = {
    "one by one": {"primum": "primum", "presidio": "presidio", "philter": "philter"},
    "together": {"primum": "primum-together", "presidio": "presidio-batched", "philter": "philter"},
}
NOTES, OTHERS = 60, 40
TOGETHER = 200
"""Texts that are given at a time to what reads them together."""
MADE_UP = [
    "Seen by Dr Example on 3 May for her knee.",
    "Paciente de 45 años; refiere dolor desde el 3/4/2019.",
    "诉头痛三天。",
    "Ana Ejemplo, Calle Larga 3",
]
THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def texts() -> tuple[dict[str, list[str]], list[str]]:
    """Return the corpora by name, and other texts."""
    sentences = json.loads((DATA / "deid" / "presidio_research" / "synth_dataset_v2.json").read_text(encoding="utf-8"))
    long = json.loads((DATA / "text" / "mtsamples" / "unique_notes.json").read_text(encoding="utf-8"))
    notes, others = long[:NOTES], [str(one) for one in long[NOTES : NOTES + OTHERS]]
    corpora = {"sentences": [one["full_text"] for one in sentences], "notes": [str(one) for one in notes]}
    return corpora, [*others, *(one[:100] for one in others), *MADE_UP]


def one_by_one(given: Sequence[str]) -> None:
    """Find what identifies somebody in each text."""
    for one in given:
        notes.find(one)


def together(given: Sequence[str]) -> None:
    """Find what identifies somebody in many texts at a time."""
    for first in range(0, len(given), TOGETHER):
        notes.find_each(given[first : first + TOGETHER])


OURS = {"primum": one_by_one, "primum-together": together}


def ours(tool: str, path: Path, warm: Path) -> float:
    """Return the processor seconds that finding identifiers in the texts of a file takes here."""
    given, before = (json.loads(one.read_text(encoding="utf-8")) for one in (path, warm))
    OURS[tool](before)
    begun = time.process_time()
    OURS[tool](given)
    return time.process_time() - begun


def measured(tool: str, given: Path, warm: Path) -> float:
    """Return the processor seconds of one tool over the texts of a file, in a process of its own."""
    environment = {**os.environ, **THREADS}
    if tool in OURS:
        command = [sys.executable, HERE / "deid.py", "--ours", tool, given, warm]
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
        return float(done.stdout)
    found = given.with_name(f"{tool}.json")
    program = [PEERS / "bin" / "python", HERE / "deid_peers.py", tool, given, found]
    before = [] if tool == "philter" else ["--warm", warm]
    subprocess.run(
        [*program, *before, "--conll", DATA / "text" / "conll2003", "--work", PEERS / "work"],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    return float(json.loads(found.read_text(encoding="utf-8"))["processor_seconds"])


def compare(rounds: int) -> dict[str, object]:
    """Return seconds, speeds and ratios by corpus and way."""
    results: dict[str, object] = {}
    tools = sorted({tool for way in WAYS.values() for tool in way.values()})
    corpora, others = texts()
    with tempfile.TemporaryDirectory() as folder:
        warm = Path(folder) / "warm.json"
        warm.write_text(json.dumps(others), encoding="utf-8")
        for name, given in corpora.items():
            path = Path(folder) / f"{name}.json"
            path.write_text(json.dumps(given), encoding="utf-8")
            kilobytes = sum(len(one.encode()) for one in given) / 1000
            seconds: dict[str, list[float]] = {tool: [] for tool in tools}
            for _ in range(rounds):
                for tool, times in seconds.items():
                    times.append(measured(tool, path, warm))
            results[name] = {
                "texts": len(given),
                "kilobytes": round(kilobytes, 1),
                **{
                    way: compared(kilobytes, {one: seconds[tool] for one, tool in of.items()})
                    for way, of in WAYS.items()
                },
            }
    return results


def compared(kilobytes: float, seconds: Mapping[str, Sequence[float]]) -> dict[str, object]:
    """Return speeds and ratios from the seconds of each round."""
    ratios = {tool: [b / a for a, b in zip(seconds["primum"], seconds[tool], strict=True)] for tool in BARS}
    return {
        "kilobytes_per_second": {tool: round(kilobytes / min(times), 1) for tool, times in seconds.items()},
        "times_as_fast": {
            tool: {"median": round(statistics.median(one), 1), "least": round(min(one), 1), "bar": BARS[tool]}
            for tool, one in ratios.items()
        },
    }


def main() -> None:
    """Print the comparison, and keep it where asked."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--write", action="store_true")
    asked.add_argument("--ours", nargs=3, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.ours:
        tool, path, warm = given.ours
        print(ours(tool, Path(path), Path(warm)))
        return
    results = compare(given.rounds)
    print(json.dumps(results, indent=1))
    if given.write:
        (HERE / "deid.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
