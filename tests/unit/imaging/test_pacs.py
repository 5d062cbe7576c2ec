import socket

import numpy as np
import pytest
from fastapi import FastAPI, Response

from primum.errors import AccessDeniedError, DataError
from primum.imaging import pacs as module
from primum.imaging.dicomweb import Pacs
from primum.imaging.pacs import NotStoredError, fetch, send
from primum.imaging.provenance import bytes_of
from primum.imaging.segments import read_segments, write_segments
from synthetic.mr_series import labels, mask, mr_series, provenance
from synthetic.small_pacs import SmallPacs, application, basic, certificate, running

STUDY = mr_series(1)[0].StudyInstanceUID
UIDS = [str(one.SOPInstanceUID) for one in mr_series()]
SECRETS = ("MADE-UP-1", "Made", STUDY, *UIDS, "127.0.0.1")


@pytest.fixture(scope="module")
def app_and_port():
    kept = SmallPacs()
    with running(application(kept)) as port:
        yield kept, port


@pytest.fixture
def small(app_and_port):
    app_and_port[0].__init__()
    return app_and_port[0]


@pytest.fixture
def pacs(app_and_port, small):
    return Pacs(url=f"http://127.0.0.1:{app_and_port[1]}", timeout=10)


@pytest.fixture
def pauses():
    return []


@pytest.fixture
def pause(pauses):
    return pauses.append


def said(refused):
    words = f"{refused.value.what} {refused.value.remedy} {refused.value.as_document()}"
    assert not any(one in words for one in SECRETS)
    return refused.value.what


def test_what_was_sent_comes_back(small, pacs):
    sources = mr_series()
    segmentation = write_segments(sources, mask(), provenance())
    receipt = send([*sources, segmentation], pacs)
    assert set(receipt.stored) == {*UIDS, str(segmentation.SOPInstanceUID)}
    assert receipt.already == ()
    back = fetch(pacs, STUDY)
    assert len(back) == 7
    images = fetch(pacs, STUDY, sources[0].SeriesInstanceUID)
    assert all(np.array_equal(one.pixel_array, two.pixel_array) for one, two in zip(images, sources, strict=True))
    (seg,) = fetch(pacs, STUDY, segmentation.SeriesInstanceUID)
    assert bytes_of(seg) == bytes_of(segmentation)
    assert np.array_equal(read_segments(seg, images).values, labels())


def test_images_come_back_in_order(small, pacs):
    send(mr_series()[::-1], pacs)
    assert [one.InstanceNumber for one in fetch(pacs, STUDY)] == [1, 2, 3, 4, 5, 6]


def test_what_is_there_is_not_sent_again(small, pacs):
    send(mr_series()[:4], pacs)
    receipt = send(mr_series(), pacs)
    assert receipt.stored == tuple(UIDS[4:])
    assert receipt.already == tuple(UIDS[:4])
    assert send(mr_series(), pacs).stored == ()
    assert small.sent == UIDS


def test_nothing_is_sent_where_nothing_is_given(small, pacs):
    assert send([], pacs).stored == ()
    assert small.asked == []


def test_a_large_study_is_sent_in_parts(small, app_and_port):
    small_parts = Pacs(url=f"http://127.0.0.1:{app_and_port[1]}", batch=2 * len(bytes_of(mr_series()[0])) + 100)
    send(mr_series(), small_parts)
    assert [one for one in small.asked if one[0] == "POST"] == [("POST", "/studies")] * 3
    assert set(small.kept) == set(UIDS)


def test_a_search_in_pages_is_followed_to_its_end(small, pacs):
    small.page = 2
    send(mr_series(), pacs)
    assert send(mr_series(), pacs).already == tuple(UIDS)
    assert len(fetch(pacs, STUDY)) == 6


def test_a_busy_pacs_is_asked_again(small, pacs, pauses, pause):
    small.busy = 2
    assert send(mr_series(), pacs, pause).stored == tuple(UIDS)
    assert pauses == [1, 2]


def test_a_pacs_that_stays_busy_is_told(small, pacs, pauses, pause):
    small.busy = 99
    with pytest.raises(DataError, match="busy") as refused:
        send(mr_series(), pacs, pause)
    assert "503" in said(refused)
    assert len(pauses) == pacs.attempts - 1


def test_a_sending_that_broke_off_goes_on_where_it_was(small, pacs, pause):
    small.breaks_after = 4
    receipt = send(mr_series(), pacs, pause)
    assert set(receipt.stored + receipt.already) == set(UIDS)
    assert len(small.sent) == len(set(small.sent))


def test_a_part_that_was_refused_is_told_with_its_reason(small, pacs):
    small.refuses = {UIDS[1]: 0x0122, UIDS[4]: 0xA700}
    with pytest.raises(NotStoredError) as refused:
        send(mr_series(), pacs)
    assert set(small.kept) == set(UIDS) - set(small.refuses)
    assert said(refused) == (
        "The PACS did not store 2 of 6 instances: 2 (MR Image Storage): its kind is not supported (status 0122h); "
        "5 (MR Image Storage): there is no room (status A700h)."
    )
    assert [one.uid for one in refused.value.failures] == [UIDS[1], UIDS[4]]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (0x0110, "could not be processed"),
        (0x0124, "may not store"),
        (0xC122, "transfer syntax"),
        (0xA900, "does not match"),
        (0xC001, "was not understood"),
        (0x1234, "did not say why"),
    ],
)
def test_all_that_was_refused_is_told(small, pacs, code, words):
    small.refuses = dict.fromkeys(UIDS, code)
    with pytest.raises(NotStoredError, match=words) as refused:
        send(mr_series(), pacs)
    assert len(refused.value.failures) == 6
    said(refused)


def test_after_a_refusal_only_the_rest_is_sent_again(small, pacs):
    small.refuses = {UIDS[1]: 0xA700}
    with pytest.raises(NotStoredError):
        send(mr_series(), pacs)
    small.refuses, small.sent = {}, []
    assert send(mr_series(), pacs).stored == (UIDS[1],)
    assert small.sent == [UIDS[1]]


def test_a_duplicate_that_it_has_is_stored(small, pacs, monkeypatch):
    send(mr_series()[:1], pacs)
    small.refuses = {UIDS[0]: 0x0111}
    present, asked = module._present, []

    def late(client, instances):
        asked.append(1)
        return frozenset() if len(asked) == 1 else present(client, instances)

    monkeypatch.setattr(module, "_present", late)
    assert send(mr_series()[:1], pacs).stored == (UIDS[0],)


def test_a_duplicate_that_it_has_not_is_told(small, pacs):
    small.refuses = {UIDS[0]: 0x0111}
    with pytest.raises(NotStoredError, match="of this name"):
        send(mr_series()[:1], pacs)


def test_a_pacs_that_does_not_say_is_asked(small, pacs):
    small.mute = True
    assert send(mr_series(), pacs).stored == tuple(UIDS)


def test_what_a_pacs_does_not_say_and_does_not_have_is_not_stored(small, pacs):
    small.mute, small.loses = True, {UIDS[3]}
    with pytest.raises(NotStoredError, match="does not say that it has it") as refused:
        send(mr_series(), pacs)
    assert [one.position for one in refused.value.failures] == [4]


@pytest.mark.parametrize("status", [400, 404, 413, 415, 500])
def test_a_store_that_is_refused_as_a_whole_is_told(small, pacs, status):
    small.status = status
    with pytest.raises(NotStoredError, match=f"HTTP status {status}") as refused:
        send(mr_series(), pacs)
    said(refused)


def test_what_is_not_there_is_told(small, pacs):
    with pytest.raises(DataError, match="no such study") as refused:
        fetch(pacs, STUDY)
    said(refused)


def test_a_retrieval_that_is_not_whole_is_refused(small, pacs):
    send(mr_series(), pacs)
    small.omits = {UIDS[2]}
    with pytest.raises(DataError, match="did not send all"):
        fetch(pacs, STUDY)


def test_nobody_there_is_told(pauses, pause):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(DataError, match="does not answer") as refused:
        send(mr_series(), Pacs(url=f"http://127.0.0.1:{port}"), pause)
    said(refused)
    assert pauses == [1, 2]


def test_silence_is_told(pause):
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        with pytest.raises(DataError, match="does not answer"):
            fetch(Pacs(url=f"http://127.0.0.1:{deaf.getsockname()[1]}", timeout=0.05, attempts=1), STUDY, pause=pause)


@pytest.mark.parametrize("body", ["<html>welcome</html>", "[1]", '[{"00080018": 5}]', "{}"])
def test_what_speaks_no_dicomweb_is_told(body):
    app = FastAPI()
    app.get("/{path:path}")(lambda: Response(body, media_type="application/json"))
    with running(app) as port, pytest.raises(DataError) as refused:
        send(mr_series(), Pacs(url=f"http://127.0.0.1:{port}"))
    said(refused)


def test_a_redirection_is_not_followed():
    app = FastAPI()
    app.get("/{path:path}")(lambda: Response(status_code=302, headers={"location": "http://localhost:1/x"}))
    with running(app) as port, pytest.raises(DataError) as refused:
        send(mr_series(), Pacs(url=f"http://127.0.0.1:{port}"))
    said(refused)


@pytest.mark.parametrize("told", [{"user": "ada", "password": "kept"}, {"token": "kept"}])
def test_we_say_who_we_are(small, pacs, told):
    small.entry = basic("ada", "kept") if "user" in told else "Bearer kept"
    assert send(mr_series(), Pacs(url=pacs.url, **told)).stored == tuple(UIDS)
    assert "kept" not in repr(Pacs(url=pacs.url, **told))


@pytest.mark.parametrize("told", [{}, {"user": "ada", "password": "wrong"}, {"token": "wrong"}])
def test_a_pacs_that_refuses_us_is_told(small, pacs, told):
    small.entry = "Bearer kept"
    for ask in (lambda one: send(mr_series(), one), lambda one: fetch(one, STUDY)):
        with pytest.raises(AccessDeniedError, match="401") as refused:
            ask(Pacs(url=pacs.url, **told))
        assert "wrong" not in said(refused)


def test_a_name_and_a_token_are_one_too_many(pacs):
    with pytest.raises(AccessDeniedError, match="Both"):
        send(mr_series(), Pacs(url=pacs.url, user="ada", token="x"))


@pytest.mark.parametrize("host", ["pacs.example", "192.0.2.1", "[2001:db8::1]"])
def test_an_open_line_to_another_machine_is_refused(host):
    with pytest.raises(AccessDeniedError, match="not encrypted"):
        send(mr_series(), Pacs(url=f"http://{host}/dicom-web"))


@pytest.mark.parametrize("url", ["", "pacs", "ftp://127.0.0.1", "http://", "https://ada:secret@pacs.example/"])
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(DataError, match="address"):
        send(mr_series(), Pacs(url=url))


def test_the_environment_is_not_asked(small, pacs, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert send(mr_series(), pacs).stored == tuple(UIDS)


def test_an_encrypted_line_needs_a_certificate_that_is_trusted(small, tmp_path):
    file = certificate(tmp_path)
    with running(application(small), ssl_certfile=file) as port:
        url = f"https://127.0.0.1:{port}"
        assert send(mr_series(), Pacs(url=url, authorities=str(file))).stored == tuple(UIDS)
        assert len(fetch(Pacs(url=url, authorities=str(file)), STUDY)) == 6
        with pytest.raises(AccessDeniedError, match="certificate") as refused:
            send(mr_series(), Pacs(url=url))
        said(refused)


def test_a_pacs_may_ask_for_our_certificate(small, tmp_path):
    file = certificate(tmp_path)
    settings = {"ssl_certfile": file, "ssl_ca_certs": str(file), "ssl_cert_reqs": 2}
    with running(application(small), **settings) as port:
        told = {"url": f"https://127.0.0.1:{port}", "authorities": str(file), "attempts": 1}
        assert send(mr_series(), Pacs(**told, certificate=str(file))).stored == tuple(UIDS)
        with pytest.raises((AccessDeniedError, DataError)):
            send(mr_series(), Pacs(**told))


def test_what_is_no_whole_object_is_told_by_number(small, pacs):
    sources = mr_series()
    del sources[2].SOPInstanceUID
    with pytest.raises(DataError, match="Instance 3"):
        send(sources, pacs)


def test_a_certificate_that_is_not_there_is_told(tmp_path):
    with pytest.raises(DataError, match="certificate"):
        send(mr_series(), Pacs(url="https://pacs.example", authorities=str(tmp_path / "none.pem")))
