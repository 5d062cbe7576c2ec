import io

import numpy as np
import pydicom
import pytest
from PIL import Image, ImageDraw, ImageFont
from pydicom.dataset import FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian

from primum.errors import DataError
from primum.privacy import ocr
from primum.privacy.dicom.cleaning import clean
from primum.privacy.dicom.options import Options
from primum.privacy.dicom.refusals import DicomRefusedError, Reason
from primum.privacy.ocr import Line

JPEG, RLE, MPEG = "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.4.102"


def opened(data):
    return pydicom.dcmread(io.BytesIO(data))


def written(rows=200, columns=320, text="DOE JANE 4711", value=255, ground=0):
    """Return pixels with a line of text and its place."""
    mask = Image.new("L", (columns, rows), 0)
    pen, font = ImageDraw.Draw(mask), ImageFont.load_default(size=20)
    pen.text((30, 60), text, fill=255, font=font)
    pixels = np.full((rows, columns), ground, dtype=np.uint8)
    pixels[np.asarray(mask) > 100] = value
    return pixels, pen.textbbox((30, 60), text, font=font)


def grey(image, pixels):
    image.Rows, image.Columns = pixels.shape[-2:]
    image.BitsAllocated = image.BitsStored = 8
    image.HighBit = 7
    image.PixelData = pixels.tobytes()
    image["PixelData"].VR = "OB"
    if pixels.ndim > 2:
        image.NumberOfFrames = len(pixels)
    return image


def colour(image, pixels, photometric="RGB"):
    image.Rows, image.Columns, image.SamplesPerPixel = *pixels.shape[:2], 3
    image.BitsAllocated = image.BitsStored = 8
    image.HighBit, image.PlanarConfiguration, image.PhotometricInterpretation = 7, 0, photometric
    image.PixelData = pixels.tobytes()
    image["PixelData"].VR = "OB"
    return image


def squeezed(image):
    image.file_meta = FileMetaDataset()
    image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    image.compress(RLE, generate_instance_uid=False)


def outcome(data, identity):
    """Return what was cleaned, or why it was refused."""
    try:
        return clean(data, identity)
    except DicomRefusedError as refused:
        return refused.reason


def refusal(data, identity, options=None):
    with pytest.raises(DicomRefusedError) as caught:
        clean(data, identity, options or Options())
    return caught.value.reason


@pytest.mark.usefixtures("seeing")
class TestSeeing:
    @pytest.mark.parametrize(("value", "ground"), [(255, 0), (0, 255), (200, 90)])
    def test_text_is_found_and_blacked_out_and_the_rest_stays(self, image, as_file, identity, value, ground):
        pixels, (left, top, right, bottom) = written(value=value, ground=ground)
        done = clean(as_file(grey(image, pixels)), identity)
        found = opened(done.data).pixel_array
        assert done.boxes
        assert len(np.unique(found[int(top) : int(bottom), int(left) : int(right)])) == 1
        outside = np.ones(pixels.shape, dtype=bool)
        for box in done.boxes:
            outside[box.top : box.bottom, box.left : box.right] = False
        assert np.array_equal(found[outside], pixels[outside])
        assert not done.warnings

    def test_sides_and_scales_stay(self, image, as_file, identity):
        pixels, _ = written(text="10 cm")
        done = clean(as_file(grey(image, pixels)), identity)
        assert not done.boxes
        assert np.array_equal(opened(done.data).pixel_array, pixels)

    def test_chinese_text_is_read_as_well(self):
        assert isinstance(ocr.lines(np.zeros((40, 40, 3), dtype=np.uint8)), list)

    def test_colours_and_compressed_frames(self, image, as_file, identity):
        pixels, (left, top, right, bottom) = written()
        buffer = io.BytesIO()
        Image.fromarray(np.stack([pixels] * 3, axis=-1)).save(buffer, "JPEG", quality=95, subsampling=0)
        colour(image, np.stack([pixels] * 3, axis=-1), "YBR_FULL")
        image.PixelData = encapsulate([buffer.getvalue()])
        done = clean(as_file(image, JPEG), identity)
        found = opened(done.data)
        assert found.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
        assert found.PhotometricInterpretation == "RGB"
        assert (found.pixel_array[int(top) : int(bottom), int(left) : int(right)] == 0).all()
        assert done.warnings == ("pixels-uncompressed",)

    def test_text_on_one_of_many_frames(self, image, as_file, identity):
        pixels, (left, top, right, bottom) = written()
        frames = np.zeros((20, *pixels.shape), dtype=np.uint8)
        frames[13] = pixels
        done = clean(as_file(grey(image, frames)), identity)
        assert done.pixels == "projections"
        assert {box.frame for box in done.boxes} == set(range(8, 16))
        assert not opened(done.data).pixel_array[13, int(top) : int(bottom), int(left) : int(right)].any()


def test_nothing_found_leaves_compressed_bytes_as_they_are(image, as_file, identity):
    squeezed(image)
    data = as_file(image, RLE)
    done = clean(data, identity)
    found = opened(done.data)
    assert found.file_meta.TransferSyntaxUID == RLE
    assert found.PixelData == opened(data).PixelData


def test_what_else_stands_between_compressed_frames_goes(image, as_file, identity):
    squeezed(image)
    plain = image.PixelData
    image.PixelData = plain + b"\xfe\xff\x00\xe0\x08\0\0\0Oyelaran"
    done = clean(as_file(image, RLE), identity)
    assert b"Oyelaran" not in done.data
    image.PixelData = b"\xfe\xff\x00\xe0\x08\0\0\0Oyelaran" + plain[8:]
    assert b"Oyelaran" not in getattr(outcome(as_file(image, RLE), identity), "data", b"")


def test_comments_in_compressed_frames_go(image, as_file, identity):
    pixels = np.zeros((32, 32, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", comment=b"Oyelaran")
    colour(image, pixels, "YBR_FULL_422")
    image.PixelData = encapsulate([buffer.getvalue()])
    data = as_file(image, JPEG)
    assert b"Oyelaran" in data
    done = clean(data, identity)
    assert b"Oyelaran" not in done.data
    assert np.array_equal(opened(done.data).pixel_array, opened(data).pixel_array)


@pytest.mark.parametrize(("photometric", "black"), [("MONOCHROME2", "min"), ("MONOCHROME1", "max")])
def test_black_is_what_shows_black(image, as_file, identity, monkeypatch, photometric, black):
    image.PhotometricInterpretation = photometric
    values = np.frombuffer(image.PixelData, dtype="<u2")
    monkeypatch.setattr(ocr, "lines", _once([Line(left=10, top=8, right=30, bottom=16, text="Oyelaran", score=0.9)]))
    found = opened(clean(as_file(image), identity).data).pixel_array
    assert (found[8:16, 10:30] == getattr(values, black)()).all()


def _once(lines):
    """Return a reader that sees lines in the pictures of the first round only."""
    rounds = []

    def read(picture):
        rounds.append(picture)
        return lines if len(rounds) == 1 else []

    return read


def test_signed_big_endian_and_palettes(image, as_file, identity, monkeypatch):
    lines = [Line(left=10, top=8, right=30, bottom=16, text="Oyelaran", score=0.9)]
    values = np.random.default_rng(4).integers(-900, 900, size=(64, 48), dtype=np.int16)
    image.PixelRepresentation, image.BitsStored, image.HighBit = 1, 16, 15
    image.PixelData = values.astype(">i2").tobytes()
    image["PixelData"].VR = "OW"
    monkeypatch.setattr(ocr, "lines", _once(lines))
    found = opened(clean(as_file(image, ExplicitVRBigEndian), identity).data)
    assert found.file_meta.TransferSyntaxUID == ExplicitVRBigEndian
    assert (found.pixel_array[8:16, 10:30] == values.min()).all()
    assert np.array_equal(found.pixel_array[30:], values[30:])

    indices = np.random.default_rng(4).integers(0, 4, size=(64, 48), dtype=np.uint8)
    grey(image, indices)
    image.PixelRepresentation, image.PhotometricInterpretation = 0, "PALETTE COLOR"
    for name in ("Red", "Green", "Blue"):
        setattr(image, f"{name}PaletteColorLookupTableDescriptor", [4, 0, 16])
        setattr(image, f"{name}PaletteColorLookupTableData", np.array([9000, 60000, 0, 30000], "<u2").tobytes())
    monkeypatch.setattr(ocr, "lines", _once(lines))
    found = opened(clean(as_file(image), identity).data).pixel_array
    assert (found[8:16, 10:30] == 2).all()
    assert np.array_equal(found[30:], indices[30:])


def test_one_bit_and_fractions(image, as_file, identity, monkeypatch):
    lines = [Line(left=8, top=8, right=16, bottom=12, text="Oyelaran", score=0.9)]
    bits = np.ones((64, 48), dtype=np.uint8)
    bits[50:] = 0
    image.BitsAllocated = image.BitsStored = 1
    image.HighBit = 0
    image.PixelData = np.packbits(bits.ravel(), bitorder="little").tobytes()
    image["PixelData"].VR = "OB"
    monkeypatch.setattr(ocr, "lines", _once(lines))
    found = opened(clean(as_file(image), identity).data).pixel_array
    assert (found[8:12, 8:16] == 0).all()
    assert found[30:40].all()

    del image.PixelData, image.BitsStored, image.HighBit, image.PixelRepresentation
    image.BitsAllocated = 32
    floats = np.linspace(-1, 1, 64 * 48, dtype=np.float32)
    image.FloatPixelData = floats.tobytes()
    monkeypatch.setattr(ocr, "lines", _once(lines))
    found = np.frombuffer(opened(clean(as_file(image), identity).data).FloatPixelData, "<f4").reshape(64, 48)
    assert (found[8:12, 8:16] == -1).all()


def test_text_that_cannot_be_blacked_out_is_refused(image, as_file, identity, monkeypatch):
    line = Line(left=10, top=8, right=30, bottom=16, text="Oyelaran", score=0.9)
    monkeypatch.setattr(ocr, "lines", lambda _: [line])
    assert refusal(as_file(image), identity) == Reason.TEXT_LEFT


def test_a_reader_that_cannot_be_loaded_stops_images_and_not_reports(image, as_file, identity, monkeypatch):
    def missing(_):
        raise DataError("no reader", remedy="install it")

    monkeypatch.setattr(ocr, "lines", missing)
    assert refusal(as_file(image), identity) == Reason.READER_MISSING
    done = clean(as_file(image), identity, Options(keep_unsearched_pixels=True))
    assert done.pixels == "unsearched"
    assert "113101" not in done.codes
    assert opened(done.data).PatientIdentityRemoved == "NO"
    assert done.warnings == ("pixels-unsearched",)
    del image.PixelData
    assert clean(as_file(image), identity).pixels == "none"


def test_pixels_that_cannot_be_decoded_are_not_passed_on(image, as_file, identity):
    image.PixelData = encapsulate([b"\0\0\1\xb3 no video at all"])
    image["PixelData"].is_undefined_length = True
    data = as_file(image, MPEG)
    assert refusal(data, identity) == Reason.PIXELS_UNREADABLE
    assert clean(data, identity, Options(keep_unsearched_pixels=True)).pixels == "unsearched"


@pytest.mark.parametrize(("name", "value"), [("NumberOfFrames", "-3"), ("Rows", None), ("BitsAllocated", 13)])
def test_pixels_described_wrongly_are_refused(image, as_file, identity, name, value):
    if value is None:
        del image[name]
    else:
        setattr(image, name, value)
    assert refusal(as_file(image), identity) == Reason.PIXELS_UNREADABLE


def test_fewer_pixels_than_announced_are_refused(image, as_file, identity):
    image.NumberOfFrames = 3
    assert refusal(as_file(image), identity) == Reason.TRUNCATED
    image.NumberOfFrames = 1
    image.PixelData = image.PixelData[:-2]
    assert refusal(as_file(image), identity) == Reason.TRUNCATED


def test_fewer_compressed_frames_than_announced_are_refused(image, as_file, identity):
    squeezed(image)
    image.NumberOfFrames = 4
    assert refusal(as_file(image, RLE), identity) in {Reason.TRUNCATED, Reason.PIXELS_UNREADABLE}


def test_pixels_elsewhere_and_pixels_too_large_are_refused(image, as_file, identity):
    assert refusal(as_file(image), identity, Options(largest=1000)) == Reason.TOO_LARGE
    image.PixelDataProviderURL = "https://pixels.example/4711"
    assert refusal(as_file(image), identity) == Reason.PIXELS_ELSEWHERE


def test_many_frames_are_looked_at_together(image, as_file, identity, monkeypatch):
    seen = []
    monkeypatch.setattr(ocr, "lines", lambda picture: seen.append(picture.shape) or [])
    frames = np.random.default_rng(1).integers(0, 255, size=(500, 16, 16), dtype=np.uint8)
    done = clean(as_file(grey(image, frames)), identity)
    assert (done.pixels, done.frames) == ("projections", 500)
    assert len(seen) < 500
    assert np.array_equal(opened(done.data).pixel_array, frames)
