"""Enrol a clinician's account for the demo under a random password, and print it once."""

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path

NAME = "demo-clinician"


def main(study: Path) -> None:
    """Enrol the account if the demo's home does not hold it yet."""
    people = study / ".primum" / "people.json"
    if people.is_file() and NAME in people.read_text():
        print(f"The account {NAME} is enrolled already; its password stands in {study / 'password'}")
        return
    password = secrets.token_urlsafe(9)
    file = study / "password"
    file.touch(mode=0o600)
    file.write_text(password + "\n")
    subprocess.run(
        [sys.executable, "-m", "primum", "enrol", study, NAME, "clinician", "--json"],
        env={**os.environ, "PRIMUM_PASSWORD": password},
        stdout=subprocess.PIPE,
        check=True,
    )
    print(json.dumps({"account": NAME, "password": password}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
