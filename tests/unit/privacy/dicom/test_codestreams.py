import io

import numpy as np
import pytest
from PIL import Image
from pydicom.pixels.encoders import RLELosslessEncoder

from primum.privacy.dicom.codestreams import bare

PIXELS = np.random.default_rng(5).integers(0, 255, size=(24, 32, 3), dtype=np.uint8)


def jpeg(**options):
    buffer = io.BytesIO()
    Image.fromarray(PIXELS).save(buffer, "JPEG", quality=80, **options)
    return buffer.getvalue()


def jpeg_2000():
    buffer = io.BytesIO()
    Image.fromarray(PIXELS).save(buffer, "JPEG2000", no_jp2=True, irreversible=False)
    return buffer.getvalue()


def shown(data):
    return np.asarray(Image.open(io.BytesIO(data)))


def segment(marker, content):
    return bytes([0xFF, marker]) + (len(content) + 2).to_bytes(2, "big") + content


@pytest.mark.parametrize("progressive", [False, True])
def test_comments_and_application_data_go_and_the_picture_stays(progressive):
    plain = jpeg(progressive=progressive)
    extra = segment(0xFE, b"Oyelaran") + segment(0xE1, b"Exif\0\0 Oyelaran") + segment(0xED, b"Photoshop Oyelaran")
    laden = plain[:2] + extra + plain[2:]
    found = bare(laden)
    assert b"Oyelaran" not in found
    assert np.array_equal(shown(found), shown(plain))


def test_a_thumbnail_goes():
    plain = jpeg()
    at = plain.index(b"JFIF\0") - 4
    length = int.from_bytes(plain[at + 2 : at + 4], "big")
    fat = segment(0xE0, plain[at + 4 : at + 16] + b"\x01\x01" + b"Oye")
    found = bare(plain[:at] + fat + plain[at + 2 + length :])
    assert b"Oye" not in found
    assert np.array_equal(shown(found), shown(plain))


def test_bytes_after_the_end_go():
    plain = jpeg()
    assert b"Oyelaran" not in bare(plain + b"Oyelaran")
    assert b"Oyelaran" not in bare(jpeg_2000() + b"Oyelaran")


def test_comments_of_jpeg_2000_go_and_the_picture_stays():
    plain = jpeg_2000()
    at = 4 + int.from_bytes(plain[4:6], "big")
    laden = plain[:at] + segment(0x64, b"\0\1Oyelaran") + plain[at:]
    found = bare(laden)
    assert b"Oyelaran" not in found
    assert np.array_equal(shown(found), shown(plain))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_bytes_after_run_lengths_and_in_their_header_go(dtype):
    values = np.random.default_rng(9).integers(0, 3, size=(24, 32)).astype(dtype)
    values[5:9] = 7
    runner = RLELosslessEncoder.iter_encode(
        values, rows=24, columns=32, samples_per_pixel=1, bits_allocated=values.itemsize * 8,
        bits_stored=values.itemsize * 8, photometric_interpretation="MONOCHROME2", pixel_representation=0,
        number_of_frames=1,
    )  # fmt: skip
    plain = next(runner)
    laden = plain[:56] + b"Oyelaran" + plain[64:] + b"Oyelaran"
    found = bare(laden, 24 * 32)
    assert b"Oyelaran" not in found
    assert found.rstrip(b"\0") == plain.rstrip(b"\0")


def test_the_colour_transform_of_adobe_stays():
    plain = jpeg()
    adobe = segment(0xEE, b"Adobe\0\x64\0\0\0\0\1")
    assert adobe in bare(plain[:2] + adobe + plain[2:])


def test_other_codes_stay_and_lengths_are_even():
    assert bare(b"\1\0\0\0rle!") == b"\1\0\0\0rle!"
    assert len(bare(jpeg() + b"x")) % 2 == 0


def test_a_bare_stream_stays_as_it_is():
    once = bare(jpeg())
    assert bare(once) == once
