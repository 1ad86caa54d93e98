"""Rows S1 to S32 of what the reference library did, each as a reader would do it on the site.

The pages are read as a browser without scripts has them.
"""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit
from xml.etree import ElementTree as ET

import pytest

from droindex import Index

ESCORT = "enforcement/escort-deviation"
SELECT = r'<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>'
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def index(sample_library: Path) -> Any:
    with Index.open(sample_library) as index:
        yield index


def page(site: Any, path: str) -> str:
    answer = site.get(path)
    assert answer.status_code == 200, path
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    text: str = answer.text
    return text


def words(html: str) -> str:
    """Return a page as a reader has it: without markup, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def hrefs(html: str) -> list[str]:
    return [unescape(found) for found in re.findall(r'href="([^"]*)"', html)]


@pytest.mark.parametrize(
    "path", ["/", "/search?q=escort", f"/doc/{ESCORT}", "/advanced", "/archives"]
)
def test_s1_a_search_form_stands_on_each_page_and_works_without_scripts(
    site: Any, path: str
) -> None:
    html = page(site, path)
    form = html[html.index('role="search"') :]
    assert '<form action="/search" role="search"' in html
    assert '<label for="q">Search</label>' in form
    assert "Results for" in page(site, "/search?scope=active&q=juvenile+escort")


def test_s2_scopes_part_the_documents(site: Any) -> None:
    totals = {
        scope: site.get(f"/api/search?q=&scope={scope}").json()["total"]
        for scope in ("active", "archived", "all")
    }
    assert totals["active"] + totals["archived"] < totals["all"]  # drafts and help are in neither
    assert page(site, "/search?q=escort").count('<option value="active" selected>') == 1
    active = site.get("/api/search?q=escort&limit=50").json()["hits"]
    everything = site.get("/api/search?q=escort&limit=50&scope=all").json()["hits"]
    scores = {hit["doc_id"]: hit["score"] for hit in everything}
    assert all(scores[hit["doc_id"]] == hit["score"] for hit in active if hit["doc_id"] in scores)


def test_s3_every_field_of_the_advanced_search_comes_back_from_its_address(site: Any) -> None:
    asked = (
        "q=%22travel+documents%22+-juvenile&scope=all&sort=-issued&limit=20&issued_from=2003"
        "&issued_to=2008-05&since=2003-01-02&until=2009&category=Enforcement&collection=documents"
        "&doc_type=Directive&opi=ADENF&source=Detention+and+Removal+Operations&subject=Removal"
        "&status=Current&signatory=John+P.+Torres&number=11-4.1&in_force_on=2006-03"
        "&in_force_unknown=1&group=lineage"
    )
    html = page(site, f"/advanced?{asked}")
    form = html[html.index('class="advanced"') : html.index("Start anew")]
    sent = []
    for name, body in re.findall(
        r'<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL
    ):
        chosen = re.search(r'<option(?: value="([^"]*)")? selected>([^<]*)<', body)
        assert chosen is not None, name
        sent.append((name, unescape(chosen[1] or chosen[2])))
    for field in re.findall(r"<input [^>]*>", form):
        if 'type="checkbox"' in field and " checked" not in field:
            continue
        name, value = (re.search(rf' {key}="([^"]*)"', field) for key in ("name", "value"))
        assert name is not None
        assert value is not None
        sent.append((name[1], unescape(value[1])))
    assert sorted(sent) == sorted(parse_qsl(asked))


def test_s3_what_was_in_force_on_a_day_is_listed_and_said(site: Any) -> None:
    html = page(site, "/search?q=escort&in_force_on=2006-03-01")
    text = words(html)
    assert "11 found in Active Documents in force on 2006-03-01" in text
    assert "In force on: 2006-03-01 × (take away)" in text
    more = next(url for url in hrefs(html) if "in_force_unknown=1" in url)
    wider = words(page(site, more))
    assert "12 found in Active Documents in force on 2006-03-01" in wider
    assert "Also: what may have been in force × (take away)" in wider


def test_s3_all_versions_of_a_policy_can_be_one_row(site: Any) -> None:
    html = page(site, "/search?q=lottery+garage")
    grouped = next(url for url in hrefs(html) if "group=lineage" in url)
    html = page(site, grouped)
    text = words(html)
    assert html.count('<li class="hit">') == 1
    assert "1 line of documents (3 documents) found" in text
    assert (
        "Matched in the version of 2001-04-09 . Superseded by Parking Permits at Headquarters"
        " (2003) , 2003-05-05" in text
    )
    assert "5 versions" in text
    for url in hrefs(html[html.index('<li class="hit">') : html.index("</li>")]):
        assert site.get(url.partition("#")[0]).status_code == 200


def test_s3_an_empty_field_is_left_out_of_the_address(site: Any) -> None:
    answer = site.get("/search?q=escort&category=&number=", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/search?q=escort")


def test_s4_s5_documents_are_listed_as_one_types_with_percentages(site: Any) -> None:
    hits = site.get("/api/suggest?q=Immi").json()["hits"]
    percents = [hit["relevance"] for hit in hits]
    assert percents[0] == 100
    assert percents == sorted(percents, reverse=True)
    assert len(set(percents)) > 1
    shown = re.findall(r"</svg> (\d+)%", page(site, "/search?q=immigration"))
    listed = site.get("/api/search?q=immigration").json()["hits"]
    assert shown == [str(hit["relevance"]) for hit in listed]


def test_s6_s7_titles_and_summaries_can_be_cut_as_the_reference_library_cut_them(site: Any) -> None:
    for hit in site.get("/api/suggest?q=Immi&cut=plone").json()["hits"]:
        title, summary = hit["title"], hit["summary"]
        assert hit["cut_title"] == (title[:29] + "..." if len(title) > 29 else title)
        assert hit["cut_summary"] == (summary[:93] + "..." if len(summary) > 93 else summary)


def test_s8_ten_rows_and_all_of_them_behind(site: Any, index: Index) -> None:
    html = page(site, "/search?q=removal")
    total = index.search("removal").total
    assert html.count('<li class="hit">') == 10 < total
    assert f"{total} found in Active Documents" in html
    seen = []
    following: str | None = "/search?q=removal"
    while following:
        html = page(site, following)
        seen += re.findall(r'<li class="hit">\s*<h2 dir="auto"><a href="/doc/([^?"]*)', html)
        following = next(
            (unescape(url) for url in re.findall(r'href="([^"]*)" rel="next"', html)), None
        )
    assert len(seen) == len(set(seen)) == total
    nothing = words(page(site, "/search?q=zzzzqqq"))
    assert "No matching results found. " in nothing
    assert "Advanced Search…" in nothing


def test_s9_s10_name_tagline_and_sections_are_data(site: Any, index: Index) -> None:
    text = words(page(site, "/"))
    assert text.startswith(f"{index.name} Skip to the content {index.name} {index.tagline} Home")
    for section in (
        "Documents",
        "MOA/MOU Library",
        "Delegations Library",
        "References",
        "Development Tools",
        "Help",
        "Archives",
    ):
        assert section in text
    for name in ("moa-mou", "delegations", "references", "development-tools", "help"):
        listed = page(site, f"/browse/{name}")
        own = index.search("", scope="all", filters={"collection": name}, limit=50)
        assert own.total
        assert any(f'"/doc/{hit.doc_id}"' in listed for hit in own)


def test_s11_the_host_lets_people_log_in(
    client_of: Any, sample_library: Path, index: Index
) -> None:
    from droindex.web import WebOptions

    client = client_of(
        sample_library,
        authorize=lambda request: "LES" if request.cookies.get("who") == "officer" else None,
        options=WebOptions(login_url="/login"),
    )
    assert '<a href="/login">Log in</a>' in client.get("/").text
    assert client.get("/api/search?q=&scope=all").json()["total"] == len(index)
    cleared = client.get("/api/search?q=&scope=all", headers={"Cookie": "who=officer"}).json()
    assert cleared["total"] > len(index)


def test_s12_the_breadcrumb(site: Any) -> None:
    html = page(site, f"/doc/{ESCORT}")
    crumbs = html[html.index('aria-label="You are here"') :]
    crumbs = crumbs[: crumbs.index("</nav>")]
    title = "Field Advisory Deviation from the Escort Policy"
    assert words(crumbs.partition(">")[2]) == f"Home Documents Current {title}"
    for url in hrefs(crumbs):
        page(site, url)


def test_s13_six_categories_with_descriptions(site: Any, index: Index) -> None:
    html = page(site, "/")
    shelves = [shelf for shelf in index.browse() if shelf.field == "category"]
    assert len(shelves) == 6
    for shelf in shelves:
        assert shelf.description in unescape(html)
        listed = page(
            site, next(url for url in hrefs(html) if unquote(url) == f"/browse/{shelf.name}")
        )
        assert f"{shelf.count} document" in listed


def test_s14_recently_issued_with_feeds(site: Any, index: Index) -> None:
    expected = [hit.doc_id for hit in index.recent(20)]
    feed = ET.fromstring(site.get("/recent.atom").content)
    ids = [entry.findtext(f"{ATOM}id", "") for entry in feed.iter(f"{ATOM}entry")]
    assert [url.removeprefix("http://testserver/doc/") for url in ids] == expected
    items = site.get("/recent.json").json()["items"]
    assert [item["url"] for item in items] == ids
    html = page(site, "/recent")
    places = [html.index(f'"/doc/{doc_id}"') for doc_id in expected]
    assert places == sorted(places)


def test_s14_any_search_is_a_feed(site: Any, index: Index) -> None:
    html = page(site, "/search?q=escort&category=Enforcement")
    address = next(url for url in hrefs(html) if url.startswith("/search.atom"))
    feed = ET.fromstring(site.get(address).content)
    own = index.search("escort", filters={"category": "Enforcement"}, sort="-issued", limit=20)
    assert len(list(feed.iter(f"{ATOM}entry"))) == len(own)


def test_s15_filed_under_leads_to_what_is_filed_there_too(site: Any) -> None:
    html = page(site, f"/doc/{ESCORT}")
    filed = html[html.index('class="filed"') :]
    filed = filed[: filed.index("</p>")]
    assert words(filed.partition(">")[2]) == (
        "filed under: LES: No source: Detention and Removal Operations subject: Removal"
    )
    for url in hrefs(filed):
        assert ESCORT in page(site, f"{url}&limit=50&q=escort+deviation")


def test_s16_to_s23_the_fields_of_a_document(site: Any, index: Index) -> None:
    html = page(site, f"/doc/{ESCORT}")
    document = index.get(ESCORT)
    assert f'<p class="summary" dir="auto">{document.summary}</p>' in html
    text = words(html)
    assert "escort-deviation.pdf — PDF document, 5 kB, 2 pages" in text
    for shown in (
        "Type Directive",
        "OPI Detention and Removal Management (ADDRM)",
        "Source Detention and Removal Operations",
        "Status Current",
        "Issued 2006-02-03 (written Feb 03, 2006)",
        "Signatory John P. Torres",
    ):
        assert shown in text
    fields = html[html.index('class="fields"') :]
    links = [url for url in hrefs(fields) if url.startswith("/search?")]
    assert len(links) >= 6
    for url in links:
        assert ESCORT in page(site, f"{url}&limit=50&q=escort+deviation")


def test_s19_an_office_is_found_by_name_and_by_code(site: Any) -> None:
    by_name, by_code = (
        site.get(f"/api/search?q=&limit=50&opi={value}").json()["total"]
        for value in ("Detention+and+Removal+Management", "ADDRM")
    )
    assert by_name == by_code > 0


def test_s22_what_is_no_date_is_shown_as_it_was_written(client_of: Any, library: Any) -> None:
    path = library([{"doc_id": "a", "title": "A", "issued_text": "See 29, 2008"}])
    assert "See 29, 2008 (as written; no date)" in client_of(path).get("/doc/a").text


def test_s24_s25_what_it_supersedes_and_what_superseded_it(site: Any) -> None:
    html = page(site, f"/doc/{ESCORT}")
    text = words(html)
    assert "Supersedes 2004-01-22 Case Load Priority with Fugitive Operations" in text
    assert "Superseded By 2008-09-29 Fugitive Case Management System Reporting" in text
    banner = words(html[html.index('class="banner"') :].partition(">")[2].partition("</p>")[0])
    assert banner.startswith("This document says that it is Current . It was superseded by")
    graph = html[html.index('class="graph"') : html.index("</svg>", html.index('class="graph"'))]
    table = html[html.index("<table>") : html.index("</table>")]
    assert graph.count("<circle") == table.count("<tr") - 1 >= 3
    assert graph.count('class="is-current"') >= 1
    for url in hrefs(graph):
        page(site, url)


def test_s25_a_superseded_hit_names_its_successor_whoever_states_it(site: Any) -> None:
    html = page(site, "/search?q=number:12001.2&scope=all")
    assert "Superseded by Parking Permits at Headquarters (2003) , 2003-05-05" in words(html)
    own = page(site, "/doc/archive/parking-permits-2001")
    assert "Headquarters (2003) (stated by the other document)" in words(own)
    assert own.count('class="is-replaced"') == 4
    assert "In force from 2001-04-09 until 2003-05-04" in words(own)


def test_what_a_document_refers_to_and_what_refers_to_it(site: Any, index: Index) -> None:
    both = [
        index.citations(hit.doc_id) for hit in index.search(scope="all", limit=1000, snippets=False)
    ]
    citing = next(own for own in both if any(one.doc_id for one in own.cites))
    text = page(site, f"/doc/{citing.doc_id}")
    assert "What it refers to" in text
    meant = next(one for one in citing.cites if one.doc_id)
    assert f'<a href="/doc/{meant.doc_id}" dir="auto">{meant.text}</a>' in text
    cited = page(site, f"/doc/{meant.doc_id}")
    number = len(index.citations(meant.doc_id).cited_by)
    assert f"Referred to by {number} document" in cited
    assert f'href="/doc/{citing.doc_id}"' in cited[cited.index("Referred to by") :]


def test_s26_related_content_by_hand_first(site: Any) -> None:
    text = words(page(site, f"/doc/{ESCORT}"))
    related = text[text.index("Related content") :]
    assert "2006-06-09 Prioritized Monthly Fugitive Operations" in related
    assert related.index("2007-08-03") < related.index("Similar documents")


def test_s27_send_this(site: Any) -> None:
    html = page(site, f"/doc/{ESCORT}")
    mail = next(url for url in hrefs(html) if url.startswith("mailto:"))
    fields = parse_qs(urlsplit(mail).query)
    assert fields["subject"] == ["Field Advisory Deviation from the Escort Policy"]
    (body,) = fields["body"]
    assert body.splitlines()[1:3] == ["Issued: 2006-02-03", "Status: Current"]
    assert body.endswith(f"http://testserver/doc/{ESCORT}")
    for url in hrefs(html):
        if url.startswith("/cite/"):
            assert "Escort" in site.get(url).text
    assert json.loads(site.get(f"/cite/{ESCORT}?style=csl-json").text)


def test_s28_print_this(site: Any) -> None:
    html = page(site, f"/doc/{ESCORT}")
    url = next(url for url in hrefs(html) if url.endswith("?print=1"))
    printed = page(site, url)
    assert re.search(r'href="/static/print\.\w+\.css" media="all"', printed)
    assert re.search(r'href="/static/print\.\w+\.css" media="print"', html)
    assert "It was superseded by" in words(printed)


def test_s29_current_documents_can_be_put_in_order(site: Any) -> None:
    newest = site.get("/api/search?q=&sort=-issued&limit=50").json()["hits"]
    html = page(site, "/search?sort=-issued&limit=50")
    places = [html.index(f'"/doc/{hit["doc_id"]}"') for hit in newest]
    assert places == sorted(places)


def test_s30_the_archives(site: Any, index: Index) -> None:
    html = page(site, "/archives")
    for hit in index.search("", scope="archived", limit=20, sort="-issued"):
        assert f'"/doc/{hit.doc_id}"' in html


def test_s31_s32_drafts_and_help_stand_in_their_sections_and_not_among_active_documents(
    site: Any, index: Index
) -> None:
    for name in ("development-tools", "help"):
        html = page(site, f"/browse/{name}")
        assert "/doc/" in html
    own = index.search("", scope="all", filters={"collection": "help"}, limit=50)
    active = {hit["doc_id"] for hit in site.get("/api/search?q=help&limit=50").json()["hits"]}
    assert not active & {hit.doc_id for hit in own}
