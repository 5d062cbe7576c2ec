"""Made-up people only."""

import pytest

from primum.errors import DataError
from primum.privacy.fhir.files import documents, written
from synthetic.fhir_people import cleaned


def test_files_are_read_and_written_digit_by_digit():
    text = '{"resourceType": "Observation", "valueQuantity": {"value": 13.50, "unit": "\\u5c81"}, "x": 1E+3, "y": 10}'
    (document,) = documents(b"\xef\xbb\xbf" + text.encode())
    assert written(document) == text.replace("\\u5c81", "岁")
    assert written(cleaned(document)).count("13.50") == 1
    lines = b'{"resourceType": "Patient"}\n\n{"resourceType": "Group"}\r\n'
    assert [one["resourceType"] for one in documents(lines, ndjson=True)] == ["Patient", "Group"]


@pytest.mark.parametrize(
    "data", [b"\xff\xfe{}", b"{", b"[1]", b'{"resourceType": "Patient", "x": NaN}', b"[" * 100_000, b'{"a": 1}']
)
def test_files_that_are_no_fhir_are_refused_without_telling_what_is_in_them(data):
    with pytest.raises(DataError) as caught:
        list(documents(data))
    assert "Patient" not in str(caught.value)
