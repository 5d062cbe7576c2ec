"""The peers' side of ``deid_tables.py``, for the Python they are installed in: anjana makes tables, pycanon judges."""

import json
import sys
import time
from pathlib import Path

import pandas as pd
from anjana.anonymity import k_anonymity, l_diversity
from pycanon import anonymity


def main() -> None:
    """Make or judge a table, as the request file asks; answer in JSON."""
    request = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    frame = pd.read_csv(request["table"], keep_default_na=False, dtype=dict.fromkeys(request["texts"], str))
    quasi, sensitive = request["quasi"], request["sensitive"]
    answer: dict[str, object] = {}
    if "k" in request:
        levels = {name: dict(pd.DataFrame(rows)) for name, rows in request["hierarchies"].items()}
        start = time.process_time()
        if request["l"] > 1:
            done = l_diversity(frame, [], quasi, sensitive, request["k"], request["l"], 50, levels)
        else:
            done = k_anonymity(frame, [], quasi, request["k"], 50, levels)
        answer["cpu_seconds"] = round(time.process_time() - start, 2)
        done.to_csv(request["made"], index=False)
        frame = done
    answer["rows"] = len(frame)
    answer["k"] = int(anonymity.k_anonymity(frame, quasi))
    answer["l"] = int(anonymity.l_diversity(frame, quasi, [sensitive]))
    answer["entropy_l"] = float(anonymity.entropy_l_diversity(frame, quasi, [sensitive]))
    answer["t"] = round(float(anonymity.t_closeness(frame, quasi, [sensitive])), 6)
    Path(request["answer"]).write_text(json.dumps(answer), "utf-8")


if __name__ == "__main__":
    main()
