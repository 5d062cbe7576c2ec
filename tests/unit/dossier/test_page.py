"""The dossier as a whole: what it says, that it says it in both languages, and that nothing can be smuggled into it."""

import itertools
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from primum.domain.evidence import Evidence
from primum.domain.gate import judge
from primum.domain.norm import Grade
from primum.domain.study import Limits
from primum.dossier import page
from primum.dossier.decision import Signed
from primum.dossier.page import render
from primum.dossier.tongue import LANGUAGES, Tongue, speak
from primum.norms import library
from primum.plugins import load
from synthetic.evidence import FACTS, changed, estimate, full, gate, measured, name_of, signature

NOW, LATER = "2026-03-02T10:00:00+00:00", "2027-03-02T10:00:00+00:00"
SIGNED = Signed(
    decided_at=NOW,
    expires_at=LATER,
    release=name_of("release"),
    signers=(signature("EU-AIA-14-4b", "clinical-lead"), signature("EU-GDPR-35", "privacy-officer", name_of("old"))),
)
REFUSED = Signed(decided_at=NOW)
HOSTILE = "</style></title><script>alert(1)</script><img src=x onerror=alert(1)>\"'><b>{{ 7 * 7 }}</b>"
VOID = {"meta", "input", "br", "use", "circle", "line", "path", "rect"}


class Reader(HTMLParser):
    """Reads a page strictly: every element closed in order; what is seen, by language."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.spoken: dict[str, list[str]] = {code: [] for code in LANGUAGES}
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(attrs) == len(dict(attrs)), f"{tag} has an attribute twice"
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append((tag, dict(attrs)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open, f"{tag} was never opened"
            assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        tongues = [attrs["data-tongue"] for _, attrs in self.open if "data-tongue" in attrs]
        if tongues and data.strip():
            self.spoken[str(tongues[-1])].append(data.strip())

    def text(self, code: str) -> str:
        return re.sub(r"\s+", " ", " ".join(self.spoken[code]))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.seen if name == tag]


VARIANTS: dict[str, Callable[[], str]] = {
    "released": lambda: render(full(), SIGNED),
    "refused": lambda: render(full(released=False), REFUSED),
    "nothing": lambda: render({}, REFUSED),
    "before the gate": lambda: render(measured(), REFUSED),
    "hostile": lambda: render(poisoned(full()), SIGNED),
    "every norm": lambda: render(judged(), SIGNED),
}


def poisoned(evidence: Mapping[str, Evidence]) -> dict[str, Evidence]:
    """Evidence in which every free text is an attack; words from closed lists stay."""
    closed = {"asked", "reached", "from_grade", "verdict", "signed_at", "grade", "chosen", "released", "evidence_set"}

    def poison(key: str, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {name: poison(name, one) for name, one in value.items()}
        if isinstance(value, list):
            return [poison(key, one) for one in value]
        return HOSTILE if isinstance(value, str) and key not in closed else value

    return {
        kind: Evidence(kind=kind, stage=HOSTILE, made_of=one.made_of, facts=poison("", one.facts))
        for kind, one in evidence.items()
    }


def judged() -> dict[str, Evidence]:
    """Evidence judged by many requirements, twice as many as a study with every norm has."""
    facts = gate()
    one = facts["norms"][0]["requirements"][0]
    sentence = "The lower end of AUROC, 0.968 on 114 subjects, is above 0.8, the limit fixed before the opening. "
    long = {**one, "because": sentence, "because_zh": "114名受试者的AUROC下限0.968高于开封前确定的界值0.8。"}
    norm = {**facts["norms"][0], "requirements": [{**long, "id": f"RULE-{place}"} for place in range(100)]}
    return changed("gate", {"norms": [norm]})


@pytest.fixture(scope="module")
def released() -> str:
    return VARIANTS["released"]()


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_page_is_small_whole_and_needs_nothing_from_outside(variant: str) -> None:
    text = VARIANTS[variant]()
    assert len(text.encode()) < 300_000
    assert text.startswith("<!doctype html>")
    reader = Reader(text)
    assert not {"script", "link", "img", "iframe", "object", "embed", "form", "base"} & {tag for tag, _ in reader.seen}
    for _, attributes in reader.seen:
        assert not [name for name in attributes if name.startswith("on") or name in {"src", "srcset"}]
        assert (attributes.get("href") or "#").startswith("#")
    style = text[text.index("<style>") : text.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style
    assert "http://" not in text
    assert "https://" not in text


@pytest.mark.parametrize("variant", VARIANTS)
def test_ids_are_unique_and_every_reference_arrives(variant: str) -> None:
    reader = Reader(VARIANTS[variant]())
    ids = [attrs["id"] for _, attrs in reader.seen if "id" in attrs]
    assert len(ids) == len(set(ids))
    wanted = [(attrs["href"] or "").removeprefix("#") for _, attrs in reader.seen if "href" in attrs]
    wanted += [attrs["for"] or "" for attrs in reader.all("label")]
    wanted += [name for attrs in reader.all("svg") for name in (attrs.get("aria-labelledby") or "").split()]
    assert set(wanted) <= set(ids)


@pytest.mark.parametrize("variant", VARIANTS)
def test_headings_are_in_order_and_tables_have_scopes(variant: str) -> None:
    reader = Reader(VARIANTS[variant]())
    levels = [int(tag[1]) for tag, _ in reader.seen if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == len(LANGUAGES)
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert all(attrs.get("scope") in {"col", "row", "rowgroup"} for attrs in reader.all("th"))


def test_every_figure_is_named_for_who_cannot_see_it(released: str) -> None:
    drawings = [attrs for attrs in Reader(released).all("svg") if attrs.get("class") == "fig"]
    assert len(drawings) == 2 * 14
    assert all(attrs["role"] == "img" for attrs in drawings)
    assert released.count("<desc ") == len(drawings)
    figures = "flow reliability decision roc pr confusion forest-recall forest-specificity forest-roc_auc conformal"
    figures += " rivals-roc_auc rivals-log_loss global faithfulness"
    for figure in figures.split():
        assert f'id="zh-{figure}-t"' in released


def test_equal_arguments_give_equal_pages(released: str) -> None:
    assert render(full(), SIGNED) == released
    backwards = dict(reversed(list(full().items())))
    assert render(backwards, SIGNED) == released


def test_the_language_is_chosen_without_a_script(released: str) -> None:
    reader = Reader(released)
    radios = [attrs for attrs in reader.all("input") if attrs["type"] == "radio"]
    assert [(one["id"], "checked" in one) for one in radios] == [("in-en", True), ("in-zh", False)]
    assert "#in-en:checked~.page [data-tongue=zh],#in-zh:checked~.page [data-tongue=en]{display:none}" in released
    tongues = {(attrs["lang"], attrs["data-tongue"]) for _, attrs in reader.seen if "data-tongue" in attrs}
    assert tongues == {("en", "en"), ("zh-Hans", "zh")}


def test_the_first_words_are_the_decision(released: str) -> None:
    english = Reader(released).text("en")
    first = english[: english.index("1. What it is for")]
    for said in (
        "Released at grade research",
        "A simpler method was not beaten.",
        "did not beat logistic regression",
        "No result reaches the care of a patient",
        "2 March 2026",
        "2 March 2027, unless",
        "Made-up Signer (fictitious), clinical lead",
        "Still missing for grade shadow",
        "A plan for watching the model in use.",
    ):
        assert said in first
    assert first.index("Released") < first.index("not beaten") < first.index("AUROC")
    assert "stale, the evidence has changed since" in first
    assert english.count("did not beat logistic regression") == 1


def test_a_refusal_says_so_and_why() -> None:
    reader = Reader(VARIANTS["refused"]())
    english, chinese = reader.text("en"), reader.text("zh")
    assert "Refused at grade research" in english
    assert "Still missing for grade research" in english
    assert "unmet: No more data than needed. k is 2, at least 5 was asked." in english
    assert "clinical lead: 1 to sign" in english
    assert "nobody yet; a signature is needed" in english
    assert "nothing was released" in english
    assert "Released at" not in english
    assert "不予发布，申请等级：研究" in chinese
    assert "未发布" in chinese


def test_no_signature_needed_is_told_apart_from_none_given() -> None:
    norms = [
        {**norm, "requirements": [{**one, "role": ""} for one in norm["requirements"]]} for norm in gate()["norms"]
    ]
    english = Reader(render(changed("gate", {"norms": norms}), REFUSED)).text("en")
    assert "nobody; no signature was needed for this grade" in english


def test_a_neural_model_that_won_is_said_to_have_won() -> None:
    evidence = changed("selection", {"beaten": True, "sentence": {"en": "It won by 0.1 nats.", "zh": "胜出。"}})
    english = Reader(render(evidence, SIGNED)).text("en")
    assert "The neural model beat every baseline. It won by 0.1 nats." in english
    assert "was not beaten" not in english


def test_the_sentence_on_baselines_is_not_said_twice() -> None:
    said = measured()["selection"].facts["sentence"]
    both = {code: f"Released for research use. {said[code]}" for code in said}
    english = Reader(render(changed("gate", {"sentence": both}), SIGNED)).text("en")
    assert english.count(said["en"]) == 1
    assert "Released for research use." in english


def test_when_nothing_is_missing_it_says_so() -> None:
    met = [
        {**norm, "requirements": [{**one, "verdict": "met"} for one in norm["requirements"]]}
        for norm in gate()["norms"]
    ]
    assert "Nothing is missing for grade shadow" in render(changed("gate", {"norms": met}), SIGNED)
    highest = render(changed("gate", {"norms": met, "asked": "advisory", "reached": "advisory"}), SIGNED)
    assert "There is no higher one: a model never decides." in highest


def test_many_missing_requirements_are_counted_not_listed() -> None:
    one = gate()["norms"][0]["requirements"][2]
    norms = [{**gate()["norms"][0], "requirements": [{**one, "id": f"RULE-{place}"} for place in range(9)]}]
    first = Reader(render(changed("gate", {"norms": norms}), SIGNED)).text("en").split("1. What it is for")[0]
    assert "and 6 more in the table of norms" in first
    assert "RULE-2" in first
    assert "RULE-3" not in first


@pytest.mark.parametrize("kind", [*FACTS, "gate"])
def test_a_missing_kind_of_evidence_is_survived_in_every_variant(kind: str) -> None:
    evidence = full()
    del evidence[kind]
    Reader(render(evidence, SIGNED))


@pytest.mark.parametrize("kind", FACTS)
def test_evidence_that_says_nothing_is_survived(kind: str) -> None:
    evidence = {**full(), kind: Evidence(kind=kind, stage="x", made_of=(), facts={})}
    Reader(render(evidence, SIGNED))


@pytest.mark.parametrize(("kind", "fact"), [(kind, fact) for kind, (_, make) in FACTS.items() for fact in make()])
def test_a_missing_fact_is_survived(kind: str, fact: str) -> None:
    evidence = full()
    facts = {name: value for name, value in evidence[kind].facts.items() if name != fact}
    render({**evidence, kind: Evidence(kind=kind, stage="x", made_of=(), facts=facts)}, SIGNED)
    emptied = {**evidence[kind].facts, fact: None}
    render({**evidence, kind: Evidence(kind=kind, stage="x", made_of=(), facts=emptied)}, SIGNED)


def test_a_section_without_evidence_says_so_and_is_not_good_news() -> None:
    reader = Reader(VARIANTS["nothing"]())
    english = reader.text("en")
    assert english.count("No evidence. No stage has left evidence") == 7
    assert reader.text("zh").count("没有任何阶段为本节留下证据") == 7
    assert "Not judged yet" in english
    assert "Released at" not in english


def test_hostile_text_stays_text() -> None:
    text = VARIANTS["hostile"]()
    assert "<script" not in text
    assert "<img" not in text
    assert text.count("</style>") == 1
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "{{ 7 * 7 }}" in text, "a template inside the evidence is not run"


def test_a_number_that_is_not_shown_is_nowhere_and_not_its_n() -> None:
    secret = {"value": None, "low": None, "high": None, "n": 987, "shown": False}
    performance = measured()["performance"].facts
    metrics = {name: dict.fromkeys(scores, secret) for name, scores in performance["metrics"].items()}
    text = render(
        changed("performance", {"metrics": metrics, "differences": {"lightgbm": {"roc_auc": secret}}}), SIGNED
    )
    reader = Reader(text)
    assert "987" not in re.sub(r"[0-9a-f]{12,64}", "", text)
    assert reader.text("en").count("not shown (n too small)") > 20
    assert reader.text("zh").count("不显示（例数过少）") > 20


def test_every_headline_number_carries_interval_n_and_evidence(released: str) -> None:
    digest = full()["performance"].digest
    table = released[released.index("Headline figures") :]
    rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", table[: table.index("</table>")], re.DOTALL)
    assert len(rows) == 10
    for row in rows:
        assert re.search(r"<b>\d\.\d{3}</b>", row)
        assert re.search(r"\d\.\d{3} to \d\.\d{3}", row)
        assert '<td class="r">114</td>' in row
        assert f'title="{digest}">{digest[:12]}<' in row


def test_every_table_of_estimates_names_its_evidence(released: str) -> None:
    known = {one.digest for one in full().values()}
    for table in re.findall(r"<table.*?</table>", released, re.DOTALL):
        if "95% interval" in table:
            assert any(digest in table for digest in known)
            assert re.search(r"<th scope=\"col\" class=\"r\">(n|例数)</th>", table)
    captions = re.findall(r"<figcaption>.*?</figcaption>", released, re.DOTALL)
    assert len(captions) == 2 * 14
    assert all(any(digest in caption for digest in known) for caption in captions)


def test_every_estimate_of_the_evidence_is_told_with_its_n(released: str) -> None:
    english = Reader(released).text("en")
    say = speak("en")

    def estimates(value: Any) -> list[Mapping[str, Any]]:
        if isinstance(value, Mapping):
            inner = [one for part in value.values() for one in estimates(part)]
            return [value, *inner] if value.get("shown") else inner
        return [one for part in value for one in estimates(part)] if isinstance(value, list) else []

    facts = measured()
    told = [facts["performance"].facts["calibration"], facts["performance"].facts["subgroups"]]
    told += [facts["performance"].facts["conformal"], facts["performance"].facts["differences"]]
    told += [facts["selection"].facts["candidates"], facts["faithfulness"].facts["methods"]]
    found = [one for part in told for one in estimates(part)]
    assert len(found) == 40
    for one in found:
        value, low, high = (re.escape(say.number(float(one[key]))) for key in ("value", "low", "high"))
        assert re.search(rf"{value} \(?{low} to {high}\)?,?( n =)? {one['n']}\b", english), one


def test_all_evidence_is_listed_with_full_digests(released: str) -> None:
    last = released[released.index('id="en-evidence"') : released.index('id="zh-decision"')]
    assert all(f">{one.digest}<" in last for one in full().values())


def test_evidence_of_an_unknown_kind_is_listed_too() -> None:
    odd = Evidence(kind="weather_report", stage="elsewhere", made_of=(), facts={})
    assert odd.digest in render({**full(), "weather_report": odd}, SIGNED)


def test_a_verdict_is_a_shape_and_a_word() -> None:
    text = VARIANTS["refused"]()
    norms = text[text.index('id="en-norms"') : text.index('id="en-upkeep"')]
    for shape, word in (("met", "met"), ("unmet", "unmet"), ("blank", "no evidence"), ("person", "needs a person")):
        assert re.search(rf'<use href="#m-{shape}"/></svg>{word}</span>', norms)
        assert f'<symbol id="m-{shape}"' in text


def test_norms_tell_duty_reason_checks_and_signer(released: str) -> None:
    norms = released[released.index('id="zh-norms"') : released.index('id="zh-upkeep"')]
    for said in (
        "监督者了解自动化偏倚。",
        "EU-AIA-14-4b",
        "Art 14(4)(b)",
        "自“研究”等级起",
        "临床负责人",
        "签署已失效",
    ):
        assert said in norms
    assert "performance.auroc-above-limit" in norms
    assert full()["performance"].digest[:12] in norms
    assert "尚未监测泄露通报时限。" in norms


def test_the_commands_to_verify_are_there(released: str) -> None:
    assert "primum verify out/release --trust out/trust.json --log audit" in released


def of_texts() -> dict[str, Any]:
    """What the explain stage finds of a made-up model of notes."""
    half = {"value": 0.5, "low": 0.4, "high": 0.6, "n": 20, "shown": True}
    erased = dict.fromkeys(("comprehensiveness", "sufficiency", "random_comprehensiveness", "random_sufficiency"), half)
    facts = measured()["faithfulness"].facts
    return {
        "methods": {name: {**one, **erased, "asked": 33.0} for name, one in facts["methods"].items()},
        "not_applicable": ["integrated_gradients"],
        "words": {
            "malignant": {"for": [{"word": "lump<", "weight": 2.0}], "against": [{"word": "soft", "weight": -1.0}]}
        },
    }


def of_pictures(shape: tuple[int, ...] = (2, 3)) -> dict[str, Any]:
    """What the explain stage finds of a made-up model of pictures."""
    cells = math.prod(shape)
    half = {"value": 0.5, "low": 0.4, "high": 0.6, "n": 20, "shown": True}
    erased = dict.fromkeys(("comprehensiveness", "sufficiency", "random_comprehensiveness", "random_sufficiency"), half)
    tested = {"beside": {"centre": {**half, "value": 2.25}, "edges": half}, "likeness": {**half, "value": 0.125}}
    facts = measured()["faithfulness"].facts
    return {
        "methods": {name: {**one, **erased, **tested, "asked": 50.0} for name, one in facts["methods"].items()},
        "controls": {"centre": {"deleted": half, **erased}, "edges": {"deleted": half, **erased}},
        "grid": {
            "shape": list(shape),
            "cases": 20,
            "sizes": [0.1 * one for one in range(cells)],
            "signed": [-1.0] * cells,
        },
    }


def test_pictures_are_told_by_a_grid_beside_maps_that_know_nothing_of_the_model() -> None:
    text = render(changed("faithfulness", of_pictures()), SIGNED)
    english, chinese = Reader(text).text("en"), Reader(text).text("zh")
    assert "it is nobody's picture" in english
    assert "Times better than the middle of the picture" in english
    assert "2.250 (0.400 to 0.600), n = 20" in english
    assert "Likeness to a model without learning" in english
    assert "C2 0.50; B2 0.40; A2 0.30" in text
    assert "图像中央" in chinese
    assert "自足侧起第 5 层" in Reader(render(changed("faithfulness", of_pictures((5, 5, 5))), SIGNED)).text("zh")


def test_pictures_are_described_and_repairs_are_told() -> None:
    pictures = {
        "size": "28 × 28",
        "channels": 1,
        "mean": 145.8,
        "sd": 36.9,
        "repairs": {"inverted": 12, "sorted": None},
    }
    film = {"name": "film", "unit": "", "missing": 0.0, "outliers": 0, "pictures": pictures}
    english = Reader(render(changed("data", {"columns": [film]}), SIGNED)).text("en")
    assert (
        "28 × 28 samples, 1 channel(s), brightness 145.8 (36.9 within a picture); inverted to black on white 12"
        in english
    )


def of_mentions() -> dict[str, Evidence]:
    """Evidence of a made-up study of mentions."""
    kind = {figure: estimate(0.8, 0.7, 0.9, 40) for figure in ("precision", "recall", "f1")}
    told = changed("performance", {"mentions": {"benign": kind, "malignant": kind}})
    declared = told["declaration"]
    return {**told, "declaration": replace(declared, facts={**declared.facts, "task": "tag"})}


def of_notes() -> dict[str, Any]:
    """What the prepare stage tells of made-up notes with an official split."""
    note = {"name": "note", "unit": "", "missing": 0.0, "outliers": 0, "words": {"mean": 31.6, "sd": 7.4}}
    return {"columns": [note], "official_split": {"column": "part", "twins": {"validation": 0, "test": None}}}


def test_words_speak_for_and_against_by_sign_and_line_and_not_by_colour_alone() -> None:
    text = render(changed("faithfulness", of_texts()), SIGNED)
    assert '<span class="spoken for">+lump&lt;</span>' in text
    assert '<span class="spoken against">\u2212soft</span>' in text
    assert "not applicable, this model cannot answer" in text
    assert "0.5 (0.5)" in text or "0.50 (0.50)" in text


def test_notes_are_told_by_their_words_and_an_official_split_by_its_twins() -> None:
    text = render(changed("data", of_notes()), SIGNED)
    assert "31.6 words (7.4)" in text
    assert "0 in the validation part" in text


def test_no_phrase_is_spare_and_none_is_wanting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every phrase that is not a word for a name is spoken by one of the variants."""
    asked: set[str] = set()

    class Listening(dict[str, str]):
        def __getitem__(self, key: str) -> str:
            asked.add(key)
            return super().__getitem__(key)

    def listening(code: str) -> Tongue:
        tongue = speak(code)
        return Tongue(code=tongue.code, lang=tongue.lang, phrases=Listening(tongue.phrases))

    between = [{"column": "age", "group": "40 to < 50", "n": 12}]

    monkeypatch.setattr(page, "speak", listening)
    for variant in VARIANTS.values():
        variant()
    every = [{**norm, "requirements": []} for norm in gate()["norms"]]
    render(changed("gate", {"norms": every}), REFUSED)
    render(changed("gate", {"norms": every, "asked": "advisory", "reached": "advisory"}), SIGNED)
    render(changed("gate", {"asked": "shadow", "reached": "shadow"}), SIGNED)
    render(changed("gate", {"asked": "advisory", "open": False}), SIGNED)
    unsure = [{**one, "confidence": "medium"} for one in gate()["norms"][0]["requirements"]]
    render(changed("gate", {"norms": [{**gate()["norms"][0], "requirements": unsure * 4}]}), REFUSED)
    render(changed("selection", {"beaten": True}), SIGNED)
    render(changed("pretraining", {"ran": False}), SIGNED)
    render(changed("faithfulness", {"chosen": ""}), SIGNED)
    render(changed("faithfulness", of_texts()), SIGNED)
    render(changed("faithfulness", of_pictures((5, 5, 5))), SIGNED)
    test_pictures_are_described_and_repairs_are_told()
    render(changed("data", of_notes()), SIGNED)
    render(of_mentions(), SIGNED)
    columns = measured()["data"].facts["columns"]
    render(changed("data", {"columns": columns * 9, "subgroups": between}), SIGNED)
    render(changed("performance", {"subgroup_gap": {"age_band": {}}}), SIGNED)
    words = {"metric", "part", "identifier", "role", "action", "candidate", "report_row", "method", "verdict", "grade"}
    words |= {"evidence_kind", "person", "answer", "group", "jurisdiction", "control", "repair"}
    spare = [key for key in speak("en").phrases if key not in asked and key.split(".")[0] not in words]
    assert spare == []


def test_wide_studies_are_cut_and_say_where_the_rest_is() -> None:
    column = measured()["data"].facts["columns"][0]
    group = measured()["performance"].facts["subgroups"][0]
    evidence = changed("data", {"columns": [{**column, "name": f"column_{place}"} for place in range(500)]})
    many = [{**group, "group": f"group {place}"} for place in range(300)]
    evidence |= {"performance": changed("performance", {"subgroups": many})["performance"]}
    text = render(evidence, SIGNED)
    assert len(text.encode()) < 300_000
    assert f"and 460 more in evidence {evidence['data'].digest[:12]}" in text
    assert ">column 39<" in text
    assert ">column 40<" not in text
    assert "and 260 more in evidence" in text


def test_each_language_says_what_the_study_calls_classes_columns_and_categories(released: str) -> None:
    reader = Reader(released)
    english, chinese = reader.text("en"), reader.text("zh")
    assert "结局：良性 357, 恶性 212" in chinese
    assert "染色 吉姆萨 131" in chinese
    assert "细胞核半径 um" in chinese
    assert "真实 恶性，判为 良性" in chinese
    assert "年龄: " in chinese
    assert "染色: 吉姆萨" in chinese
    for raw in ("malignant", "benign", "giemsa", "Giemsa", "age band", "radius mean"):
        assert raw not in chinese
    assert "benign 357, malignant 212" in english
    assert "Stain Giemsa 131" in english
    assert "Nuclear radius um" in english


def test_a_study_without_labels_is_told_by_its_names() -> None:
    declared = {**measured()["declaration"].facts["outcome"], "labels": {}}
    evidence = changed("declaration", {"outcome": declared, "columns": {}})
    chinese = Reader(render(evidence, SIGNED)).text("zh")
    assert "结局：benign 357, malignant 212" in chinese
    assert "radius mean um" in chinese


def test_reasons_status_and_treatment_are_told_in_chinese(released: str) -> None:
    chinese = Reader(released).text("zh")
    for said in ("未满18岁：7", "10岁一组", "欧盟 · 现行有效 · 2018-05-25: 全部条款"):
        assert said in chinese
    assert "in force" not in chinese
    assert "EU · in force · 2018-05-25: everything" in Reader(released).text("en")


def test_three_classes_keep_the_order_of_the_study() -> None:
    declared = {"classes": ["zeta", "alpha", "mid"], "positive": "zeta"}
    evidence = changed("declaration", {"outcome": declared})
    table = [[11, 1, 2], [3, 12, 4], [5, 6, 13]]
    evidence |= {"performance": changed("performance", {"confusion": table})["performance"]}
    assert "truth zeta, called alpha: 1" in render(evidence, SIGNED)
    del evidence["declaration"]
    assert "truth 0, called 1: 1" in render(evidence, SIGNED)


def test_chinese_sentences_stand_without_spaces_between_them(released: str) -> None:
    assert not re.search(r"[。；！？](</b>)? +[\u4e00-\u9fff]", released)


def test_made_up_evidence_meets_the_checks_it_is_made_to_meet() -> None:
    finding = load("check", "privacy.no-direct-identifiers").examine(measured(), Limits())
    assert finding.verdict == "met"
    assert next(iter(Grade)) == gate()["asked"]


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2."""
    full_form = "".join(one * 2 for one in colour) if len(colour) == 3 else colour
    parts = [int(full_form[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("ink", ["ink", "soft", "met", "unmet", "person", "blank", "accent"])
@pytest.mark.parametrize("ground", ["paper", "wash"])
def test_text_has_contrast_aa(released: str, ink: str, ground: str) -> None:
    palette = dict(re.findall(r"--(\w+):#([0-9a-f]{3,6})", released))
    light, dark = luminance(palette[ground]), luminance(palette[ink])
    assert (light + 0.05) / (dark + 0.05) >= 4.5


@pytest.mark.parametrize("asked", list(Grade))
def test_every_norm_of_the_house_fits_on_the_page(asked: Grade) -> None:
    evidence = measured()
    norms = library.applied(library.names())
    findings = {
        check: load("check", check).examine(evidence, Limits())
        for norm in norms
        for one in norm.requirements
        for check in one.checks
    }
    report = judge(norms, evidence, findings, [], asked).as_document()
    text = render({**evidence, "gate": Evidence(kind="gate", stage="gate", made_of=(), facts=report)}, REFUSED)
    assert len(text.encode()) < 300_000
    reader = Reader(text)
    for norm in norms:
        assert norm.title in reader.text("en")
        assert norm.title_zh in reader.text("zh")
        assert all(one.id in text for one in norm.requirements)


def test_mentions_are_told_by_kind_and_labels_of_words_in_words() -> None:
    text = render(of_mentions(), SIGNED)
    assert "Mentions found exactly, by kind" in text
    assert "Of the mentions people marked, the share it finds" in text
    assert "准确找出的提及（按类别）" in text
    assert "Mentions found exactly" not in render(changed("performance", {}), SIGNED)
