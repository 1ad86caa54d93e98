"""The query language: every rule of docs/query-language.md, and what no text may break."""

from __future__ import annotations

import re
from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import pytest
from bounds import LONGER, assert_linear, repeated
from hypothesis import example, given, settings
from hypothesis import strategies as st
from query_text import format_query, strip_spans

from droindex.engine.fields import QUERY_FIELDS
from droindex.errors import QueryError
from droindex.query.language.nodes import (
    And,
    Fielded,
    Group,
    Node,
    Not,
    Or,
    Parsed,
    Phrase,
    Range,
    Word,
)
from droindex.query.language.parser import parse
from droindex.settings import QueryLimits

FIELDS = {
    "title": "text",
    "summary": "text",
    "number": "identifier",
    "doc_type": "keyword",
    "opi": "keyword",
    "issued": "date",
    "effective": "date",
    "supersedes": "reference",
}
WIDE = QueryLimits(max_chars=10**7, max_clauses=10**7)


def read(text: str, limits: QueryLimits | None = None) -> Parsed:
    return parse(text, fields=FIELDS, limits=limits or QueryLimits())


def shape(node: Node) -> str:
    """Write a tree so that a table of tests can be read."""
    if isinstance(node, Word):
        weight = f"^{node.boost:g}" if node.boost != 1 else ""
        edits = f"≈{node.edits}" if node.edits else ""
        return f"{'~' if node.pattern else ''}{node.text}{edits}{weight}"
    if isinstance(node, Phrase):
        weight = f"^{node.boost:g}" if node.boost != 1 else ""
        return f"<{node.text}>{node.slop or ''}{weight}"
    if isinstance(node, Fielded):
        return f"{node.field}={shape(node.node)}"
    if isinstance(node, Range):
        low, high = "(" if node.low_open else "[", ")" if node.high_open else "]"
        return f"{node.field}={low}{node.low or ''}, {node.high or ''}{high}"
    if isinstance(node, Not):
        return f"!{shape(node.node)}"
    sign = {And: " & ", Or: " | ", Group: " "}[type(node)]
    return f"({sign.join(map(shape, node.nodes))})"


def tree(text: str) -> str:
    return shape(read(text).root)


def check(rows: dict[str, str]) -> None:
    assert {text: tree(text) for text in rows} == rows


def refusal(text: str, limits: QueryLimits | None = None) -> QueryError:
    with pytest.raises(QueryError) as caught:
        parse(text, fields=FIELDS, strict=True, limits=limits or QueryLimits())
    return caught.value


# --- words -----------------------------------------------------------------------------------


def test_words_side_by_side_are_one_group() -> None:
    check({"escort policy": "(escort policy)", "": "()", " \t ": "()", " escort  ": "(escort)"})


def test_punctuation_inside_a_word_stays_in_it() -> None:
    words = (
        "fod's",
        "and/or",
        "non-detained",
        "11-4.1",
        "C:\\memos\\escort.pdf",
        "/var/docs/x.pdf",
        "http://example.gov/a?b=1&c=2",
        "fod@example.gov",
        "18:30",
        "R&D",
        "C.F.R.:",
        "§",  # alone it is no word
    )
    check({f"a {word} b": f"(a {word} b)" for word in words[:-1]})
    assert tree(f"a {words[-1]} b") == "(a b)"


def test_citations_keep_their_parentheses() -> None:
    check(
        {
            "8 CFR 241.4(d)(1)": "(8 CFR 241.4(d)(1))",
            "INA 241(a)(5)": "(INA 241(a)(5))",
            "§1226(a)(1)(B)": "(§1226(a)(1)(B))",
            "(INA 241(a)(5) parole)": "(INA 241(a)(5) parole)",
            "alien(s)'s rights": "(alien(s)'s rights)",
            "f(g(x)) y": "(f(g(x)) y)",
        }
    )


def test_a_parenthesis_that_closes_after_a_blank_is_a_group_even_when_glued_to_a_word() -> None:
    check({"policy(escort rules) x": "(policy (escort rules) x)"})


def test_titles_with_colons_are_words() -> None:
    check(
        {
            "DROPPM Chapter 21: Legal Proceedings": "(DROPPM Chapter 21: Legal Proceedings)",
            "21:5 note:this": "(21:5 note:this)",
        }
    )


def test_words_of_any_script_are_read() -> None:
    check({"拘留 政策": "(拘留 政策)", "política -détention": "(política !détention)"})


def test_punctuation_alone_is_nothing_and_says_nothing() -> None:
    parsed = read("custody & – - ... ★ / policy ?")
    assert shape(parsed.root) == "(custody policy)"
    assert parsed.notes == ()


def test_the_question_mark_that_ends_a_question_is_no_part_of_the_word() -> None:
    check(
        {
            "what is custody?": "(what is custody)",
            "custody?!": "(custody)",
            "custody??, then": "(custody then)",
            "INA 241(a)?": "(INA 241(a))",
            "esc*?": "(~esc*)",
            "(custody?)": "(custody)",
        }
    )
    assert read("custody?").notes == ()


def test_a_plus_makes_a_plain_word() -> None:
    check(
        {
            "+escort +policy": "(escort policy)",
            "a +AND b": "(a AND b)",
            "+-juvenile": "(-juvenile)",
            '+"a b" +(c d)': "(<a b> (c d))",
            "+title:x title:+x": "(title=x title=x)",
            "C++ + a": "(C++ a)",
            'title:+"a b"': "(title=<a b>)",
        }
    )


# --- wildcards -------------------------------------------------------------------------------


def test_wildcards_work_inside_and_after_a_word() -> None:
    check(
        {
            "esc*": "(~esc*)",
            "w?rd": "(~w?rd)",
            "wom?n*": "(~wom?n*)",
            "11-*": "(~11-*)",
            "ESC*": "(~ESC*)",
            "title:esc*": "(title=~esc*)",
            "-esc*": "(!~esc*)",
        }
    )


def test_what_only_looks_like_a_wildcard_is_punctuation() -> None:
    check(
        {
            "policy,* x": "(policy,* x)",
            "either?/or": "(either?/or)",
            "http://x.gov/a?b*": "(http://x.gov/a?b*)",
        }
    )


def test_a_star_without_letters_before_it_is_ignored_with_a_note() -> None:
    check(
        {
            "a * b": "(a b)",
            "*ention": "(ention)",
            "a AND * b": "(a b)",
            "title:* b": "(b)",
            "?a": "(a)",
        }
    )
    assert read("a * b").notes == ("A * needs letters before it, as in esc*: it was ignored.",)
    assert read("?a").notes == ()


# --- fuzzy words -----------------------------------------------------------------------------


def test_a_tilde_behind_a_word_allows_slips() -> None:
    check(
        {
            "escrot~ policy": "(escrot≈1 policy)",
            "escrot~1 a~2": "(escrot≈1 a≈2)",
            "escrot~^2 a~2^3": "(escrot≈1^2 a≈2^3)",
            "title:escrot~": "(title=escrot≈1)",
            "-escrot~2 (a~)": "(!escrot≈2 a≈1)",
            "escrot~? what": "(escrot≈1 what)",
        }
    )
    assert read("escrot~2").notes == ()


def test_what_only_looks_like_a_fuzzy_word_is_punctuation() -> None:
    check(
        {
            "~5 years": "(~5 years)",
            "a~b C:\\PROGRA~1\\x": "(a~b C:\\PROGRA~1\\x)",
            "http://x.gov/~a http://x~2": "(http://x.gov/~a http://x~2)",
        }
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a ~ b", "(a b)"),
        ("a AND ~", "(a)"),
        ("a~9", "(a≈2)"),
        ("a~0", "(a)"),
        ("a~2?~0", "(a)"),
        ("a~0.8", "(a≈1)"),
        ("esc*~2", "(~esc*)"),
        ('"a b"~', "(<a b>)"),
    ],
)
def test_a_tilde_without_sense_is_noted(text: str, expected: str) -> None:
    assert tree(text) == expected
    assert len(read(text).notes) == 1


# --- quotes ----------------------------------------------------------------------------------


def test_quotes_make_a_phrase() -> None:
    check(
        {
            '"travel documents"': "(<travel documents>)",
            "“travel documents”": "(<travel documents>)",
            "„travel documents“": "(<travel documents>)",
            "«travel documents»": "(<travel documents>)",
            "»travel documents«": "(<travel documents>)",
            '"travel documents”': "(<travel documents>)",
            '“travel documents"': "(<travel documents>)",
            '"escort"': "(<escort>)",
            'a"b c"d': "(a <b c> d)",
            '"a “b” c"': "(<a “b” c>)",
            '"a (b) AND c"': "(<a (b) AND c>)",
        }
    )


def test_single_quotes_around_several_words_make_a_phrase() -> None:
    check(
        {
            "'travel documents' x": "(<travel documents> x)",
            "‘travel documents’, x": "(<travel documents> x)",
            "('a b')": "(<a b>)",
            "-'a b'": "(!<a b>)",
            "title:'a b'": "(title=<a b>)",
            "'a b'~3^2": "(<a b>3^2)",
        }
    )


def test_apostrophes_are_no_quotes() -> None:
    check(
        {
            "fod's officers' rights": "(fod's officers' rights)",
            "'escort' policy": "('escort' policy)",
            "the officers' duties and agents' rights": "(the officers' duties and agents' rights)",
            "'tis the policy": "('tis the policy)",
            "'tis \"the officers' policy\"": "('tis <the officers' policy>)",
            "' a b '": "(a b)",
        }
    )


def test_a_phrase_may_let_other_words_in_between_and_have_a_weight() -> None:
    check(
        {
            '"a b"~5': "(<a b>5)",
            '"a b"~5^2': "(<a b>5^2)",
            '"a b"^0.5': "(<a b>^0.5)",
            '"a b"~0': "(<a b>)",
            '"a b"~': "(<a b>)",
        }
    )


def test_a_larger_slop_than_any_page_is_cut_with_a_note() -> None:
    parsed = read('"a b"~99999999999999999999999')
    assert shape(parsed.root) == "(<a b>100)"
    assert len(parsed.notes) == 1


def test_a_missing_quotation_mark_leaves_words_and_a_note() -> None:
    parsed = read('a "b c')
    assert shape(parsed.root) == "(a b c)"
    assert parsed.notes == ("A quotation mark is missing: read as single words.",)
    assert tree('8.5" paper') == "(8.5 paper)"


def test_quotes_around_nothing_are_nothing() -> None:
    check({'("" AND a) b': "(a b)", '("") a': "(a)"})
    assert read('("" AND a) b').notes == ()
    check({'a "" b': "(a b)", 'title:"" b': "(b)", 'a AND "--" OR b': "((a | b))", '-" " b': "(b)"})
    assert read('a "" b').notes == ()


# --- weights ---------------------------------------------------------------------------------


def test_words_have_weights() -> None:
    check(
        {"a^2 b^0.5 c^.5": "(a^2 b^0.5 c^0.5)", "esc*^3": "(~esc*^3)", "title:a^2": "(title=a^2)"}
    )
    check({"why?^2": "(why^2)", "a^2?": "(a^2)", "a^1": "(a)", "x^2^3": "(x^2^3)", "a^b": "(a^b)"})
    check({"^2 a": "(^2 a)"})


@pytest.mark.parametrize("weight", ["0", "0.0", "101", "100.1", "9" * 400, "0.00001"])
def test_a_weight_out_of_range_is_ignored_with_a_note(weight: str) -> None:
    parsed = read(f"escort^{weight}")
    assert shape(parsed.root) == "(escort)"
    assert len(parsed.notes) == 1
    assert refusal(f"escort^{weight}").slug == "bad-boost"


def test_a_weight_after_a_parenthesis_is_ignored_with_a_note() -> None:
    parsed = read("(a b)^2 c")
    assert shape(parsed.root) == "((a b) c)"
    assert len(parsed.notes) == 1


# --- operators -------------------------------------------------------------------------------


def test_and_binds_closer_than_or_and_or_closer_than_side_by_side() -> None:
    check(
        {
            "a b AND c": "(a (b & c))",
            "a OR b AND c": "((a | (b & c)))",
            "a b OR c d": "(a (b | c) d)",
            "a AND b AND c": "((a & b & c))",
            "a AND NOT b": "((a & !b))",
            "a OR -b": "((a | !b))",
            "NOT a b": "(!a b)",
            "(a OR b) AND c": "(((a | b) & c))",
            "a AND (b c)": "((a & (b c)))",
            "(a)AND(b)": "((a & b))",
            "NOT(a b)": "(!(a b))",
            '"a"AND"b"': "((<a> & <b>))",
        }
    )


def test_operators_are_upper_case_only() -> None:
    check({"a and b or c not d": "(a and b or c not d)", "a And b": "(a And b)"})


def test_a_text_without_lower_case_letters_has_no_operators() -> None:
    check(
        {
            "SEARCH AND SEIZURE": "(SEARCH AND SEIZURE)",
            "AND": "(AND)",
            "NOT 5": "(NOT 5)",
            "FEES AND BONDS -JUVENILE": "(FEES AND BONDS !JUVENILE)",
            '"A B" OR ESC*': "(<A B> OR ~ESC*)",
            "拘留 AND 政策": "(拘留 AND 政策)",
        }
    )


def test_a_minus_at_the_start_of_a_word_excludes_it() -> None:
    check(
        {
            "a -b": "(a !b)",
            "-5": "(!5)",
            '-"a b"': "(!<a b>)",
            "-(a b)": "(!(a b))",
            "(-a b)": "((!a b))"[1:-1],
            "-title:x": "(!title=x)",
            "-(-a)": "(!!a)",
        }
    )


def test_other_hyphens_exclude_nothing() -> None:
    check(
        {
            "non-detained": "(non-detained)",
            "11-4.1": "(11-4.1)",
            "- 5": "(5)",
            "a - b": "(a b)",
            "--a": "(--a)",
            '"a"-b': "(<a> -b)",
            "-§5": "(-§5)",
            "title:-x": "(title=-x)",
            "a-": "(a-)",
        }
    )


def test_operators_with_nothing_to_work_on_are_ignored_with_a_note() -> None:
    check(
        {
            "a AND": "(a)",
            "OR a": "(a)",
            "a NOT": "(a)",
            "a AND OR b": "((a & b))",
            "(a AND) b": "(a b)",
            "a (OR) b": "(a b)",
            "a AND & b": "((a & b))",
        }
    )
    assert read("a AND").notes == ('"AND" has nothing to work on here and was ignored.',)


def test_what_is_excluded_twice_is_excluded() -> None:
    check({"a NOT NOT b": "(a !b)", "a NOT -b": "(a !b)"})
    assert read("a NOT -b").notes == ("The same words are excluded twice: read as once.",)


# --- parentheses -----------------------------------------------------------------------------


def test_parentheses_group() -> None:
    check(
        {
            "a (b c)": "(a (b c))",
            "(a b)": "(a b)",
            "((a b))": "(a b)",
            "(a) b": "(a b)",
            "(a)(b)": "(a b)",
            "a () b": "(a b)",
            "a AND () b": "(a b)",
            "a NOT (()) b": "(a b)",
        }
    )
    assert read("a () b").notes == ()


def test_a_parenthesis_without_a_partner_is_ignored_with_a_note() -> None:
    check({"(a b": "(a b)", "a) b": "(a b)", "x AND (a b": "((x & a) b)", ")(": "()"})
    assert read("(a").notes == ("A closing parenthesis is missing: the opening one was ignored.",)
    assert read("a)").notes == ("A closing parenthesis without an opening one was ignored.",)


# --- fields ----------------------------------------------------------------------------------


def test_a_field_binds_what_follows_directly() -> None:
    check(
        {
            "title:x y": "(title=x y)",
            'title:"a b"': "(title=<a b>)",
            "title:(a b)": "(title=(a b))",
            "title:(a)": "(title=(a))",
            "title:((a b))": "(title=(a b))",
            "title:(a OR b)": "(title=((a | b)))",
            "title:(a -b)": "(title=(a !b))",
            "title:(a number:5)": "(title=(a number=5))",
            "number:11-4.1": "(number=11-4.1)",
            "issued:2006": "(issued=2006)",
            'issued:"Feb 3, 2006"': "(issued=<Feb 3, 2006>)",
            "title:number:5": "(title=number:5)",
            "title:AND b": "(title=AND b)",
            "doc_type:Directive": "(doc_type=Directive)",
        }
    )


def test_field_names_are_found_in_any_case() -> None:
    check({"TITLE:x Opi:ADDRM": "(title=x opi=ADDRM)"})


def test_a_field_followed_by_a_blank_is_a_word() -> None:
    check({"title: escort": "(title: escort)", "(title:) a": "(title: a)", "title:": "(title:)"})
    assert read("title: escort").notes == ()


def test_a_quote_that_is_never_closed_leaves_the_word_in_its_field() -> None:
    check(
        {
            'title:"foo bar': "(title=foo bar)",
            'title:"-a': "(title=-a)",
            'title:"title:a': "(title=title:a)",
            'title:"NOT a': "(title=NOT a)",
            'title:" foo': "(title: foo)",
            'ISSUED:"2004..': "(issued=[2004, ])",
        }
    )


def test_a_field_with_a_broken_value_never_binds_the_next_word() -> None:
    check(
        {"title:( foo": "(foo)", "title:(foo": "(foo)", "title:' foo": "(foo)", '-" foo': "(foo)"}
    )
    assert '"title:" has nothing to work on here and was ignored.' in read("TITLE:(foo").notes


def test_unknown_names_with_a_colon_are_words() -> None:
    check({"foo:bar": "(foo:bar)", "http://x.gov": "(http://x.gov)", "C:\\x": "(C:\\x)"})
    check({"title://x.gov": "(title://x.gov)", 'foo:"a b"': "(foo: <a b>)"})
    assert read("foo:bar").notes == ()


def test_a_misspelt_field_is_pointed_out() -> None:
    parsed = read("tilte:escort")
    assert shape(parsed.root) == "(tilte:escort)"
    assert parsed.notes == ('There is no field "tilte": read as words. Did you mean "title:"?',)


def test_only_a_few_misspelt_fields_are_looked_up() -> None:
    assert len(read("tilte:a titel:b titlee:c tittle:d").notes) == 3


# --- ranges ----------------------------------------------------------------------------------


def test_dates_have_ranges() -> None:
    check(
        {
            "issued:2004..2008-05": "(issued=[2004, 2008-05])",
            "issued:2004...2008": "(issued=[2004, 2008])",
            "issued:2004…2008": "(issued=[2004, 2008])",
            "issued:2004..": "(issued=[2004, ])",
            "issued:..2004": "(issued=[, 2004])",
            "issued:>2006": "(issued=(2006, ])",
            "issued:>=2006": "(issued=[2006, ])",
            "issued:<2006-02": "(issued=[, 2006-02))",
            "issued:<=2006-02": "(issued=[, 2006-02])",
            "issued:≥2006": "(issued=[2006, ])",
            "issued:>2006, a": "(issued=(2006, ] a)",
            "issued:>2006.": "(issued=(2006, ])",
            "-issued:>2006": "(!issued=(2006, ])",
            "ISSUED:2/3/2006..": "(issued=[2/3/2006, ])",
        }
    )


@pytest.mark.parametrize("value", ["..", ">", "<=", "a..b..c", ">2004<2006", ">2004..2006"])
def test_a_broken_range_is_read_as_words_with_a_note(value: str) -> None:
    parsed = read(f"a issued:{value}")
    assert not any(isinstance(node, Range | Fielded) for node in parsed.root.nodes)
    assert len(parsed.notes) == 1
    assert "issued" in parsed.notes[0]


def test_a_range_written_backwards_is_turned_round_with_a_note() -> None:
    parsed = read("issued:2008-05..2004")
    assert shape(parsed.root) == "(issued=[2004, 2008-05])"
    assert len(parsed.notes) == 1
    check({"issued:2008-05..2008": "(issued=[2008-05, 2008])"})


def test_other_fields_have_no_ranges() -> None:
    check({"number:1..5": "(number=1..5)", "number:>5": "(number=>5)"})
    assert read("number:1..5").notes == ()
    assert len(read("number:>5").notes) == 1


# --- caps ------------------------------------------------------------------------------------


def test_text_past_the_cap_is_cut_before_a_word_with_a_note() -> None:
    parsed = read("escort policy detention", QueryLimits(max_chars=15))
    assert (parsed.text, shape(parsed.root)) == ("escort policy ", "(escort policy)")
    assert parsed.notes == ("The query has more than 15 characters: the rest was ignored.",)
    assert read("escort policy x", QueryLimits(max_chars=13)).text == "escort policy"
    assert read("escort policy x", QueryLimits(max_chars=14)).text == "escort policy "
    assert read("escortpolicy", QueryLimits(max_chars=6)).text == "escort"
    assert read("escort", QueryLimits(max_chars=6)).notes == ()


def test_parentheses_past_the_depth_are_read_as_if_they_were_not_there() -> None:
    parsed = read("(a (b (c d)) (e f)) g", QueryLimits(max_depth=2))
    assert shape(parsed.root) == "((a (b c d) (e f)) g)"
    assert parsed.notes == (
        "Parentheses are nested more than 2 deep: the inner ones were ignored.",
    )


def test_words_and_phrases_past_the_cap_are_ignored_with_a_note() -> None:
    parsed = read('(a AND "b c" AND -d) OR (title:e AND f)', QueryLimits(max_clauses=2))
    assert shape(parsed.root) == "((a & <b c>))"
    assert parsed.notes == ("The query has more than 2 words and phrases: the rest was ignored.",)
    assert tree("a b c") == "(a b c)"
    assert shape(read("a b c", QueryLimits(max_clauses=2)).root) == "(a b)"


def test_repeats_do_not_count_for_the_cap() -> None:
    two = QueryLimits(max_clauses=2)
    assert shape(read("a b A B a", two).root) == "(a b A B a)"
    assert shape(read("title:a number:a a", two).root) == "(title=a number=a)"


def test_operators_that_are_words_count_for_the_cap() -> None:
    assert shape(read("A AND B OR C", QueryLimits(max_clauses=3)).root) == "(A AND B)"


# --- characters ------------------------------------------------------------------------------


def test_unreadable_characters_are_blanks() -> None:
    parsed = read("a\0b\ud800c\u200bd\ufeffe\u202ef")
    assert shape(parsed.root) == "(a b c d e f)"
    assert len(parsed.text) == 11
    assert tree("\u200e-juvenile") == "(!juvenile)"


def test_all_blanks_of_unicode_separate_words() -> None:
    check({"a\u00a0b\u3000c\nd\u2028e": "(a b c d e)", "a\u00a0-b": "(a !b)"})


# --- offsets ---------------------------------------------------------------------------------


def test_offsets_cover_what_was_written() -> None:
    text = 'x title:"a b"~2 -(c^2 d?) issued:>2006, e AND f'
    parsed = read(text)
    spans = [text[node.start : node.end] for node in parsed.root.nodes]
    assert spans == ["x", 'title:"a b"~2', "-(c^2 d?)", "issued:>2006", "e AND f"]
    excluded = parsed.root.nodes[2]
    assert isinstance(excluded, Not)
    assert isinstance(excluded.node, Group)
    assert [text[node.start : node.end] for node in excluded.node.nodes] == ["c^2", "d"]
    assert (parsed.root.start, parsed.root.end) == (0, len(text))


# --- strict mode -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "slug", "position"),
    [
        ('a "b c', "unclosed-quote", 2),
        ('title:"b c', "unclosed-quote", 6),
        ("a (b c", "unclosed-parenthesis", 2),
        ("a b) c", "unexpected-parenthesis", 3),
        ("a () b", "unexpected-parenthesis", 2),
        ("a AND", "dangling-operator", 2),
        ("OR a", "dangling-operator", 0),
        ("a AND OR b", "dangling-operator", 6),
        ("a NOT", "dangling-operator", 2),
        ("a NOT -b", "dangling-operator", 2),
        ("a foo:bar", "unknown-field", 2),
        ("a tilte:bar", "unknown-field", 2),
        ('foo:"a b"', "unknown-field", 0),
        ("a issued:..", "bad-range", 9),
        ("a issued:2008..2004", "bad-range", 9),
        ("number:>5", "bad-range", 7),
        ("a * b", "wildcard-alone", 2),
        ("a *b", "wildcard-alone", 2),
        ("title:*", "wildcard-alone", 6),
        ("(a b)^2", "bad-boost", 5),
        ('"a b"^0', "bad-boost", 5),
        ("a^500", "bad-boost", 1),
        ('"a b"~5000', "bad-slop", 5),
        ("a ~ b", "bad-fuzzy", 2),
        ("a b~9", "bad-fuzzy", 3),
        ("b~0^2", "bad-fuzzy", 1),
        ("esc*~", "bad-fuzzy", 4),
        ("a" * 2001, "query-too-long", 2000),
        ("(a " * 21 + ")" * 21, "query-too-deep", 60),
        (" ".join(f"w{n}" for n in range(65)), "too-many-clauses", 246),
    ],
)
def test_strict_mode_refuses_with_slug_and_position(text: str, slug: str, position: int) -> None:
    error = refusal(text)
    assert (error.slug, error.position, error.query) == (slug, position, text)
    assert error.hint
    assert error.message.endswith(".")
    assert read(text).root is not None


@pytest.mark.parametrize(
    "text",
    [
        "escort policy",
        'escort AND ("travel documents"~5 OR esc*) -juvenile title:(a b)^'[:-1],
        "http://x.gov C:\\x 8 C.F.R.: DROPPM Chapter 21: Legal 10:30",
        "issued:2004..2008 issued:>2006 title: escort",
        "INA 241(a)(5) what is custody?",
        "SEARCH AND SEIZURE OR",
        "",
    ],
)
def test_strict_mode_reads_what_is_well_formed_as_lenient_mode_does(text: str) -> None:
    assert parse(text, fields=FIELDS, strict=True) == read(text)
    assert read(text).notes == ()


def test_strict_mode_names_the_nearest_field_or_all() -> None:
    assert refusal("tilte:bar").hint == 'Did you mean "title"?'
    assert "doc_type, effective, issued" in refusal("zzz:bar").hint


# --- the documentation -----------------------------------------------------------------------

GUIDE = Path(__file__).parents[3] / "docs" / "query-language.md"
LESSON, REST = GUIDE.read_text(encoding="utf-8").split("## What is ignored")
IGNORED, STRICT = REST.split("## Strict mode")


def examples(text: str, column: int = 0) -> list[str]:
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    cells = [row[column] for row in rows if len(row) > column]
    return [found[1] for cell in cells if (found := re.fullmatch(r"`([^`]+)`", cell))]


def test_every_example_of_the_guide_is_well_formed() -> None:
    queries = examples(LESSON) + examples(LESSON, 2)
    assert len(queries) > 45
    for query in queries:
        assert parse(query, fields=QUERY_FIELDS, strict=True).notes == ()


def test_what_the_guide_says_is_ignored_is_noted() -> None:
    queries = examples(IGNORED)
    assert len(queries) > 7
    for query in queries:
        assert parse(query, fields=QUERY_FIELDS).notes
        with pytest.raises(QueryError):
            parse(query, fields=QUERY_FIELDS, strict=True)


def test_the_guide_lists_every_slug_with_an_example_of_it() -> None:
    rows = dict(re.findall(r"^\| ([\w-]+) \| .* \| `([^`]+)` \|$", STRICT, re.MULTILINE))
    beyond_syntax = {"bad-date", "bad-wildcard", "only-exclusions"}
    for slug in rows.keys() - beyond_syntax:
        assert refusal(rows[slug]).slug == slug
    assert len(rows) > 10


def test_the_guide_names_every_field() -> None:
    for name in QUERY_FIELDS:
        assert re.search(rf"^\| .*\b{name}\b", LESSON, re.MULTILINE), name


# --- the tree --------------------------------------------------------------------------------


def test_nodes_are_frozen_and_compare_by_value() -> None:
    word = Word("a", 0, 1)
    assert word == Word("a", 0, 1, False, 1.0)
    assert hash(word) == hash(Word(text="a", start=0, end=1))
    assert replace(word, boost=2.0) == Word("a", 0, 1, boost=2.0)
    with pytest.raises(FrozenInstanceError):
        word.text = "b"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "formatted"),
    [
        ("a  b", "a b"),
        ("NOT a AND b", "-a AND b"),
        ("(a OR b) AND NOT (c d)", "(a OR b) AND -(c d)"),
        ("A +AND B", "A +AND B"),
        ("A AND B", "A +AND B"),
        ("TITLE:“A ‘b’”^2.0", 'title:"A ‘b’"^2'),
        ('«a "b"» «a "b“»', '“a "b"” «a "b“»'),
        ("issued:>=2006 issued:<2006 issued:>2006", "issued:2006.. issued:<2006 issued:>2006"),
        ("a NOT §5", "a NOT §5"),
        ("title:((a OR b) -c)", "title:(a OR b -c)"),
        ("-(§5)", "-(§5)"),
        ("x^2^1 'a", "x^2^1 +'a"),
        ("(a AND b) AND (c AND d)", "(a AND b) AND (c AND d)"),
    ],
)
def test_trees_are_formatted(text: str, formatted: str) -> None:
    assert format_query(read(text).root) == formatted


# --- properties ------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *"ab\"“”„«»'‘’()*?^:+-~.,/<>=…§&_ 5\n\0\ud800éß拘",
        *("AND", "OR", "NOT", " AND ", " OR ", " NOT ", " -", "(a", "b)", "title:", "ISSUED:"),
        *(
            "issued:",
            "2004..2008",
            ">2006",
            "^2",
            "~5",
            "~0",
            "a~",
            "://",
            "foo:",
            "esc*",
            "A",
            "B",
            " ",
            " ",
        ),
    ]
)
QUERIES = st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join))


def walk(node: Node) -> list[Node]:
    inner = getattr(node, "nodes", None) or ([node.node] if hasattr(node, "node") else [])
    return [node, *(found for child in inner for found in walk(child))]


@given(QUERIES)
@settings(max_examples=1000, deadline=None)
@example("ISSUED:'\"0.. issued:+0..")
@example("issued:+..5 issued:+≥5 title:‘2..")
@example("A AND B TITLE::")
@example("TITLE:X AND Y title:()")
@example("X AND Y OR a" * 30)
@example("'a\"x\"b'")
@example("a~2?~0")
@example("~0~~0")
@example("a~2^3~0")
def test_any_text_parses_and_formats_back_to_the_same_tree(text: str) -> None:
    root = read(text).root
    again = read(format_query(root))
    assert strip_spans(again.root) == strip_spans(root)


@given(QUERIES)
@settings(max_examples=300, deadline=None)
def test_offsets_lie_within_the_text_and_words_at_their_offsets(text: str) -> None:
    parsed = read(text)
    for node in walk(parsed.root):
        assert 0 <= node.start <= node.end <= len(parsed.text)
        written = parsed.text[node.start : node.end]
        if isinstance(node, Word):
            assert written.startswith(node.text)
        elif isinstance(node, Phrase):
            assert written[1 : len(node.text) + 1] == node.text
        elif isinstance(node, And | Or):
            assert len(node.nodes) > 1
    parsed.text.encode()


@given(QUERIES)
@settings(max_examples=300, deadline=None)
def test_strict_mode_either_refuses_or_agrees_with_lenient_mode(text: str) -> None:
    lenient = read(text)
    refused: QueryError | None = None
    try:
        assert parse(text, fields=FIELDS, strict=True) == lenient
    except QueryError as error:
        refused = error
    if refused is None:
        assert lenient.notes == ()
    else:
        assert refused.position is not None
        assert 0 <= refused.position <= len(text)
        assert refused.hint


@given(st.text(max_size=60), st.sampled_from([1, 5, 20, 59]))
@settings(max_examples=200, deadline=None)
def test_a_cap_of_length_holds_for_any_text(text: str, cap: int) -> None:
    assert len(read(text, QueryLimits(max_chars=cap)).text) <= cap


HOSTILE = [
    *("(", ")", '"', "“ ", "'a ", "'a' ", "‘a ", "a(", "a(b", "(a)", "-", "-(", "NOT ", "a AND "),
    *("*", "?", "a*", "a?", "^", "^1", "a^1", "~1", ":", "a:", "a:b ", "title:", "issued:..", " "),
    *("issued:2004..2008 ", "(NOT a OR ", "“a” ", "«a» ", '"a" ', "\0", "\ud800", "a", "+", "a b "),
    *("'a \" ", "(a AND ", "title:(", "a.b?c*", "…", "issued:2.", ".*?"),
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_no_text_costs_more_than_its_length(piece: str) -> None:
    cut_off = [repeated(piece, size) for size in (250_000, LONGER * 250_000)]
    whole = [repeated(piece, size) for size in (10_000, LONGER * 10_000)]
    assert_linear(lambda: read(cut_off[0]), lambda: read(cut_off[1]))
    assert_linear(lambda: read(whole[0], WIDE), lambda: read(whole[1], WIDE))


def test_the_deepest_tree_can_be_walked_whatever_the_settings_say() -> None:
    deep = QueryLimits(max_chars=10**6, max_depth=10**6, max_clauses=10**6)
    root = read("(a OR b AND NOT " * 5000 + "c" + ")" * 5000, deep).root
    assert strip_spans(read(format_query(root), deep).root) == strip_spans(root)
