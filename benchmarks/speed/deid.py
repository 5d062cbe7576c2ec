"""How fast notes are de-identified beside Presidio and Philter: the same texts, the same processor, one run.

    python -m venv benchmarks/.peers && benchmarks/.peers/bin/pip install -r benchmarks/peers.txt
    python benchmarks/speed/deid.py [--rounds 3] [--write]

Each tool is one process with one thread, started in turn, round after round; counted is the processor time from the
first text to the last, models loaded and warm. The bar: at least 10 times Presidio and 20 times Philter. Texts: the
sentences of presidio-research and the first notes of MTSamples, under $PRIMUM_DATA.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from primum.privacy import notes
from primum.privacy.known import Known

HERE = Path(__file__).parent
DATA = Path(os.environ.get("PRIMUM_DATA", HERE.parents[2] / "shared" / "data"))
PEERS = Path(os.environ.get("PRIMUM_PEERS", HERE.parent / ".peers"))
BARS = {"presidio": 10.0, "philter": 20.0}
NOTES = 60
THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def texts() -> dict[str, list[str]]:
    """Return the corpora by name."""
    sentences = json.loads((DATA / "deid" / "presidio_research" / "synth_dataset_v2.json").read_text(encoding="utf-8"))
    long = json.loads((DATA / "text" / "mtsamples" / "unique_notes.json").read_text(encoding="utf-8"))
    return {"sentences": [one["full_text"] for one in sentences], "notes": [str(one) for one in long[:NOTES]]}


def ours(path: Path) -> float:
    """Return the processor seconds that finding identifiers in the texts of a file takes here."""
    given = json.loads(path.read_text(encoding="utf-8"))
    for one in given[:3]:
        notes.find(one, Known())
    before = time.process_time()
    for one in given:
        notes.find(one, Known())
    return time.process_time() - before


def measured(tool: str, given: Path, work: Path) -> float:
    """Return the processor seconds of one tool over the texts of a file, in a process of its own."""
    if tool == "primum":
        command = [sys.executable, str(HERE / "deid.py"), "--ours", str(given)]
        done = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, **THREADS})
        return float(done.stdout)
    found = work / f"{tool}.json"
    program = [PEERS / "bin" / "python", HERE / "deid_peers.py"]
    subprocess.run(
        [*program, tool, given, found, "--conll", DATA / "text" / "conll2003", "--work", PEERS / "work"],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **THREADS},
    )
    return float(json.loads(found.read_text(encoding="utf-8"))["processor_seconds"])


def compare(rounds: int) -> dict[str, object]:
    """Return seconds, speeds and ratios by corpus."""
    results: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, given in texts().items():
            path = Path(folder) / f"{name}.json"
            path.write_text(json.dumps(given), encoding="utf-8")
            kilobytes = sum(len(one.encode()) for one in given) / 1000
            seconds: dict[str, list[float]] = {"primum": [], **{tool: [] for tool in BARS}}
            for _ in range(rounds):
                for tool, times in seconds.items():
                    times.append(measured(tool, path, Path(folder)))
            ratios = {tool: [b / a for a, b in zip(seconds["primum"], seconds[tool], strict=True)] for tool in BARS}
            results[name] = {
                "kilobytes": round(kilobytes, 1),
                "kilobytes_per_second": {tool: round(kilobytes / min(times), 1) for tool, times in seconds.items()},
                "times_as_fast": {
                    tool: {"median": round(statistics.median(one), 1), "least": round(min(one), 1), "bar": BARS[tool]}
                    for tool, one in ratios.items()
                },
            }
    return results


def main() -> None:
    """Print the comparison, and keep it where asked."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--write", action="store_true")
    asked.add_argument("--ours", type=Path, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.ours:
        print(ours(given.ours))
        return
    results = compare(given.rounds)
    print(json.dumps(results, indent=1))
    if given.write:
        (HERE / "deid.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
