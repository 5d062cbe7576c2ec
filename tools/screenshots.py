"""Takes the pictures of dossier and workbench for the README, from a study that was run and released.

Usage:
    python tools/screenshots.py STUDY_FOLDER IMAGES_FOLDER

The account is the one that ``tools/demo_account.py`` enrolled; its password lies in the study folder. The home's
passphrase comes from the environment, as for every ``primum`` command.
"""

import socket
import subprocess
import sys
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ACCOUNT = "demo-clinician"
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
PORT = 8497
ADDRESS = f"http://127.0.0.1:{PORT}"
VIEW = {"width": 1280, "height": 860}
PATIENCE_SECONDS = 60


def wait_for_the_door(server: subprocess.Popen[bytes]) -> None:
    """Return once the workbench answers."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if server.poll() is not None:
            sys.exit("The workbench did not start; what it said stands above.")
        try:
            socket.create_connection(("127.0.0.1", PORT), 1).close()
        except OSError:
            time.sleep(0.3)
        else:
            return
    sys.exit("The workbench does not answer.")


def take(page: Page, file: Path) -> None:
    """Write what is on the screen."""
    file.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=file)
    print(file)


def walk(page: Page, password: str, images: Path) -> None:
    """Walk a doctor's way and take the pictures along it."""
    page.goto(f"{ADDRESS}/sign-in")
    page.fill("#name", ACCOUNT)
    page.fill("#password", password)
    page.keyboard.press("Enter")
    page.wait_for_selector("a.case")
    take(page, images / "worklist.png")
    page.locator("a.case").first.click()
    page.wait_for_selector("form.card")
    if page.locator("input[name=confidence]").count():
        take(page, images / "impression.png")
        page.locator("input[name=chosen]").last.check()
        page.locator("input[name=confidence]").last.check()
        page.click("form.card button.main")
    page.wait_for_selector(".suggestion, .withheld")
    page.evaluate("scrollTo(0, 0)")
    take(page, images / "workbench.png")


def main() -> None:
    """Take all pictures."""
    if len(sys.argv) != 3:  # noqa: PLR2004 - the two arguments
        sys.exit(__doc__)
    study, images = Path(sys.argv[1]), Path(sys.argv[2])
    incoming = study / "incoming"
    words = [sys.executable, "-m", "primum", "serve", str(study), "--port", str(PORT)]
    server = subprocess.Popen([*words, "--incoming", str(incoming)] if incoming.is_dir() else words)
    try:
        wait_for_the_door(server)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            page = browser.new_page(viewport=VIEW)
            page.goto((study / ".primum" / "out" / "dossier.html").resolve().as_uri())
            take(page, images / "dossier.png")
            walk(page, (study / "password").read_text().strip(), images)
            browser.close()
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
