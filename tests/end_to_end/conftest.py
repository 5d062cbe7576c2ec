"""The main job, run once through the command line; each attack gets its own copy of what it left."""

from pathlib import Path

import pytest

from synthetic.command_line import Desk, Released, make_study


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep what rests on the main job in one process, so that the main job runs once."""
    for item in items:
        here = Path(__file__).parent in item.path.parents
        if here and {"released", "desk", "planted"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.xdist_group("main job"))


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Released:
    """The main job as the demo runs it. Tests that change anything take a copy."""
    desk = make_study(tmp_path_factory.mktemp("demo") / "breast-cytology")
    spoken = desk.primum("run", desk.folder)
    return Released(folder=desk.folder, result=desk.run(), spoken=spoken.stdout + spoken.stderr)


@pytest.fixture
def desk(released: Released, tmp_path: Path) -> Desk:
    """A copy of the desk after the main job."""
    return released.copy(tmp_path / "copy")


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The example's study made quick: fewer epochs, folds and explained cases. Not run yet; tests take copies."""
    desk = make_study(tmp_path_factory.mktemp("small") / "study")
    desk.edit(r"^( +)epochs: \d+", r"\1epochs: 3")
    desk.edit(r"^( +)folds: \d+", r"\1folds: 2")
    desk.edit(r"^( +)cases: \d+", r"\1cases: 10")
    return desk
