"""References completed to the documents that they mean, where that is certain."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from bounds import assert_linear
from hypothesis import given
from hypothesis import strategies as st

from droindex.metadata.resolution import resolve
from droindex.metadata.values import parse_reference
from droindex.model import Document, Reference


def _ids(document: Document) -> list[str | None]:
    return [reference.doc_id for reference in document.supersedes]


def _document(doc_id: str, supersedes: str = "", **fields: object) -> Document:
    references = (parse_reference(supersedes),) if supersedes else ()
    return Document(doc_id=doc_id, supersedes=references, **fields)  # type: ignore[arg-type]


def test_a_reference_is_completed_by_id_number_date_and_title() -> None:
    old = _document("old", number="10074.1", title="Detainers", issued=date(2012, 12, 21))
    for mention in (
        *("old", "old.pdf", "10074.1", "Interim Policy No. 10074.1", "Detainers"),
        "Dec 21, 2012 \u2014 Detainers",
    ):
        changed = resolve([old, _document("new", mention)])
        assert list(changed) == ["new"], mention
        assert _ids(changed["new"]) == ["old"], mention


def test_of_copies_of_a_file_the_first_is_meant_and_never_the_own_one() -> None:
    copies = [_document(f"copy-{at}", number="7-1", sha256="a") for at in (2, 1)]
    assert _ids(resolve([*copies, _document("new", "7-1", sha256="b")])["new"]) == ["copy-1"]
    assert resolve([*copies, _document("new", "7-1", sha256="a")]) == {}


def test_a_series_name_may_be_missing_but_not_another() -> None:
    documents = [_document("bod", number="BOD 16-01"), _document("ed", number="ED 16-01")]
    assert _ids(resolve([*documents, _document("new", "BOD-16-01")])["new"]) == ["bod"]
    assert _ids(resolve([*documents, _document("new", "16-01")])["new"]) == [None]
    assert _ids(resolve([documents[0], _document("new", "16-01")])["new"]) == ["bod"]
    assert resolve([documents[0], _document("new", "ED 16-01")]) == {}


def test_a_date_that_contradicts_is_no_match() -> None:
    old = _document("old", number="D-52", issued=date(2016, 1, 1))
    changed = resolve([old, _document("new", "D-52, issued 01/01/16", number="D-52")])
    assert _ids(changed["new"]) == ["old"]
    assert resolve([old, _document("new", "D-52, issued 08/18/00", number="D-52")]) == {}


def test_equal_matches_stay_open_and_no_document_supersedes_itself() -> None:
    twins = [_document("a", title="Bed Space"), _document("b", title="Bed Space")]
    assert _ids(resolve([*twins, _document("new", "Bed Space")])["new"]) == [None]
    assert resolve([_document("self", "7-1", number="7-1")]) == {}


def test_the_closest_title_of_the_very_day_is_taken_if_it_is_clear() -> None:
    day = date(2004, 1, 22)
    old = _document("old", title="Case Load Priority with Fugitive Operations Teams", issued=day)
    other = _document("other", title="Firearms Qualification", issued=day)
    mention = "Jan 22, 2004 \u2014 Case Load Priority with Fugitive Operations"
    assert _ids(resolve([old, other, _document("new", mention)])["new"]) == ["old"]
    assert resolve([other, _document("new", mention)]) == {}


def test_ids_that_are_already_there_are_left_alone() -> None:
    given_ = Document(doc_id="new", related=(Reference(text="7-1", doc_id="elsewhere"),))
    assert resolve([given_, _document("old", number="7-1")]) == {}


def test_many_documents_cost_no_more_than_their_number() -> None:
    day = date(2006, 2, 3)
    documents = [
        _document(f"d{i}", f"N-{i + 1}.1", number=f"N-{i}.1", title=f"Title {i}", issued=day)
        for i in range(8_000)
    ]
    assert_linear(lambda: resolve(documents[:2_000]), lambda: resolve(documents))
    assert len(resolve(documents)) == 7_999


def _read(doc_id: str, field: str, *references: Reference, **fields: object) -> Document:
    """Return a document whose references were read from its text."""
    values = {field: references, "sources": {field: "text"}, **fields}
    return Document(doc_id=doc_id, **values)  # type: ignore[arg-type]


def _linked(document: Document, others: list[Document], field: str) -> str | None:
    changed = resolve([*others, document]).get(document.doc_id, document)
    return getattr(changed, field)[0].doc_id  # type: ignore[no-any-return]


@pytest.mark.parametrize("version", ["Version 2.0", "v2.0", "Ver. 2.0", "V2.0", "Revision 2"])
def test_a_version_is_no_number(version: str) -> None:
    other = Document(doc_id="other", title="Key Recovery Policy", number=version)
    successor = Reference(version, number=version, title="Common Policy Framework")
    assert _linked(_read("old", "superseded_by", successor), [other], "superseded_by") is None
    given_ = Document(doc_id="old", superseded_by=(Reference(version, number=version),))
    assert _linked(given_, [other], "superseded_by") is None


def test_a_version_with_its_title_is_a_document() -> None:
    others = [
        Document(doc_id=f"v{n}", title="Common Policy Framework", number=f"Version {n}.0")
        for n in (2, 3)
    ]
    successor = Reference("", number="Version 2.0", title="Common Policy Framework")
    assert _linked(_read("old", "superseded_by", successor), others, "superseded_by") == "v2"


POLICY = "Certificate Policy of the Federal Bridge Authority for Interoperable Identity Smart Cards"
EDITIONS = [
    Document(doc_id="v2", title=POLICY, number="Version 2.0", issued=date(2020, 9, 21)),
    Document(doc_id="v3", title=POLICY, number="Version 3.0", issued=date(2021, 5, 18)),
    Document(doc_id="profile", title="Certificate Profile of the Bridge", number="Version 3.0"),
]


@pytest.mark.parametrize(
    ("number", "title", "day", "linked", "likely"),
    [
        ("Version 2.0", POLICY, date(2020, 9, 21), "v2", ()),
        (
            "Version 2.0",
            POLICY.replace("Policy", "Policies"),
            None,
            "v2",
            (),
        ),  # a slip in the title
        (
            "Version 2.0",
            "Certificate Policy of the Federal Bridge Authority for Identity",
            None,
            None,
            ("v2",),
        ),
        ("Version 2.0", POLICY, date(2020, 9, 22), None, ("v2",)),  # of effect, or a slip
        ("Version 2.0", POLICY, date(2021, 5, 18), None, ("v2", "v3")),
        ("Version 2.1", POLICY, date(2021, 5, 18), None, ("v3",)),
        ("Version 3.0", "Annual Review of Audits", date(2021, 5, 18), None, ()),
        ("Version 4.0", POLICY, None, None, ()),
    ],
)
def test_of_editions_one_is_meant_where_nothing_says_another(
    number: str, title: str, day: date | None, linked: str | None, likely: tuple[str, ...]
) -> None:
    owner = _read("old", "superseded_by", Reference("", number=number, title=title, issued=day))
    (found,) = resolve([*EDITIONS, owner]).get("old", owner).superseded_by
    assert (found.doc_id, found.likely) == (linked, likely)


@pytest.mark.parametrize(
    ("reference", "linked"),
    [
        (Reference("", number="7-1"), None),
        (Reference("", number="7-1", title="Towing of Vehicles"), "old"),
        (Reference("", number="7-1", title="Use of Force"), None),
        (Reference("", number="7-1", issued=date(2004, 1, 22)), "old"),
        (Reference("", number="7-1", issued=date(2005, 1, 22)), None),
        (Reference("", title="Towing of Vehicles", issued=date(2004, 1, 22)), "old"),
        (Reference("", title="Towing of Vehicles"), None),
        (Reference("", issued=date(2004, 1, 22)), None),
    ],
)
def test_of_what_was_read_two_things_have_to_agree(reference: Reference, linked: str) -> None:
    old = Document(doc_id="old", number="7-1", title="Towing of Vehicles", issued=date(2004, 1, 22))
    assert _linked(_read("new", "supersedes", reference), [old], "supersedes") == linked


def test_a_number_that_names_its_series_is_enough() -> None:
    old = Document(doc_id="old", number="BOD 16-01", title="Secure Networks")
    mention = Reference("BOD-16-01", number="BOD-16-01")
    assert _linked(_read("new", "supersedes", mention), [old], "supersedes") == "old"


def test_a_long_number_is_enough_and_a_short_one_is_likely() -> None:
    long, short = (Document(doc_id=own, number=own) for own in ("10074.1", "G-12"))
    for own, linked in ((long, "10074.1"), (short, None)):
        new = _read("new", "supersedes", parse_reference(f"Policy No. {own.number}"))
        assert _linked(new, [own], "supersedes") == linked
        twin = replace(own, doc_id="twin")
        assert _linked(new, [own, twin], "supersedes") is None


@pytest.mark.parametrize("number", ["2010-2011", "2010-11", "2019.05.06", "05/2019", "05.06.19"])
def test_a_long_number_that_is_a_date_or_years_is_likely_alone(number: str) -> None:
    old = Document(doc_id="old", number=number, title="Secure Networks")
    mention = Reference(number, number=number)
    new = _read("new", "supersedes", mention)
    assert _linked(new, [old], "supersedes") is None
    (reference,) = resolve([old, new])["new"].supersedes
    assert reference.likely == ("old",)


def test_what_is_superseded_is_not_younger() -> None:
    mention = Reference("", number="7-1", title="Towing of Vehicles")
    young = Document(
        doc_id="young", number="7-1", title="Towing of Vehicles", issued=date(2020, 1, 1)
    )
    new = _read("new", "supersedes", mention, issued=date(2010, 1, 1))
    assert _linked(new, [young], "supersedes") is None
    old = _read("old", "superseded_by", mention, issued=date(2010, 1, 1))
    assert _linked(old, [young], "superseded_by") == "young"


def test_a_day_of_effect_names_a_document_as_well() -> None:
    old = Document(
        doc_id="old", number="D-52", issued=date(2015, 12, 1), effective=date(2016, 1, 1)
    )
    new = Document(doc_id="new", supersedes=(parse_reference("D-52, issued 01/01/16"),))
    assert _linked(new, [old], "supersedes") == "old"


@pytest.mark.parametrize(
    ("reference", "likely"),
    [
        (Reference("", number="7-1"), ("old", "other")),
        (Reference("", number="7-1", title="Towing of Vehicles"), ()),  # that is certain
        (Reference("", number="7-1", title="Towing Vehicles from Lots"), ("old",)),
        (Reference("", number="7-1", title="Bees"), ()),
        (Reference("Towing of Vehicles"), ("old",)),
        (Reference("", issued=date(2004, 1, 22)), ()),  # many things happen on a day
        (Reference("", number="8-1"), ()),  # four fit equally
        (Reference("", number="9-1"), ()),
    ],
)
def test_what_is_not_certain_is_offered_as_likely(
    reference: Reference, likely: tuple[str, ...]
) -> None:
    others = [
        Document(doc_id="old", number="7-1", title="Towing of Vehicles", issued=date(2004, 1, 22)),
        Document(doc_id="other", number="7-1", title="Use of Force", issued=date(2004, 1, 23)),
        *(Document(doc_id=f"many-{at}", number="8-1", title=f"Order {at}") for at in range(4)),
    ]
    owner = _read("new", "supersedes", reference)
    (found,) = resolve([*others, owner]).get("new", owner).supersedes
    assert found.likely == likely
    assert found.doc_id is None or not likely
    stale = _read("new", "supersedes", replace(reference, likely=("gone",)))
    assert resolve([*others, stale])["new"].supersedes == (found,)
    assert Reference.from_dict(found.to_dict()) == found


_NUMBERS = st.sampled_from(["7-1", "7-2", "BOD 16-01", "ED 16-01", "16-01", "Version 2.0", None])
_TITLES = st.sampled_from(["Towing of Vehicles", "Use of Force", "Use of Force Training", None])
_DAYS = st.sampled_from([date(2004, 1, 22), date(2016, 1, 1), None])


@given(
    st.lists(st.tuples(_NUMBERS, _TITLES, _DAYS), min_size=1, max_size=6),
    st.builds(Reference, st.just(""), number=_NUMBERS, title=_TITLES, issued=_DAYS),
    st.sampled_from(["text", "sidecar"]),
)
def test_a_link_never_contradicts_what_its_reference_says(
    facts: list[tuple[str | None, str | None, date | None]], mention: Reference, source: str
) -> None:
    others = {
        f"d{at}": Document(doc_id=f"d{at}", number=number, title=title or "", issued=day)
        for at, (number, title, day) in enumerate(facts)
    }
    owner = Document(doc_id="owner", related=(mention,), sources={"related": source})
    linked = _linked(owner, list(others.values()), "related")
    if linked is not None:
        found = others[linked]
        assert not (mention.issued and found.issued) or mention.issued == found.issued
        assert not mention.title or set(mention.title.split()) & set(found.title.split())
        if source == "text":
            assert (mention.number and found.number) or (mention.title and found.title)
