import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from primum.imaging import raster
from primum.imaging.reasons import Reason
from primum.imaging.refusals import PictureRefusedError
from synthetic.scans import body, photograph

GREY = body((24, 32), kind="uint8")
DEEP = body((24, 32), kind="uint16") * 37
COLOUR = np.stack([body((24, 32), seed, "uint8") for seed in range(3)], axis=-1)


def refused(file):
    with pytest.raises(PictureRefusedError) as told:
        raster.read(file)
    return told.value.reason


@pytest.mark.parametrize("suffix", ["png", "tif", "bmp", "PNG"])
def test_grey_pictures_are_read_as_they_are(tmp_path, suffix):
    picture = raster.read(photograph(tmp_path / f"a.{suffix}", GREY))
    assert np.array_equal(picture.values[0], GREY)
    assert picture.values.dtype == np.uint8
    assert (picture.spacing, picture.affine) == ((), ())
    assert picture.facts["bits"] == "8"
    assert "repairs" not in picture.facts


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_sixteen_bits_stay_sixteen(tmp_path, suffix):
    picture = raster.read(photograph(tmp_path / f"a.{suffix}", DEEP))
    assert picture.values.dtype == np.uint16
    assert np.array_equal(picture.values[0], DEEP)
    assert picture.facts["bits"] == "16"


@pytest.mark.parametrize("suffix", ["png", "tif", "bmp"])
def test_colours_are_three_channels_in_front(tmp_path, suffix):
    picture = raster.read(photograph(tmp_path / f"a.{suffix}", COLOUR))
    assert np.array_equal(np.moveaxis(picture.values, 0, -1), COLOUR)


@pytest.mark.parametrize("values", [GREY, COLOUR])
@pytest.mark.parametrize("subsampling", [0, 2])
def test_jpeg_is_read_within_what_two_decoders_may_differ(tmp_path, values, subsampling):
    picture = raster.read(photograph(tmp_path / "a.jpg", values, quality=95, subsampling=subsampling))
    assert picture.facts["format"] == "jpeg"
    shown = np.moveaxis(picture.values, 0, -1).reshape(values.shape)
    assert np.abs(shown.astype(int) - values).mean() < 6


def test_sixteen_bit_colours_are_not_cut_to_eight(tmp_path):
    deep = np.stack([body((24, 32), seed, "uint16") * 50 for seed in range(3)], axis=-1)

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in deep)
    file = tmp_path / "a.png"
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 32, 24, 16, 2, 0, 0, 0))
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
    assert np.array_equal(np.moveaxis(raster.read(file).values, 0, -1), deep)


def test_equal_channels_become_grey_and_it_is_said(tmp_path):
    picture = raster.read(photograph(tmp_path / "a.png", np.stack([GREY] * 3, axis=-1)))
    assert picture.values.shape == (1, 24, 32)
    assert picture.repairs == ("grey_of_equal_channels",)


def test_an_opaque_alpha_is_dropped_and_a_transparent_one_refused(tmp_path):
    opaque = np.concatenate([COLOUR, np.full((24, 32, 1), 255, np.uint8)], axis=-1)
    picture = raster.read(photograph(tmp_path / "a.png", opaque))
    assert picture.repairs == ("opaque_alpha_dropped",)
    assert np.array_equal(np.moveaxis(picture.values, 0, -1), COLOUR)
    opaque[3, 3, 3] = 254
    assert refused(photograph(tmp_path / "b.png", opaque)) is Reason.ALPHA
    assert refused(photograph(tmp_path / "c.png", GREY, transparency=0)) is Reason.ALPHA


def test_a_palette_is_unfolded(tmp_path):
    image = Image.fromarray(COLOUR).quantize(16)
    file = tmp_path / "a.png"
    image.save(file)
    picture = raster.read(file)
    assert "colours_unfolded" in picture.repairs
    assert np.array_equal(np.moveaxis(picture.values, 0, -1), np.asarray(image.convert("RGB")))


@pytest.mark.parametrize("tag", range(2, 9))
def test_a_turned_photograph_is_turned_upright(tmp_path, tag):
    exif = Image.Exif()
    exif[0x0112] = tag
    file = photograph(tmp_path / "a.png", COLOUR, exif=exif)
    picture = raster.read(file)
    from PIL import ImageOps

    with Image.open(file) as image:
        wanted = np.asarray(ImageOps.exif_transpose(image))
    assert np.array_equal(np.moveaxis(picture.values, 0, -1), wanted)
    assert picture.repairs == ("turned_upright",)


def test_sixteen_bits_are_turned_too(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = raster.read(photograph(tmp_path / "a.png", DEEP, exif=exif))
    assert np.array_equal(picture.values[0], np.rot90(DEEP, -1))


@pytest.mark.parametrize("suffix", ["png", "jpg", "tif", "bmp"])
def test_a_cut_file_is_refused(tmp_path, suffix):
    file = photograph(tmp_path / f"a.{suffix}", body((64, 64), kind="uint8"))
    data = file.read_bytes()
    file.write_bytes(data[: len(data) * 3 // 5])
    assert refused(file) in {Reason.TRUNCATED, Reason.CORRUPT}


def test_a_png_that_lacks_only_its_end_is_cut_too(tmp_path):
    file = photograph(tmp_path / "a.png")
    file.write_bytes(file.read_bytes()[:-12])
    assert refused(file) is Reason.TRUNCATED


def test_a_png_with_a_flipped_bit_is_refused(tmp_path):
    file = photograph(tmp_path / "a.png", body((64, 64), kind="uint8"))
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    assert refused(file) in {Reason.CORRUPT, Reason.TRUNCATED}


@pytest.mark.parametrize("content", [b"", b"hello", b"<svg/>", b"GIF89a" + bytes(40)])
def test_what_is_no_picture_is_refused(tmp_path, content):
    file = tmp_path / "a.png"
    file.write_bytes(content)
    assert refused(file) is Reason.NOT_AN_IMAGE


def test_several_pages_are_refused(tmp_path):
    file = tmp_path / "a.tif"
    Image.fromarray(GREY).save(file, save_all=True, append_images=[Image.fromarray(GREY)])
    assert refused(file) is Reason.SEVERAL_PICTURES


def test_pixels_that_are_not_square_are_refused(tmp_path):
    assert refused(photograph(tmp_path / "a.jpg", GREY, dpi=(100, 200))) is Reason.ASPECT
    assert refused(photograph(tmp_path / "a.png", GREY, dpi=(100, 200))) is Reason.ASPECT
    raster.read(photograph(tmp_path / "b.jpg", GREY, dpi=(100, 100)))


def test_cmyk_and_white_is_zero_of_sixteen_bits_are_refused(tmp_path):
    file = tmp_path / "a.jpg"
    Image.fromarray(COLOUR).convert("CMYK").save(file)
    assert refused(file) is Reason.PHOTOMETRIC
    assert refused(photograph(tmp_path / "a.tif", DEEP, tiffinfo={262: 0})) is Reason.PHOTOMETRIC


def test_a_picture_too_large_for_memory_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(raster, "LARGEST", 100)
    assert refused(photograph(tmp_path / "a.png")) is Reason.TOO_LARGE


def test_a_picture_that_two_decoders_read_differently_is_refused(tmp_path, monkeypatch):
    file = photograph(tmp_path / "a.png", COLOUR)
    honest = raster.second(file, "PNGImageIO")
    twisted = type(honest)(values=honest.values[::-1], affine=honest.affine, channels=honest.channels)
    monkeypatch.setattr(raster, "second", lambda *_: twisted)
    assert refused(file) is Reason.DECODERS
    jpeg = photograph(tmp_path / "a.jpg", COLOUR)
    assert refused(jpeg) is Reason.DECODERS


def labels_refused(file):
    with pytest.raises(PictureRefusedError) as told:
        raster.read_labels(file)
    return told.value.reason


def test_masks_keep_their_numbers_and_white_is_one(tmp_path):
    numbers = (GREY % 3).astype(np.uint8)
    assert np.array_equal(raster.read_labels(photograph(tmp_path / "a.png", numbers))[0], numbers)
    white = (numbers > 0).astype(np.uint8) * 255
    assert np.array_equal(raster.read_labels(photograph(tmp_path / "b.png", white))[0], white > 0)
    assert np.array_equal(raster.read_labels(photograph(tmp_path / "c.png", np.stack([white] * 3, -1)))[0], white > 0)


def test_the_numbers_of_a_palette_are_the_labels(tmp_path):
    image = Image.fromarray((GREY % 4).astype(np.uint8), mode=None).convert("L")
    paletted = Image.new("P", image.size)
    paletted.putdata(list(image.tobytes()))
    paletted.putpalette([0, 0, 0, 128, 0, 0, 0, 128, 0, 128, 128, 0])
    paletted.save(tmp_path / "a.png")
    assert np.array_equal(raster.read_labels(tmp_path / "a.png")[0], GREY % 4)


def test_masks_in_jpeg_or_colours_are_refused(tmp_path):
    assert labels_refused(photograph(tmp_path / "a.jpg", GREY)) is Reason.MASK_LABELS
    assert labels_refused(photograph(tmp_path / "a.png", COLOUR)) is Reason.MASK_LABELS
