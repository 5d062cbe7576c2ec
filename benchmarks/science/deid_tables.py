"""How much of a table is left when everybody in it hides among others, beside anjana 1.2.3; pycanon judges both.

Adult (UCI, 32,561 rows; age, education, marital status, occupation, sex, native country; income is sensitive) under the
same hierarchies, and without any. Loss: of each published cell, how many of the values of its column it could be,
less one, as a share of all less one; a row that is gone counts as lost whole (normalised certainty penalty). The same
function reads the labels of both.

Run:  python benchmarks/science/deid_tables.py ADULT.csv PEER_PYTHON
(ADULT.csv with the header age,workclass,...,income-per-year; PEER_PYTHON has anjana and pycanon)
"""

import json
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from primum.privacy.diversity import Diversity
from primum.privacy.mondrian import hierarchy
from primum.privacy.sharing import Demand, Shared, anonymise

QUASI = ["age", "education", "marital-status", "occupation", "sex", "native-country"]
SENSITIVE = "income-per-year"
OLD = 80
CASES = [("k=5", 5, 1), ("k=10", 10, 1), ("k=5, l=2", 5, 2)]
SCHOOL = {
    "Compulsory": "Preschool 1st-4th 5th-6th 7th-8th 9th", "Secondary": "10th 11th 12th HS-grad",
    "Some tertiary": "Some-college Assoc-voc Assoc-acdm", "Degree": "Bachelors Masters Prof-school Doctorate",
}  # fmt: skip
MARRIED = {
    "Spouse present": "Married-civ-spouse Married-AF-spouse",
    "Spouse not present": "Divorced Never-married Separated Widowed Married-spouse-absent",
}
WORK = {
    "Technical": "Tech-support Craft-repair Prof-specialty Machine-op-inspct",
    "Nontechnical": "Sales Exec-managerial Handlers-cleaners",
    "Other": "Other-service Adm-clerical Farming-fishing Transport-moving Priv-house-serv Protective-serv "
    "Armed-Forces ?",
}
COUNTRIES = {
    "North America": "United-States Puerto-Rico Canada Outlying-US(Guam-USVI-etc) Cuba Honduras Jamaica Mexico "
    "Dominican-Republic Haiti Guatemala El-Salvador",
    "South America": "Ecuador Columbia Nicaragua Trinadad&Tobago Peru",
    "Europe": "England Germany Greece Italy Poland Portugal Ireland France Hungary Scotland Yugoslavia "
    "Holand-Netherlands",
    "Asia": "Cambodia India Japan China Iran Philippines Vietnam Laos Taiwan Thailand Hong",
    "Elsewhere": "South ?",
}
TREES = {"education": SCHOOL, "marital-status": MARRIED, "occupation": WORK, "native-country": COUNTRIES}


def levels(frame: pl.DataFrame) -> dict[str, list[list[str]]]:
    """Return for each column and value the names of what it becomes, step by step."""
    found = {
        name: [[leaf, node, "*"] for node, leaves in tree.items() for leaf in leaves.split()]
        for name, tree in TREES.items()
    }
    found["sex"] = [["Female", "*"], ["Male", "*"]]
    found["age"] = [
        [str(age), *(_band(age, width) for width in (5, 10, 20, 40, 80)), "*"]
        for age in sorted(frame["age"].cast(pl.Int64).unique())
    ]
    return found


def _band(age: int, width: int) -> str:
    return ">=80" if age >= OLD else f"[{age // width * width}, {age // width * width + width}["


def loss(before: pl.DataFrame, labels: pl.DataFrame, kept: int) -> float:
    """Return the loss of a published table against the whole one."""
    total = 0.0
    tables = levels(before)
    for name in QUASI:
        domain = sorted(before[name].unique().to_list(), key=lambda one: (len(one), one))
        for label, count in Counter(labels[name].cast(pl.String).to_list()).items():
            total += count * (possible(label, domain, tables[name]) - 1) / (len(domain) - 1)
    return (total / len(QUASI) + before.height - kept) / before.height


def possible(label: str, domain: Sequence[str], paths: list[list[str]]) -> int:
    """Return how many values of a column a published cell could be."""
    if label in domain:
        return 1
    under = sum(label in path for path in paths)
    if under:
        return under
    ends = re.fullmatch(r"\[(\d+), (\d+)\]", label)
    if ends:
        return sum(int(ends[1]) <= int(one) <= int(ends[2]) for one in domain)
    parts = label.split("|")
    if not set(parts) <= set(domain):
        raise ValueError(label)
    return len(parts)


def ask(python: str, folder: Path, **request: object) -> dict[str, Any]:
    """Have the peers make or judge a table."""
    request = {
        "quasi": QUASI,
        "sensitive": SENSITIVE,
        "texts": [*QUASI, SENSITIVE],
        "answer": str(folder / "answer.json"),
        **request,
    }
    (folder / "request.json").write_text(json.dumps(request), "utf-8")
    subprocess.run(
        [python, str(Path(__file__).with_name("deid_tables_peer.py")), str(folder / "request.json")], check=True
    )
    found: dict[str, Any] = json.loads((folder / "answer.json").read_text("utf-8"))
    return found


def ours(frame: pl.DataFrame, demand: Demand, trees: dict[str, Any]) -> tuple[Shared, float]:
    """Return our table and the processor seconds it took."""
    start = time.process_time()
    done = anonymise(frame, QUASI, demand, trees)
    return done, round(time.process_time() - start, 2)


def compare(table: Path, python: str) -> dict[str, Any]:
    """Return all cases of Adult."""
    raw = pl.read_csv(table, infer_schema=False).select(*QUASI, SENSITIVE)
    typed = raw.with_columns(pl.col("age").cast(pl.Int64))
    paths = levels(raw)
    trees = {name: hierarchy({row[0]: row[1:-1] for row in rows}) for name, rows in paths.items()}
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        raw.write_csv(folder / "adult.csv")
        for name, k, least in CASES:
            columns = {one: [list(path) for path in rows] for one, rows in paths.items()}
            peer = ask(
                python,
                folder,
                table=str(folder / "adult.csv"),
                made=str(folder / "made.csv"),
                k=k,
                l=least,
                hierarchies=columns,
            )
            made = pl.read_csv(folder / "made.csv", infer_schema=False)
            results[f"{name}: anjana"] = {
                **peer,
                "rows_kept": round(made.height / raw.height, 4),
                "loss": round(loss(raw, made, made.height), 4),
            }
            demand = Demand(k=k, diversity=Diversity(distinct=least), sensitive=SENSITIVE)
            for how, given in (("same hierarchies", trees), ("no hierarchy", {})):
                done, seconds = ours(typed, demand, given)
                done.frame.write_csv(folder / "ours.csv")
                judged = ask(python, folder, table=str(folder / "ours.csv"))
                results[f"{name}: primum, {how}"] = {
                    **judged, "cpu_seconds": seconds, "rows_kept": round(done.utility.rows_kept, 4),
                    "loss": round(loss(raw, done.frame, done.frame.height), 4),
                    "loss_by_us": round(done.utility.certainty_penalty, 4), "groups": done.utility.groups,
                    "prosecutor": done.after.as_document(5)["prosecutor"] if done.after else None,
                }  # fmt: skip
        for name, asked in (("entropy l=1.4", Diversity(entropy=1.4)), ("t=0.2", Diversity(closeness=0.2))):
            done, seconds = ours(typed, Demand(k=5, diversity=asked, sensitive=SENSITIVE), {})
            done.frame.write_csv(folder / "ours.csv")
            results[f"k=5, {name}: primum, no hierarchy"] = {
                **ask(python, folder, table=str(folder / "ours.csv")),
                "cpu_seconds": seconds,
                "rows_kept": done.utility.rows_kept,
                "loss": round(loss(raw, done.frame, done.frame.height), 4),
            }
    return results


def speed() -> dict[str, Any]:
    """Return how long 100,000 rows of eight quasi-identifiers take, and how much memory more."""
    dice = np.random.default_rng(0)
    rows = 100_000
    frame = pl.DataFrame(
        {f"number{at}": dice.integers(0, 100, rows) for at in range(3)}
        | {f"text{many}": [f"value {one}" for one in dice.integers(0, many, rows)] for many in (2, 5, 7, 15, 40)}
    )
    start = time.process_time()
    done = anonymise(frame, frame.columns, Demand(k=5))
    return {
        "rows": rows,
        "quasi_identifiers": 8,
        "cpu_seconds": round(time.process_time() - start, 2),
        "groups": done.utility.groups,
    }


def main() -> None:
    """Measure and write the results beside this file."""
    results = {"adult": compare(Path(sys.argv[1]), sys.argv[2]), "speed": speed()}
    text = json.dumps(results, indent=2)
    Path(__file__).with_suffix(".json").write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
