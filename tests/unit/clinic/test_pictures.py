"""Pictures on the desk: planes, windows and cells; pages with and without a suggestion; nothing to strangers."""

import io
import re

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from primum.clinic import pictures, similar, uploads, views
from primum.clinic.app import create
from primum.clinic.cases import OutOfTurnError
from primum.clinic.lightbox import LIT, Lightbox
from primum.clinic.pictures import CENTRE, Look, cell_names, figure, planes_of, png, window
from primum.clinic.room import Settings
from primum.domain.picture import Picture, encode
from primum.domain.tokens import Pictures
from primum.errors import DataError
from primum.plugins import load
from synthetic.clinic_room import PASSWORD
from synthetic.film_room import FilmRoom, film, film_record, film_study, volume

COLUMN = film_study().features()[0]


def shown(data):
    return np.asarray(Image.open(io.BytesIO(data)))


def reason(place, weight):
    return {"place": place, "shown": "1", "weight": weight}


# -- planes and windows


def test_a_film_is_shown_as_it_is():
    picture = film()
    assert planes_of(picture) == ("flat",)
    assert (shown(png(picture, "flat", CENTRE)) == picture.values[0]).all()


def test_a_window_decides_what_is_black_and_white():
    seen = shown(png(film(), "flat", Look(slices={}, low=100, high=101)))
    assert set(np.unique(seen)) == {0, 255}
    assert ((seen == 255) == (film().values[0] > 100)).all()


@pytest.mark.parametrize(
    ("facts", "values", "expected"),
    [
        ({"window": "40/400"}, np.arange(-1000, 1000, dtype=np.int16).reshape(1, 40, 50), (-160.0, 240.0)),
        ({}, np.full((1, 9, 9), 7, dtype=np.uint8), (0.0, 255.0)),
        ({}, np.arange(1000, dtype=np.float32).reshape(1, 25, 40), (4.995, 994.005)),
        ({}, np.full((1, 9, 9), 7, dtype=np.int16), (7.0, 8.0)),
    ],
    ids=["as the file tells", "bytes", "nearly all", "all equal"],
)
def test_the_first_window(facts, values, expected):
    assert window(Picture(values=values, facts=facts)) == pytest.approx(expected)
    for odd in (Look(slices={}, low=5, high=5), Look(slices={}, low=5)):
        assert window(Picture(values=values, facts=facts), odd) == pytest.approx(expected), "no window at all"


def test_a_picture_in_colour_keeps_its_colours():
    values = np.random.default_rng(0).integers(0, 256, (3, 12, 10), dtype=np.uint8)
    assert (shown(png(Picture(values=values), "flat", CENTRE)) == np.moveaxis(values, 0, -1)).all()


def test_planes_of_a_volume_lie_as_radiologists_lay_them():
    values = np.zeros((1, 4, 5, 6), dtype=np.uint8)
    values[0, 3, 4, 5] = 255  # right, front, head
    picture = Picture(values=values)
    assert planes_of(picture) == ("axial", "coronal", "sagittal")
    for plane, at, size in (("axial", 5, (5, 4)), ("coronal", 4, (6, 4)), ("sagittal", 3, (6, 5))):
        seen = shown(png(picture, plane, Look(slices={plane: at})))
        assert seen.shape == size
        assert seen[0, 0] == 255, "the patient's right is left, front and head are above"
        assert seen.sum() == 255
        assert shown(png(picture, plane, Look(slices={plane: at - 1}))).sum() == 0
        assert (shown(png(picture, plane, Look(slices={plane: 99}))) == seen).all(), "kept inside"


def test_a_volume_is_as_long_on_the_screen_as_in_millimetres():
    planes = {one.name: one for one in figure(volume(), COLUMN, CENTRE, ()).planes}
    assert planes["axial"].shown == (187, 224)
    assert planes["coronal"].shown == (124, 224), "20 mm by 36 mm"
    assert planes["coronal"].ends == ("S", "I", "R", "L")
    bare = Picture(values=volume().values)
    assert {one.ends for one in figure(bare, COLUMN, CENTRE, ()).planes} == {()}, "nobody knows what is right"


# -- cells


def test_cells_are_named_as_on_a_map():
    names = cell_names(film(), COLUMN)
    assert names["image:film:0-4,0-4"] == "A1"
    assert names["image:film:8-12,24-28"] == "G3"
    assert len(set(names.values())) == 49


def test_cells_of_a_volume_are_named_as_they_are_seen():
    names = cell_names(volume((10, 10, 10)), COLUMN)
    assert names["image:film:8-10,8-10,0-2"] == "A1/1", "right and front are left and above"
    assert names["image:film:0-2,0-2,8-10"] == "E5/5"


def test_cells_lie_over_what_they_are_of():
    reasons = [reason("image:film:8-12,0-4", 1.5), reason("image:film:0-4,24-28", -0.3), reason("column:x", 9.0)]
    (plane,) = figure(film(), COLUMN, CENTRE, reasons).planes
    heat = {one.name: one for one in plane.heat}
    assert set(heat) == {"A3", "G1"}
    assert (heat["A3"].side, heat["A3"].strength, heat["A3"].box) == ("pro", 3, (0, 128, 64, 64))
    assert (heat["G1"].side, heat["G1"].strength, heat["G1"].box) == ("contra", 1, (384, 0, 64, 64))


def test_a_volume_opens_where_the_strongest_cell_lies_and_marks_only_the_slices_it_lies_in():
    reasons = [reason("image:film:8-10,8-10,0-2", 1.0), reason("image:film:0-2,0-2,8-10", -2.0)]
    planes = {one.name: one for one in figure(volume((10, 10, 10)), COLUMN, CENTRE, reasons).planes}
    assert {name: one.at for name, one in planes.items()} == {"axial": 8, "coronal": 0, "sagittal": 0}
    heat = {one.name: one for one in planes["axial"].heat}
    assert (heat["E5/5"].is_off, heat["E5/5"].slices) == (False, (8, 9))
    assert heat["A1/1"].is_off
    assert heat["A1/1"].box[:2] == (0, 0)
    asked = figure(volume((10, 10, 10)), COLUMN, Look(slices={"axial": 1}), reasons)
    assert asked.planes[0].at == 1


def test_without_reasons_nothing_is_marked():
    assert all(not plane.heat for plane in figure(volume(), COLUMN, CENTRE, ()).planes)


# -- on the page


@pytest.fixture
def room():
    return FilmRoom()


@pytest.fixture
def browser(room):
    desk = room.desk()
    dark = Picture(values=np.arange(784, dtype=np.uint8).reshape(1, 28, 28) % 15)
    desk.receive_records([film_record("MRN-1"), film_record("MRN-2", volume()), film_record("MRN-3", dark)])
    return signed_in(desk, "Ada Quill")


def signed_in(desk, name):
    browser = TestClient(create(desk, Settings(hosts=("testserver",))))
    if name:
        browser.post("/sign-in", data={"name": name, "password": PASSWORD})
    return browser


def case_of(room, number="MRN-1"):
    return f"/cases/{room.custodian.pseudonym(number)}"


def impress(browser, case):
    page = browser.get(case).text
    csrf, version = (re.search(rf'name="{one}" value="([^"]+)"', page)[1] for one in ("csrf", "version"))
    told = {"csrf": csrf, "version": version, "chosen": "benign", "confidence": "low"}
    return browser.post(f"{case}/impression", data=told).text


def test_the_picture_is_there_before_the_suggestion_and_its_cells_only_after_it(room, browser):
    case = case_of(room)
    before = browser.get(case).text
    assert f"{case}/picture/film/flat?" in before
    assert "picture.js" in before
    assert "Marked cells" not in before
    assert 'class="pro' not in before
    assert 'class="contra' not in before
    assert "picture/1:" not in before, "the cell itself stays in the store"
    after = impress(browser, case)
    assert 'class="contra s3' in after
    assert "Marked cells in numbers" in after
    assert re.search(r'<th scope="row">F4</th><td>against</td><td class="number">\u2212\d', after)
    assert re.search(r'<a href="#row-film">F4</a>', after)
    assert "It does not say where the disease is." in after


def test_the_picture_is_a_png_that_nobody_else_keeps(room, browser):
    answer = browser.get(f"{case_of(room)}/picture/film/flat")
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"] == "no-store"
    assert shown(answer.content).shape == (28, 28)
    sliced = browser.get(f"{case_of(room, 'MRN-2')}/picture/film/axial?axial=8&low=0&high=100")
    assert shown(sliced.content).shape == (24, 20)


@pytest.mark.parametrize("name", ["", "Sam Stopp", "Dan Data"])
def test_who_may_not_see_cases_sees_no_picture(room, browser, name):
    stranger = signed_in(room.desk(), name)
    answer = stranger.get(f"{case_of(room)}/picture/film/flat", follow_redirects=False)
    assert answer.status_code in {303, 403}
    assert answer.headers.get("content-type") != "image/png"


@pytest.mark.parametrize(
    "path", ["/picture/film/axial", "/picture/diagnosis/flat", "/picture/none/flat", "/picture/film/up"]
)
def test_a_picture_that_is_not_there_is_refused(room, browser, path):
    assert browser.get(case_of(room) + path).status_code == 404
    assert browser.get(f"/cases/P0{path}").status_code == 404


@pytest.mark.parametrize("asked", ["axial=-1", "low=nan", "high=x", "axial=1.5", "low=inf"])
def test_a_look_that_is_none_is_refused(room, browser, asked):
    assert browser.get(f"{case_of(room, 'MRN-2')}?{asked}").status_code == 422


def test_slices_and_window_can_be_asked_for_without_a_script(room, browser):
    page = browser.get(f"{case_of(room, 'MRN-2')}?axial=3&low=10&high=20.5").text
    assert "/picture/film/axial?axial=3&amp;low=10.0&amp;high=20.5" in page
    assert re.search(r'name="axial" min="0" max="11" value="3"', page)
    assert 'name="high" step="any" value="20.5"' in page


def test_a_strange_picture_is_not_answered_and_not_marked(room, browser):
    page = impress(browser, case_of(room, "MRN-3"))
    assert "The picture is unlike those the model learned from." in page
    assert 'class="pro' not in page
    assert "Accept the suggestion" not in page


def test_programs_are_told_of_the_picture_and_where_it_is(room, browser):
    told = browser.get(f"/api{case_of(room, 'MRN-2')}").json()["record"]["film"]
    assert told["space"] == [20, 24, 12]
    assert told["spacing"] == [1.0, 1.0, 3.0]
    assert browser.get(told["planes"]["coronal"]).headers["content-type"] == "image/png"


# -- behind the page


def test_the_lightbox_takes_a_picture_once_a_minute_and_forgets_who_is_erased(room):
    desk = room.desk()
    desk.receive_records([film_record("MRN-1"), film_record("MRN-2", volume())])
    case, box = room.custodian.pseudonym("MRN-1"), Lightbox(desk)
    first = box.picture(case, "film")
    assert box.picture(case, "film") is first
    room.custodian.erased.add(case)
    room.wait(LIT.total_seconds())
    with pytest.raises(OutOfTurnError):
        box.picture(case, "film")
    assert box.picture(room.custodian.pseudonym("MRN-2"), "film").space == (20, 24, 12)


def test_a_picture_that_spells_a_number_by_chance_is_taken_in(room):
    desk = room.desk()
    cell = encode(film())
    number = next(part for part in re.findall(r"[A-Za-z0-9]{6}", cell[60:]) if re.search(r"\d", part))
    assert desk.receive_records([film_record(number), film_record("MRN-9")]).received == 2


def test_similar_films_are_nearest_by_how_light_lies(room):
    import json

    rows = []
    for at in range(6):
        turned = Picture(values=film(at).values[:, :, ::-1].copy() if at % 2 else film(at).values)
        rows.append((f"P{at}", json.dumps({"record": film_record(f"P{at}", turned).as_document(), "outcome": at % 2})))
    found = similar.nearest(film_record("new", film(99)), rows, film_study(), load("modality", "image"))
    assert [one.outcome for one in found] == ["benign"] * 3
    assert all(one.differences == () for one in found)


def test_a_row_of_a_picture_has_no_strip_and_its_size_as_value(room):
    desk = room.desk()
    desk.receive_records([film_record("MRN-1")])
    (case,) = desk.cases().values()
    (row,) = views.rows(case, film_study(), {}, "zh")
    assert (row.label, row.value, row.strip, row.is_text) == ("胸片", "28 × 28", None, False)
    assert row.figure.planes[0].heat == ()


def test_tokens_and_pages_cut_the_same_cells():
    picture = film(size=61)
    tokens = Pictures(values=(picture.values,), columns=(COLUMN,), spacing=((),))
    assert tuple(cell_names(picture, COLUMN)) == tokens.places(0)
    assert pictures.FLAT == "flat"


# -- sent over the wire


def send(browser, name, data, csrf=None):
    token = csrf or re.search(r'data-csrf="([^"]+)"', browser.get("/cases").text)[1]
    return browser.post(f"/api/cases/file?name={name}", content=data, headers={"X-CSRF-Token": token})


class Reading:
    """Reads a file as the image modality does."""

    def __init__(self):
        self.names = []

    def read(self, path):
        self.names.append(path.name)
        picture = Picture(values=np.asarray(Image.open(path))[None])
        return [film_record(path.stem, picture)]


@pytest.fixture
def reads(room, monkeypatch):
    reader = Reading()
    monkeypatch.setattr(room.predictor, "read", reader.read, raising=False)
    return reader


def picture_file():
    out = io.BytesIO()
    Image.fromarray(film(5).values[0]).save(out, format="PNG")
    return out.getvalue()


def test_a_picture_can_be_sent_from_the_worklist(room, browser, reads):
    answer = send(browser, "MRN-77.png", picture_file())
    assert (answer.status_code, answer.json()) == (201, {"received": 1, "known": 0})
    assert browser.get(f"{case_of(room, 'MRN-77')}/picture/film/flat").status_code == 200
    assert send(browser, "MRN-77.png", picture_file()).json() == {"received": 0, "known": 1}


def test_a_name_leads_nowhere(room, browser, reads):
    assert send(browser, "..%2F..%2Fetc%2Ffilm.png", picture_file()).status_code == 201
    assert reads.names == ["film.png"]
    for odd in ("..", "%00.png", "x" * 150 + ".png", "a%0Ab.png"):
        assert send(browser, odd, picture_file()).status_code == 422
    assert send(browser, "empty.png", b"").status_code == 422


def test_nobody_sends_without_a_role_or_the_token_of_the_page(room, browser, reads):
    assert send(browser, "x.png", picture_file(), csrf="forged").status_code == 403
    stranger = signed_in(room.desk(), "Sam Stopp")
    token = re.search(r'name="csrf" value="([^"]+)"', stranger.get("/release").text)[1]
    assert send(stranger, "x.png", picture_file(), csrf=token).status_code == 403
    assert reads.names == []


def test_what_is_sent_lies_on_no_disk(room, tmp_path):
    with pytest.raises(DataError, match="no file system in memory"):
        uploads.records("x.png", b"x", room.predictor, tmp_path / "none")
    seen = []

    class Looking:
        def read(self, path):
            seen.append((path.read_bytes(), path.stat().st_mode & 0o777, path.parent.parent))
            return []

    assert uploads.records("x.png", b"x", Looking(), tmp_path) == []
    assert seen == [(b"x", 0o600, tmp_path)]
    assert list(tmp_path.iterdir()) == []
