"""Laws of the gate: worse findings, less evidence or fewer signatures never open it; what is missing is never met."""

from hypothesis import given
from hypothesis import strategies as st

from primum.domain.gate import evidence_set, judge, signable
from primum.domain.norm import ROLES, Grade, Verdict
from synthetic.gatehouse import EVIDENCE, OTHER, finding, norm, requirement, signature, without

CHECKS = ("a.one", "b.two", "c.three", "d.four")
RANK = {Verdict.UNMET: 0, Verdict.NO_EVIDENCE: 1, Verdict.NEEDS_A_PERSON: 2, Verdict.MET: 3}

grades = st.sampled_from(Grade)
some_checks = st.lists(st.sampled_from(CHECKS), unique=True, max_size=3).map(tuple)
roles = st.sampled_from(["", *ROLES])
verdicts = st.sampled_from(Verdict)
grounds = st.sampled_from([(), (OTHER,), (EVIDENCE["data"].digest,), (EVIDENCE["data"].digest, OTHER)])
found = st.dictionaries(st.sampled_from(CHECKS), st.tuples(verdicts, grounds)).map(
    lambda listed: {check: finding(check, *one) for check, one in listed.items()}
)


@st.composite
def cases(draw):
    """Return requirements, findings and signatures, none of which need make sense together."""
    drawn = draw(st.lists(st.tuples(grades, some_checks, roles), min_size=1, max_size=6))
    asked = [requirement(f"ART-{place}", *one) for place, one in enumerate(drawn)]
    signed = draw(
        st.lists(
            st.builds(
                lambda one, evidence, other: signature(one, evidence, **other),
                st.sampled_from(asked),
                st.sampled_from([evidence_set(EVIDENCE), OTHER]),
                st.sampled_from([{}, {}, {"role": "clinical-lead"}, {"meaning": "Something else."}]),
            ),
            max_size=8,
        )
    )
    return asked, draw(found), signed


def reached(report):
    return -1 if report.reached is None else report.reached.rank


def by_name(report):
    return {one.requirement.id: one for _, judged in report.norms for one in judged}


@given(case=cases(), grade=grades)
def test_the_gate_is_open_exactly_where_everything_asked_is_met(case, grade):
    asked, listed, signed = case
    report = judge([norm(*asked)], EVIDENCE, listed, signed, grade)
    wanted = [one for one in by_name(report).values() if one.requirement.from_grade.rank <= grade.rank]
    lowest = [one for one in wanted if one.requirement.from_grade is Grade.RESEARCH]
    assert report.is_open == (bool(lowest) and all(one.verdict is Verdict.MET for one in wanted))


@given(case=cases(), grade=grades, check=st.sampled_from(CHECKS), verdict=verdicts)
def test_a_worse_finding_never_opens_it(case, grade, check, verdict):
    asked, listed, signed = case
    before = judge([norm(*asked)], EVIDENCE, listed, signed, grade)
    old = listed.get(check)
    known = {one.digest for one in EVIDENCE.values()}
    is_grounded = old is not None and bool(old.evidence) and set(old.evidence) <= known
    if old is None or not is_grounded:
        current = Verdict.UNMET if old is not None and old.verdict is Verdict.UNMET else Verdict.NO_EVIDENCE
    else:
        current = old.verdict
    if RANK[verdict] > RANK[current]:
        verdict = current
    after = judge([norm(*asked)], EVIDENCE, {**listed, check: finding(check, verdict)}, signed, grade)
    assert reached(after) <= reached(before)
    assert not after.is_open or before.is_open


@given(case=cases(), grade=grades, check=st.sampled_from(CHECKS))
def test_an_unmet_finding_shuts_every_requirement_that_names_its_check(case, grade, check):
    asked, listed, signed = case
    report = judge([norm(*asked)], EVIDENCE, {**listed, check: finding(check, Verdict.UNMET, ())}, signed, grade)
    for one in by_name(report).values():
        if check in one.requirement.checks:
            assert one.verdict is Verdict.UNMET


@given(case=cases(), grade=grades, gone=st.sets(st.sampled_from(sorted(EVIDENCE)), min_size=1))
def test_less_evidence_never_opens_it(case, grade, gone):
    asked, listed, signed = case
    before = judge([norm(*asked)], EVIDENCE, listed, signed, grade)
    after = judge([norm(*asked)], without(EVIDENCE, *gone), listed, signed, grade)
    if any(one.evidence == after.evidence_set for one in signed):
        return
    assert reached(after) <= reached(before)


@given(case=cases(), grade=grades)
def test_without_any_evidence_nothing_that_names_a_check_is_met(case, grade):
    asked, listed, signed = case
    report = judge([norm(*asked)], {}, listed, signed, grade)
    assert all(one.verdict is not Verdict.MET for one in by_name(report).values() if one.requirement.checks)


@given(case=cases(), grade=grades, data=st.data())
def test_a_signature_less_never_opens_it_and_one_more_never_shuts_it(case, grade, data):
    asked, listed, signed = case
    before = judge([norm(*asked)], EVIDENCE, listed, signed, grade)
    kept = [one for one in signed if data.draw(st.booleans())]
    after = judge([norm(*asked)], EVIDENCE, listed, kept, grade)
    assert reached(after) <= reached(before)


@given(case=cases(), grade=grades)
def test_no_signature_makes_up_for_a_check(case, grade):
    asked, listed, signed = case
    bare = by_name(judge([norm(*asked)], EVIDENCE, listed, [], grade))
    for name, one in by_name(judge([norm(*asked)], EVIDENCE, listed, signed, grade)).items():
        if one.verdict is not bare[name].verdict:
            assert bare[name].verdict is Verdict.NEEDS_A_PERSON
            assert one.verdict is Verdict.MET
            assert one.signature is not None
            assert one.signature.evidence == evidence_set(EVIDENCE)


@given(case=cases(), grade=grades, extra=cases())
def test_another_norm_never_opens_it(case, grade, extra):
    asked, listed, signed = case
    before = judge([norm(*asked)], EVIDENCE, listed, signed, grade)
    after = judge([norm(*asked), norm(*extra[0], name="more")], EVIDENCE, listed, signed, grade)
    if before.reached is not None or any(one.from_grade is Grade.RESEARCH for one in asked):
        assert reached(after) <= reached(before)


@given(case=cases(), grade=grades)
def test_order_does_not_matter(case, grade):
    asked, listed, signed = case
    one = judge([norm(*asked)], EVIDENCE, listed, signed, grade)
    two = judge(
        [norm(*asked)],
        dict(reversed(EVIDENCE.items())),
        dict(reversed(listed.items())),
        list(reversed(signed)),
        grade,
    )
    assert one.as_document() == two.as_document()


@given(case=cases(), grade=grades, role=roles)
def test_only_what_waits_for_that_very_role_can_be_signed(case, grade, role):
    asked, listed, signed = case
    report = judge([norm(*asked)], EVIDENCE, listed, signed, grade).as_document()
    for one in signable(report, role):
        assert one["role"] == role
        assert one["verdict"] == "needs a person"
        assert one["statement"]
        assert Grade(one["from_grade"]).rank <= grade.rank


@given(case=cases(), grade=grades)
def test_signing_all_that_can_be_signed_meets_it(case, grade):
    asked, listed, signed = case
    first = judge([norm(*asked)], EVIDENCE, listed, signed, grade)
    open_ = [one["id"] for role in ROLES for one in signable(first.as_document(), role)]
    fresh = [signature(one, signed_at="2024-06-01T00:00:00+00:00") for one in asked if one.id in open_]
    second = by_name(judge([norm(*asked)], EVIDENCE, listed, [*signed, *fresh], grade))
    assert all(second[name].verdict is Verdict.MET for name in open_)
