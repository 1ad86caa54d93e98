"""`query` and `suggest`: what is asked of the library, and what is printed."""

from __future__ import annotations

import csv
import io
import json
from itertools import pairwise

import pytest

from droindex import Index
from droindex.cli import formats
from droindex.cli.options import HIT_FORMATS


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("query.txt", ("query", "escort", "deviation")),
        ("query-facets.txt", ("query", "--scope", "all", "--facet", "doc_type,year", "escort")),
        ("query-empty.txt", ("query",)),
        ("query-offset.txt", ("query", "--limit", "1", "--offset", "1", "escort")),
        ("query-nothing.txt", ("query", "xylophone")),
        ("query-steering.txt", ("query", "--scope", "archived", "steering")),
        ("query-explain.txt", ("query", "--explain", "escort", "ratios")),
        ("query-explain-filter.txt", ("query", "--explain", "doc_type:guidance")),
        ("query-plone.txt", ("query", "--style", "plone", "--limit", "1", "escort")),
        ("query-plone-nothing.txt", ("query", "--style", "plone", "xylophone")),
        ("query.csv", ("query", "--format", "csv", "--scope", "all", "--all")),
        ("query.jsonl", ("query", "--format", "jsonl", "--limit", "1", "escort", "deviation")),
        ("query.json", ("query", "--format", "json", "--limit", "1", "escort", "deviation")),
        ("query.ids", ("query", "--format", "ids", "--scope", "all", "--all", "escort")),
        ("query.trec", ("query", "--format", "trec", "--scope", "all", "escort")),
        ("query-cite.txt", ("query", "--format", "cite", "--scope", "all", "escort")),
        ("query.bib", ("query", "--format", "bibtex", "-n", "1", "escort", "deviation")),
        ("query.ris", ("query", "--format", "ris", "-n", "1", "escort", "deviation")),
        ("query-csl.json", ("query", "--format", "csl-json", "-n", "1", "escort", "deviation")),
        ("suggest.txt", ("suggest", "esc")),
        ("suggest-plone.txt", ("suggest", "--style", "plone", "esc")),
    ],
)
def test_looks_as_reviewed(run, golden, name, args):
    result = run(*args)
    assert result.exit_code == (1 if "nothing" in name else 0), result.stderr
    golden(name, result.stdout_bytes.decode())


@pytest.mark.parametrize("more", [(), ("--all",)])
def test_json_explains_each_hit_when_asked(run, more):
    args = ("query", "--format", "json", *more, "escort")
    plain, told = (json.loads(run(*args, *extra).stdout) for extra in ((), ("--explain",)))
    assert [list(hit) for hit in told["hits"]] == [[*hit, "explain"] for hit in plain["hits"]]
    for hit in told["hits"]:
        assert sum(part["score"] for part in hit["explain"]["parts"]) == pytest.approx(
            hit["score"], abs=1e-4
        )
    lines = run("query", "--format", "jsonl", "--explain", *more, "escort").stdout.splitlines()
    assert [json.loads(line) for line in lines] == told["hits"]


def test_explanations_cannot_steer_the_terminal(run):
    result = run("query", "--explain", "--scope", "all", "bell", "st\x9beer*", "w\x1b[31mords")
    assert "Score " in result.stdout
    assert not {"\x9b", "\x1b", "\x07"} & {*result.stdout}


def test_narrow_terminal_wraps(run, golden):
    result = run("query", "escort", "deviation", env={"COLUMNS": "44"})
    assert max(map(len, result.stdout.splitlines()[1:])) <= 44
    golden("query-narrow.txt", result.stdout)


def test_options_stand_anywhere_and_words_may_start_with_a_dash(run):
    result = run("query", "escort", "-juvenile", "--limit", "3", "--scope=all", "--format", "json")
    shape = json.loads(result.stdout)
    assert (shape["query"], shape["limit"], shape["scope"]) == ("escort -juvenile", 3, "all")
    assert "archive/escort-2001" not in [hit["doc_id"] for hit in shape["hits"]]


@pytest.mark.parametrize(
    ("args", "query"),
    [
        (("escort", "--", "-x", "--limit", "3"), "escort -x --limit 3"),
        (("-immigration",), "-immigration"),
        (("-",), "-"),
        (("--", "--help"), "--help"),
        (("a", "--sort", "-issued", "-bc"), "a -bc"),
        (("-i5", "-5"), "-i5 -5"),
    ],
)
def test_query_is_what_no_option_takes(run, args, query):
    assert json.loads(run("query", "--format", "json", *args).stdout)["query"] == query


@pytest.mark.parametrize("args", [("-n", "2"), ("-n2",), ("--limit", "2"), ("--limit=2",)])
@pytest.mark.parametrize("command", ["query", "search", "suggest", "recent"])
def test_the_limit_is_the_same_for_every_command_that_lists(run, command, args):
    words = () if command == "recent" else ("escort",)
    found = run(command, "--scope", "all", "--format", "ids", *args, *words)
    assert len(found.stdout.splitlines()) == 2
    assert found.exit_code == 0


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("-x", "To leave the word x out: droindex query WORDS -- -x"),
        ("-N", "Did you mean -n?"),
        ("-é", "To leave the word é out: droindex query WORDS -- -é"),
    ],
)
def test_a_letter_that_is_no_option_is_refused_with_what_to_type(run, word, hint):
    result = run("query", word, "escort")
    assert result.exit_code == 2
    assert result.stderr == f"error: There is no option {word}.\nhint: {hint}\n"


def test_unknown_option_that_is_a_slip_is_refused(run):
    result = run("query", "escort", "--limt", "3")
    assert result.exit_code == 2
    assert "--limit" in result.stderr
    assert "droindex query --help" in result.stderr
    assert not result.stdout


def test_unknown_option_that_is_no_slip_is_searched_for_and_said(run):
    result = run("query", "escort", "--zebra")
    assert result.exit_code == 0
    assert "--zebra is no option" in result.stderr


def test_option_without_its_value_is_refused(run):
    for name in ("--limit", "-n", "--scope"):
        result = run("query", "escort", name)
        assert result.exit_code == 2
        assert result.stderr.startswith(f"error: {name} needs a value behind it.\n")


def test_same_filter_twice_means_any_of_the_values(run):
    args = ("--format", "ids", "--filter", "doc_type=Guidance", "--filter", "doc_type=directive")
    both = run("query", *args, "escort").stdout.split()
    one = run("query", "--format", "ids", "--filter", "doc_type=Guidance", "escort").stdout.split()
    assert set(both) == {"enforcement/escort", "enforcement/cases"}
    assert one == ["enforcement/cases"]


def test_dates_and_order_reach_the_search(run):
    args = ("--format", "ids", "--scope", "all", "--issued-to", "2006", "--sort", "issued")
    assert run("query", *args, "escort").stdout.split() == [
        "archive/escort-2001",
        "enforcement/escort",
    ]
    later = run("query", "--format", "ids", "--issued-from", "2007", "escort")
    assert later.stdout.split() == ["enforcement/cases"]


def test_a_search_by_dates_tells_what_has_none(run):
    told = "note: 1 document that matches has no date and is left out."
    result = run("query", "--format", "ids", "--scope", "all", "--until", "2006", "sums OR escort")
    assert set(result.stdout.split("\n")) == {"archive/escort-2001", "enforcement/escort", ""}
    assert told in result.stderr
    everything = run(
        "query", "--format", "ids", "--scope", "all", "--since", "1990", "--all", "sums"
    )
    assert (everything.stdout, told in everything.stderr) == ("", True)
    shape = run("query", "--format", "json", "--scope", "all", "--since", "1990", "sums").stdout
    assert json.loads(shape)["notes"][-1] == told.removeprefix("note: ")
    assert "left out" not in run("query", "--scope", "all", "sums").stderr


@pytest.mark.parametrize("form", HIT_FORMATS)
def test_all_lists_what_pages_list(run, form):
    args = ("query", "--scope", "all", "--format", form, "escort")
    one, whole = run(*args, "--limit", "1000"), run(*args, "--all")
    assert whole.exit_code == 0

    def lines(result):
        skip = ("took_ms", '"limit"', " ms)")
        return [line for line in result.stdout.splitlines() if not any(s in line for s in skip)]

    assert lines(one) == lines(whole)


@pytest.mark.parametrize("more", [("--limit", "3"), ("--offset", "3")])
def test_all_and_a_limit_exclude_each_other(run, more):
    assert run("query", "--all", "escort", *more).exit_code == 2


def test_csv_cells_are_no_formulas_and_no_commands(run):
    out = run("query", "--format", "csv", "--scope", "archived").stdout_bytes.decode()
    assert out.endswith("\r\n")
    rows = {row["doc_id"]: row for row in csv.DictReader(io.StringIO(out, newline=""))}
    assert rows["odd/=1+1 %"]["title"] == "'=1+1"
    assert rows["odd/steering"]["summary"] == "Line one line two"
    assert rows["archive/escort-2001"]["issued"] == "2001-05-01"


@pytest.mark.parametrize(
    "text",
    ["=1", " =1", "\u00a0@x", "\u00ad=1", "\u200d+1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff20x"],
)
def test_a_cell_is_no_formula_behind_blanks_or_in_wide_signs(text):
    assert formats._cell(text)[0] == "'"
    assert formats._cell(f"a{text}")[0] == "a"


@pytest.mark.parametrize("form", HIT_FORMATS)
def test_nothing_from_a_document_steers_the_terminal(run, form):
    result = run("query", "--format", form, "--scope", "all", "--facet", "status", "--all")
    unsafe = {*map(chr, range(32)), "\x7f", "\u202e", "\u2066", "\u2069"} - {"\n", "\r"}
    assert not unsafe & set(result.stdout)
    if form == "json":
        titles = [hit["title"] for hit in json.loads(result.stdout)["hits"]]
        assert any(title.endswith(" red\u202e txet") for title in titles)


def test_nothing_from_a_query_steers_the_terminal(run):
    for args in (("esc\x1b[2Jort", "\u202e"), ("--li\x1bmit",), ("--strict", '"\x1b[2J')):
        result = run("query", *args)
        assert "\x1b" not in result.stderr + result.stdout
        assert "\u202e" not in result.stderr + result.stdout


def test_notes_stand_on_stderr_and_within_json(run):
    result = run("query", "escort", "(deviation")
    assert result.stderr.startswith("note: ")
    as_json = run("query", "--format", "json", "escort", "(deviation")
    assert json.loads(as_json.stdout)["notes"]
    assert not as_json.stderr


def test_another_scope_that_holds_something_is_named(run):
    result = run("query", "juvenile")
    assert result.exit_code == 1
    assert "note: 1 document fits in other scopes" in result.stderr


def test_nothing_anywhere_is_not_looked_for_again(run):
    result = run("query", "--scope", "all", "xylophone")
    assert result.exit_code == 1
    assert "--scope all" not in result.stderr


def test_other_spelling_is_offered(run, monkeypatch):
    search = Index.search

    def with_suggestion(self, *args, **options):
        results = search(self, *args, **options)
        results.suggestion = "escort"
        return results

    monkeypatch.setattr(Index, "search", with_suggestion)
    assert "note: Did you mean: escort\n" in run("query", "escort").stderr


def test_strict_points_at_the_fault(run, golden):
    result = run("query", "--strict", "escort (deviation")
    assert result.exit_code == 2
    golden("query-strict.txt", result.stderr)


def test_strict_shows_the_part_of_a_long_query_that_matters(run):
    result = run("query", "--strict", "word " * 100 + '"open')
    text, caret = result.stderr.splitlines()[1:3]
    assert text[len(caret) - 1] == '"'
    assert len(text) < 80


@pytest.mark.parametrize(
    "args",
    [
        ("--filter", "opi"),
        ("--filter", "=x"),
        ("--filter", "nofield=x"),
        ("--issued-from", "See 29, 2008"),
        ("--limit", "0"),
        ("--limit", "1001"),
        ("--limit", "many"),
        ("--offset", "-1"),
        ("--facet", "title"),
        ("--style", "plone", "--format", "json"),
        ("--explain", "--style", "plone"),
        ("--explain", "--format", "csv"),
        ("--explain", "--format", "trec"),
        ("--scope", "mars"),
        ("--sort", "price"),
    ],
)
def test_what_cannot_be_asked_is_a_usage_error(run, args):
    result = run("query", *args, "escort")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: ")
    assert "\nhint: " in result.stderr
    assert not result.stdout


def test_long_query_is_cut_with_a_note(run):
    result = run("query", "escort " * 15_000)
    assert result.exit_code == 0
    assert "note: " in result.stderr


def test_topics_make_one_run(run, tmp_path, golden):
    file = tmp_path / "topics.tsv"
    file.write_text("qid\tquery\n7\tescort\n\nq 8\tsums\tleft out\n9\txylophone\n", "utf-8-sig")
    args = ("query", "--scope", "all", "--format", "trec", "--limit", "2", "--topics")
    result = run(*args, str(file))
    assert result.exit_code == 0
    golden("topics.trec", result.stdout)
    assert run(*args, "-", input=file.read_bytes()).stdout == result.stdout


def test_topics_of_which_none_finds_anything(run, tmp_path):
    file = tmp_path / "topics.tsv"
    file.write_text("1\txylophone\n")
    result = run("query", "--format", "trec", "--topics", str(file))
    assert (result.exit_code, result.stdout) == (1, "")


@pytest.mark.parametrize(
    ("content", "more", "message"),
    [
        (b"1\tx\n", ("--format", "json"), "--format trec"),
        (b"1\tx\n", ("--format", "trec", "word"), "leave QUERY out"),
        (b"1\tx\n", ("--format", "trec", "--all"), "--limit"),
        (b"1\tx\n2 y\n", ("--format", "trec"), "line 2"),
        (b"1\t\xff\n", ("--format", "trec"), "UTF-8"),
        (None, ("--format", "trec"), "cannot be read"),
    ],
)
def test_topics_that_cannot_be_used(run, tmp_path, content, more, message):
    file = tmp_path / "topics.tsv"
    if content is not None:
        file.write_bytes(content)
    result = run("query", "--topics", str(file), *more)
    assert result.exit_code == 2
    assert message in result.stderr


def test_scores_of_a_run_fall_strictly(run):
    lines = run("query", "--format", "trec", "--scope", "all").stdout.splitlines()
    scores = [float(line.split()[4]) for line in lines]
    assert len(scores) == 6
    assert all(a > b for a, b in pairwise(scores))
    assert "odd/=1+1%20%25" in {line.split()[2] for line in lines}


def test_suggest_finds_half_typed_words(run):
    assert run("suggest", "--format", "ids", "dev").stdout.split() == ["enforcement/escort"]
    ended = run("suggest", "--format", "ids", "dev ")  # no word here: a beginning all the same
    assert ended.stdout.split() == ["enforcement/escort"]
    assert run("suggest", "--format", "ids", "xqz ").exit_code == 1
    assert run("suggest").exit_code == 2


def test_clearance_is_for_labels_that_the_library_knows(run):
    result = run("query", "--clearance", "XX", "escort")
    assert result.exit_code == 8
    assert "hint: " in result.stderr


def test_pages_of_one_document_are_listed_with_what_answers(run):
    result = run("query", "--pages", "enforcement/escort", "escort", "deviation")
    assert result.exit_code == 0
    assert "A deviation from the escort ratio needs approval." in result.stdout
    shape = json.loads(
        run("query", "--pages=enforcement/escort", "--format", "json", "escort").stdout
    )
    assert (shape["format"], shape["doc_id"]) == (1, "enforcement/escort")
    assert {hit["snippet"]["page"] for hit in shape["passages"]} == {1, 2}


def test_a_word_behind_pages_that_is_no_document_belongs_to_the_query(run):
    shape = json.loads(run("query", "--pages", "escort", "ratio", "--format", "json").stdout)
    assert (shape["query"], shape["doc_id"]) == ("escort ratio", None)
    lines = run("query", "--pages", "escort", "ratio", "--format", "jsonl").stdout.splitlines()
    assert [json.loads(line)["rank"] for line in lines] == list(range(1, len(lines) + 1))


def test_pages_that_answer_nothing_end_with_1(run):
    result = run("query", "--pages", "zebra")
    assert result.exit_code == 1


@pytest.mark.parametrize(
    "more", [["--format", "csv"], ["--all"], ["--offset", "1"], ["--explain"], ["--style", "plone"]]
)
def test_pages_refuse_what_they_cannot_do(run, more):
    assert run("query", "--pages", "enforcement/escort", "escort", *more).exit_code == 2
