import base64
import zlib

import numpy as np
import pytest

from primum.domain.picture import FACTS, REPAIRS, START, TYPES, Picture, decode, encode, is_picture
from primum.errors import IntegrityError

AFFINE = ((0.5, 0.0, 0.0, -3.0), (0.0, 0.5, 0.0, 7.0), (0.0, 0.0, 2.0, 1.0), (0.0, 0.0, 0.0, 1.0))


def a_picture(kind="int16", **changes):
    values = np.arange(60).reshape(1, 3, 4, 5).astype(kind)
    given = {"values": values, "spacing": (0.5, 0.5, 2.0), "affine": AFFINE, "facts": {"format": "nifti"}}
    return Picture(**(given | changes))


@pytest.mark.parametrize("kind", TYPES)
def test_a_picture_comes_back_as_it_was(kind):
    picture = a_picture(kind)
    back = decode(encode(picture))
    assert back.values.dtype == picture.values.dtype
    assert np.array_equal(back.values, picture.values)
    assert (back.spacing, back.affine, back.facts) == (picture.spacing, picture.affine, picture.facts)


def test_equal_pictures_give_equal_texts_whatever_their_memory_looks_like():
    plain = a_picture()
    turned = a_picture(values=np.asfortranarray(plain.values))
    swapped = a_picture(values=plain.values.astype(">i2"))
    assert encode(plain) == encode(turned) == encode(swapped)
    assert plain.fingerprint() == swapped.fingerprint()


def test_facts_in_another_order_give_the_same_text():
    one = a_picture(facts={"format": "nifti", "bits": "16"})
    other = a_picture(facts={"bits": "16", "format": "nifti"})
    assert encode(one) == encode(other)


def test_the_fingerprint_is_of_samples_and_shape_alone():
    picture = a_picture()
    assert a_picture(spacing=(1.0, 1.0, 1.0), facts={}).fingerprint() == picture.fingerprint()
    assert a_picture(values=picture.values + 1).fingerprint() != picture.fingerprint()
    assert a_picture(values=picture.values.reshape(1, 5, 4, 3)).fingerprint() != picture.fingerprint()
    assert a_picture(kind="int32").fingerprint() != picture.fingerprint()


@pytest.mark.parametrize("shape", [(3,), (3, 4), (1, 2, 3, 4, 5), (1, 0, 4)])
def test_other_shapes_than_channels_and_two_or_three_axes_are_no_picture(shape):
    with pytest.raises(ValueError, match="shape"):
        Picture(values=np.zeros(shape, dtype=np.uint8))


@pytest.mark.parametrize("kind", ["float64", "int64", "bool", "complex64", "float16"])
def test_samples_of_other_types_are_no_picture(kind):
    with pytest.raises(ValueError, match="type"):
        Picture(values=np.zeros((1, 3, 3), dtype=kind))


@pytest.mark.parametrize("spacing", [(1.0,), (1.0, 0.0, 1.0), (1.0, -1.0, 1.0), (1.0, float("nan"), 1.0)])
def test_spacing_is_one_positive_length_an_axis(spacing):
    with pytest.raises(ValueError, match="spacing"):
        a_picture(spacing=spacing)


@pytest.mark.parametrize(
    "affine", [AFFINE[:3], tuple(row[:3] for row in AFFINE), ((0.0,) * 4,) * 4, ((float("inf"),) * 4,) * 4]
)
def test_an_affine_is_a_regular_matrix(affine):
    with pytest.raises(ValueError, match="affine"):
        a_picture(affine=affine)


@pytest.mark.parametrize(
    "facts",
    [
        {"patient": "Made Up"},
        {"format": "Made Up"},
        {"window": "Made Up"},
        {"dicom_modality": "MR of Made Up"},
        {"repairs": "inverted,Made Up"},
        {"bits": "123456"},
        {"syntax": "1.2.840.113619.2.5.1762583153"},
        {"burned_in": "Made Up"},
        {"rescale": "1"},
    ],
)
def test_no_fact_but_those_listed_can_be_carried_so_that_none_can_hold_a_name(facts):
    with pytest.raises(ValueError, match="fact"):
        a_picture(facts=facts)


def test_every_repair_may_be_told_and_is_told_once():
    picture = a_picture(facts={"repairs": ",".join(REPAIRS)})
    assert picture.repairs == REPAIRS
    assert a_picture().repairs == ()
    once = a_picture(facts=a_picture().mended("inverted", "sorted", "inverted"))
    assert once.repairs == ("inverted", "sorted")
    assert a_picture().mended() == {"format": "nifti"}


def test_no_form_of_a_fact_admits_letters_and_spaces_at_will():
    assert not [name for name, form in FACTS.items() if form.fullmatch("Zhang Wei") or form.fullmatch("zhangwei")]


def damaged():
    whole = encode(a_picture())
    packed = base64.b64decode(whole[len(START) :])
    plain = zlib.decompress(packed)

    def text(data):
        return START + base64.b64encode(zlib.compress(data)).decode()

    return {
        "empty": "",
        "another start": whole.replace("picture/1", "picture/2"),
        "cut": whole[:-40],
        "cut inside": START + base64.b64encode(packed[:-9]).decode(),
        "more behind": START + base64.b64encode(packed + b"x").decode(),
        "no base64": START + "*" + whole[len(START) :],
        "short samples": text(plain[:-2]),
        "other type": text(plain.replace(b"int16", b"bool8")),
        "a type that runs code": text(plain.replace(b'"int16"', b'"object"')),
        "no head": text(b"\n" + plain.partition(b"\n")[2]),
        "a list": text(b"[]\n" + plain.partition(b"\n")[2]),
        "a foreign fact": text(plain.replace(b'"format":"nifti"', b'"name":"Made Up"')),
    }


@pytest.mark.parametrize("name", damaged())
def test_a_text_that_is_no_whole_picture_is_told(name):
    with pytest.raises(IntegrityError, match="picture"):
        decode(damaged()[name])


def test_what_is_a_picture_is_told_by_its_beginning():
    assert is_picture(encode(a_picture()))
    assert not any(map(is_picture, ["", "picture", 3, None, "text"]))


def test_samples_are_not_shown_when_a_picture_is_printed():
    assert "values" not in repr(a_picture())
