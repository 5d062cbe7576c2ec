"""Volumes, variants and DICOM: headers are cleaned, what was measured is left as it was."""

import gzip
import io

import nibabel
import numpy as np
import pydicom
import pytest
from pydicom.data import get_testdata_file

from primum.deid import imaging, packing, sealing, variants
from primum.deid.nouns import Introduced, RefusedError, Source
from primum.privacy.dicom.refusals import Reason
from synthetic import deid_folder
from synthetic.deid_jobs import Done, desk, source, written


# -- NIfTI -------------------------------------------------------------------------------------------------------------
@pytest.fixture(params=[nibabel.Nifti1Image, nibabel.Nifti2Image])
def volume(request, tmp_path) -> Source:
    image = request.param(np.arange(60, dtype=np.int16).reshape(3, 4, 5), np.eye(4))
    image.header["descrip"] = b"Thaddeus Lindqvist"
    image.header["aux_file"] = b"/home/lindqvist"
    image.header["intent_name"] = b"Lindqvist"
    image.header.extensions.append(nibabel.nifti1.Nifti1Extension("comment", b"Lindqvist, Thaddeus"))
    nibabel.save(image, tmp_path / "x.nii")
    return source(tmp_path / "x.nii")


def test_texts_of_a_volume_are_emptied_and_the_image_is_the_same(volume):
    done = Done(volume)
    assert b"arrison" not in done.data
    before = nibabel.load(volume.place)
    done.place.rename(done.place.with_suffix(".nii"))
    found = nibabel.load(done.place.with_suffix(".nii"))
    assert np.array_equal(np.asanyarray(found.dataobj), np.asanyarray(before.dataobj))
    assert np.array_equal(found.affine, before.affine)
    assert len(found.header.extensions) == 0
    assert {one["element"] for one in done.outcome.marks} == {"descrip", "aux_file", "intent_name", "extensions"}
    assert done.outcome.notes == ["face"]


def test_pieces_of_a_volume_put_it_back(volume):
    done = Done(volume)
    assert b"".join(sealing._restored(io.BytesIO(done.data), done.outcome.pieces)) == volume.place.read_bytes()


@pytest.mark.parametrize("change", [lambda data: data[:-7], lambda data: data + b"Lindqvist"])
def test_a_volume_with_too_little_or_too_much_is_refused(volume, tmp_path, change):
    with pytest.raises(RefusedError) as refused:
        Done(written(tmp_path / "y", change(volume.place.read_bytes())))
    assert refused.value.code == "corrupt"


def test_one_of_a_pair_is_refused(volume, tmp_path):
    data = bytearray(volume.place.read_bytes())
    at = data.find(b"n+")
    data[at : at + 2] = b"ni"
    with pytest.raises(RefusedError) as refused:
        Done(written(tmp_path / "y", bytes(data)))
    assert refused.value.code == "nifti-pair"


def test_a_text_left_in_a_volume_is_found(volume):
    done = Done(volume, desk(Introduced(names=("1",), known=(("name", "Thaddeus Lindqvist"),))))
    data = bytearray(done.data)
    at = 148 if data[:1] == b"\x5c" else 240
    data[at : at + 17] = b"Thaddeus Lindqvist"
    assert done.scanned(bytes(data)).left.certain == {"name": 1}


# -- VCF ---------------------------------------------------------------------------------------------------------------
def test_samples_and_telling_lines_of_variants_are_replaced(tmp_path):
    deid_folder.write_variants(tmp_path / "x.vcf")
    one = source(tmp_path / "x.vcf")
    done = Done(one)
    lines = done.text.splitlines()
    assert lines[0] == "##fileformat=VCFv4.2"
    assert '##INFO=<ID=DP,Number=1,Type=Integer,Description="Depth">' in lines
    assert "##contig=<ID=chr1,length=1000>" in lines
    assert not any(line.startswith(("##fileDate", "##source")) for line in lines)
    assert lines[-2].split("\t")[9:] == [done.desk.name(deid_folder.MRN), done.desk.name("NA002")]
    assert lines[-1] == "chr1\t10\trs1\tA\tC\t50\tPASS\tDP=10\tGT\t0/1\t1/1"
    assert not any(needle in done.text for needle in (*deid_folder.NEEDLES, "lindqvist"))
    assert done.outcome.notes == ["genome"]
    assert not done.found.left.certain


def test_samples_named_in_records_are_replaced(tmp_path):
    columns = b"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS77\n"
    data = b"##fileformat=VCFv4.2\n" + columns + b"1\t1\t.\tA\tC\t.\t.\tOWN=S77;DP=1\tGT\t0/1\n"
    done = Done(written(tmp_path / "x", data))
    assert "S77" not in done.text
    assert ";DP=1\t" in done.text


@pytest.mark.parametrize(("line", "kept"), [
    ("##reference=file:///home/lindqvist/GRCh38.fa", "##reference=GRCh38.fa"),
    ("##reference=/data/lindqvist.fa", None),
    ("##phasing=partial", "##phasing=partial"),
    ('##SAMPLE=<ID=S77,Description="Lindqvist">', None),
    ("##commandline=gatk --input lindqvist.bam", None),
    ('##FILTER=<ID=q10,Description="Call lindqvist@example.org">', '##FILTER=<ID=q10,Description="Call [EMAIL]">'),
])  # fmt: skip
def test_header_lines_are_kept_shortened_or_left_out(tmp_path, line, kept):
    data = f"##fileformat=VCFv4.2\n{line}\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n1\t1\t.\tA\tC\t.\t.\tDP=1\n"
    done = Done(written(tmp_path / "x", data.encode()), desk(tags=True))
    assert done.text.splitlines()[1:-2] == ([kept] if kept else [])


def test_variants_without_columns_are_refused(tmp_path):
    one = written(tmp_path / "x", b"##fileformat=VCFv4.2\n1\t1\t.\tA\n")
    with pytest.raises(RefusedError):
        list(variants.introduce(one))
    with pytest.raises(RefusedError):
        Done(one, desk())


# -- DICOM -------------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def image(tmp_path_factory):
    place = tmp_path_factory.mktemp("dicom") / "ct"
    deid_folder.write_image(place)
    return source(place)


@pytest.fixture(scope="module")
def done(image):
    return Done(image, subject=deid_folder.MRN)


def test_a_header_introduces_its_patient(image):
    (found,) = imaging.introduce(image)
    assert found.names == (deid_folder.MRN,)
    assert ("name", deid_folder.NAME) in found.known


def test_dicom_is_cleaned_under_the_pseudonym_of_its_subject(done):
    dataset = pydicom.dcmread(done.place)
    assert dataset.PatientID == done.desk.name(deid_folder.MRN)
    assert dataset.PatientIdentityRemoved == "YES"
    assert not any(needle.encode() in done.data for needle in deid_folder.NEEDLES)
    assert not done.found.left.certain


def test_pixels_are_the_same_where_nothing_was_burned_in(image, done):
    assert np.array_equal(pydicom.dcmread(done.place).pixel_array, pydicom.dcmread(image.place).pixel_array)


def test_marks_are_tags(done):
    assert any(one["element"] == "(0010,0010)" and one["kind"] == "name" for one in done.outcome.marks)
    assert all(one["method"].startswith(("profile:", "ocr")) for one in done.outcome.marks)


def test_pieces_put_an_image_back_and_leave_out_pixels_that_end_alike(tmp_path):
    dataset = pydicom.dcmread(get_testdata_file("MR_small.dcm"))
    del dataset[0xFFFCFFFC]
    dataset.save_as(tmp_path / "mr")
    one = source(tmp_path / "mr")
    found = Done(one)
    (piece,) = found.outcome.pieces
    original = one.place.read_bytes()
    assert len(piece.original) < len(original) - len(dataset.PixelData) + 1
    assert b"".join(sealing._restored(io.BytesIO(found.data), found.outcome.pieces)) == original


def test_a_name_left_in_an_image_is_found(done, tmp_path):
    dataset = pydicom.dcmread(done.place)
    dataset.ImageComments = "Thaddeus Lindqvist"
    dataset.save_as(tmp_path / "left")
    assert done.scanned((tmp_path / "left").read_bytes()).left.certain["name"]


def test_a_broken_image_is_refused_with_the_cleaners_reason(image, tmp_path):
    data = image.place.read_bytes()
    with pytest.raises(RefusedError) as refused:
        Done(written(tmp_path / "x", data[: len(data) // 2]), desk())
    assert refused.value.code == f"dicom-{Reason.TRUNCATED}"


# -- packing -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("packed", ["gzip", "bgzf"])
@pytest.mark.parametrize("size", [0, 10, 70_000, 200_000])
def test_packed_files_unpack_to_the_same(packed, size):
    data = bytes(at % 251 for at in range(size))
    source, target = io.BytesIO(data), io.BytesIO()
    source.read(5)
    packing.pack(source, target, packed)
    found = target.getvalue()
    assert gzip.decompress(found) == data
    assert b"x" not in found[:10]
    assert (found[12:16] == b"BC\x02\x00") == (packed == "bgzf")
    assert found.endswith(packing.END) == (packed == "bgzf")
