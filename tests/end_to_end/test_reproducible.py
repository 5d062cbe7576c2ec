"""Same study, same data, same seed twice, under different keys: same digests of everything."""

import shutil


def test_two_homes_give_the_same_digests(small, tmp_path):
    first = small.copy(tmp_path / "first")
    second = small.copy(tmp_path / "second")
    one = first.run(code=None)
    two = second.run(code=None, PRIMUM_PASSPHRASE="quite another passphrase")
    assert one["outputs"] == {**two["outputs"], "path": one["outputs"].get("path", "")}
    assert one["release"] == two["release"]
    assert one["metrics"] == two["metrics"]


def test_another_seed_gives_another_split(small, tmp_path):
    one = small.copy(tmp_path / "one")
    one.edit(r"^seed: \d+", "seed: 11")
    shutil.rmtree(one.home, ignore_errors=True)
    study = one.primum("check", one.folder, "--json").stdout
    other = small.primum("check", small.folder, "--json").stdout
    assert study != other
