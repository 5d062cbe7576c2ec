"""Made-up people only."""

import xml.dom.minidom

from primum.privacy.fhir import narrative
from primum.privacy.fhir.links import Links
from synthetic.fhir_people import KEY, scrub


def test_narratives_are_scrubbed_as_text_and_stay_well_formed():
    div = (
        '<div xmlns="http://www.w3.org/1999/xhtml" id="zebediah"><!-- Quartermain --><script>z@q.example</script>'
        '<h1 title="Zebediah" onclick="x()" class="big">Zebe<i>diah</i> &amp; sons</h1><p>5 &lt; 6<br>'
        '<img src="https://q.example/zeb.png" alt="Zebediah"/><a href="mailto:z@q.example">mail</a>'
        "<table><tr><td>Phone<td>617-555-0123</table><custom>words</custom></div>"
    )
    safe = narrative.clean(div, scrub, Links(KEY))
    xml.dom.minidom.parseString(safe)  # noqa: S318 - our own text
    for piece in ("Zeb", "zeb", "Quartermain", "@", "555", "onclick", "script", "custom"):
        assert piece not in safe, piece
    assert "[X]" in safe
    assert "&amp; sons" in safe
    assert "5 &lt; 6" in safe
    assert 'class="big"' in safe
    assert "words" in safe
    assert safe.count("<td>") == safe.count("</td>") == 2


def test_a_label_in_one_cell_helps_to_read_the_next():
    seen = []
    narrative.clean(
        "<table><tr><td>Name</td><td>Jo<b>hn</b></td></tr></table>", lambda one: seen.append(one) or one, Links(KEY)
    )
    assert seen == ["Name\nJohn"]


def test_a_scrubber_that_drops_a_line_loses_no_structure():
    safe = narrative.clean("<p>one</p><p>Zebediah</p>", lambda one: one.replace("\nZebediah", ""), Links(KEY))
    assert safe == '<div xmlns="http://www.w3.org/1999/xhtml"><p>one</p><p></p></div>'


def test_an_emptied_narrative_says_so_for_fhir_wants_words():
    assert "[REMOVED]" in narrative.clean("<div><p>Zebediah</p></div>", lambda _: " ", Links(KEY))
