"""Options and ways of parsing that commands share."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

import click

from droindex.cli.failure import UsageError
from droindex.cli.terminal import note
from droindex.model import Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = [
    "CITATIONS",
    "EXPLAINED_FORMATS",
    "HIT_FORMATS",
    "PLONE",
    "Choice",
    "QueryCommand",
    "check_explain",
    "check_style",
    "clearance_option",
    "examples",
    "format_option",
    "hit_options",
    "index_option",
    "is_given",
    "limit_option",
    "links_option",
    "scope_option",
    "style_option",
]

EXPLAINED_FORMATS = ("text", "json", "jsonl")
CITATIONS = {"cite": "text", "bibtex": "bibtex", "ris": "ris", "csl-json": "csl-json"}
HIT_FORMATS = ("text", "json", "jsonl", "csv", "ids", "trec", *CITATIONS)
PLONE = "plone"
_LIMIT = re.compile(r"-n[0-9]+")  # as `head` and `git log` take it
_LETTER = re.compile(r"-[^\W\d_]")
_NEAR = 0.7  # likeness from which an unknown option is a slip of the finger, not a word

AnyCallable = TypeVar("AnyCallable", bound="Callable[..., Any]")


def examples(*lines: str) -> str:
    """Return the end of a help text: lines to try, which are not wrapped."""
    return "\n".join(("\b", "Examples:", *(f"  {line}" for line in lines)))


class Choice(click.Choice[str]):
    """One of some words; a wrong one is told which is near."""

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        """Return what is wrong with a value."""
        from droindex.problems import nearest  # noqa: PLC0415 - only whoever mistypes pays for it

        message = super().get_invalid_choice_message(value, ctx)
        near = nearest(str(value).casefold(), self.choices)
        return f"{message} Did you mean {near!r}?" if near else message


class QueryCommand(click.Command):
    """A command whose arguments are words of a query, which may start with `-`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse options wherever they stand; every other word belongs to the query."""
        options, words = self._sort_out(ctx, args)
        return super().parse_args(ctx, [*options, "--", *words])

    def _sort_out(self, ctx: click.Context, args: list[str]) -> tuple[list[str], list[str]]:
        known = _options_by_name(self.get_params(ctx))
        options: list[str] = []
        words: list[str] = []
        waiting = iter(args)
        for word in waiting:
            if word == "--":
                words += waiting
            elif _LIMIT.fullmatch(word):
                options.append(word)
            elif (option := _option_of(word, known)) is not None:
                options.append(word)
                if _takes_next(option, word):
                    value = list(islice(waiting, 1))
                    if not (value or ctx.resilient_parsing):
                        raise click.BadOptionUsage(word, f"{word} needs a value behind it.", ctx)
                    options += value
            elif word.startswith("--") and _is_slip(word.partition("=")[0], known):
                options.append(word)  # which the parser reports with what was meant
            elif _LETTER.fullmatch(word) and not ctx.resilient_parsing:
                raise _no_letter(ctx, word, known)
            else:
                if word.startswith("--") and not ctx.resilient_parsing:
                    note(f"note: {word.partition('=')[0]} is no option; it was searched for.")
                words.append(word)
        return options, words


def _no_letter(ctx: click.Context, word: str, known: Iterable[str]) -> UsageError:
    """Return the refusal of a letter that is no option: as a word to leave out it would mislead."""
    near = next((name for name in known if name == word.swapcase()), None)
    leave_out = f"To leave the word {word[1:]} out: {ctx.command_path} WORDS -- {word}"
    hint = f"Did you mean {near}?" if near else leave_out
    return UsageError(f"There is no option {word}.", hint, ctx)


def _options_by_name(params: Iterable[click.Parameter]) -> dict[str, click.Option]:
    return {
        name: param
        for param in params
        if isinstance(param, click.Option)
        for name in (*param.opts, *param.secondary_opts)
    }


def _option_of(word: str, known: Mapping[str, click.Option]) -> click.Option | None:
    """Return the option that a word is, alone or with its value behind `=`."""
    if word in known or not word.startswith("--"):
        return known.get(word)
    return known.get(word.partition("=")[0])


def _takes_next(option: click.Option, word: str) -> bool:
    """Whether the word after an option is its value."""
    return "=" not in word and not (option.is_flag or option.count)


def _is_slip(name: str, known: Iterable[str]) -> bool:
    from difflib import get_close_matches  # noqa: PLC0415 - only whoever mistypes pays for it

    return bool(get_close_matches(name, known, 1, _NEAR))


def index_option(command: AnyCallable) -> AnyCallable:
    """Add `--index`."""
    return click.option(
        "-i",
        "--index",
        "index_path",
        metavar="DIR",
        type=click.Path(),
        envvar="DROINDEX_INDEX",
        default="library.idx",
        show_default=True,
        show_envvar=True,
        help="The library.",
    )(command)


def clearance_option(command: AnyCallable) -> AnyCallable:
    """Add `--clearance`."""
    return click.option(
        "--clearance",
        metavar="LABEL",
        help="See documents up to this label as well; without it, only the open ones.",
    )(command)


def wait_option(command: AnyCallable) -> AnyCallable:
    """Add `--wait`."""
    return click.option(
        "--wait",
        "wait_s",
        type=click.FloatRange(min=0),
        default=0.0,
        metavar="SECONDS",
        help="How long to wait for another build to finish.",
    )(command)


def scope_option(command: AnyCallable) -> AnyCallable:
    """Add `--scope`."""
    return click.option(
        "--scope",
        type=Choice([item.value for item in Scope]),
        default=Scope.ACTIVE.value,
        show_default=True,
        help="Documents in force, those of the archives, or everything.",
    )(command)


def format_option(*names: str) -> Callable[[AnyCallable], AnyCallable]:
    """Add `--format` with these choices; the first is the default."""

    def add(command: AnyCallable) -> AnyCallable:
        return click.option(
            "--format",
            "form",
            type=Choice(names),
            default=names[0],
            show_default=True,
            help="How to print: for people, or for programs.",
        )(command)

    return add


def limit_option(command: AnyCallable) -> AnyCallable:
    """Add `--limit`."""
    return click.option(
        "-n",
        "--limit",
        type=int,
        default=10,
        show_default=True,
        metavar="N",
        help="Documents to list, 1 to 1000.",
    )(command)


def style_option(command: AnyCallable) -> AnyCallable:
    """Add `--style`."""
    return click.option(
        "--style",
        type=Choice(["default", PLONE]),
        default="default",
        show_default=True,
        help="Look of the text: ours, or the short list of the library that droindex rebuilds.",
    )(command)


def hit_options(command: AnyCallable) -> AnyCallable:
    """Add the options that all commands share which list documents."""
    command = limit_option(format_option(*HIT_FORMATS)(command))
    return index_option(clearance_option(scope_option(command)))


def is_given(ctx: click.Context, name: str) -> bool:
    """Whether an option stands on the command line, whatever its value."""
    return ctx.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE


def links_option(command: AnyCallable) -> AnyCallable:
    """Add `--no-links`."""
    return click.option(
        "--no-links",
        "with_links",
        is_flag=True,
        flag_value=False,
        default=True,
        help="On a terminal, leave titles without links to their files.",
    )(command)


def check_explain(style: str, form: str) -> None:
    """Refuse explanations in a list that has no place for them.

    Raises:
        click.UsageError: The two do not go together.
    """
    if style != "default":
        raise click.UsageError(f"--explain goes with the default style, not with {style}.")
    if form not in EXPLAINED_FORMATS:
        formats = ", ".join(EXPLAINED_FORMATS)
        raise click.UsageError(f"--explain goes with --format {formats}, not with {form}.")


def check_style(style: str, form: str) -> None:
    """Refuse a style of text together with another format.

    Raises:
        click.UsageError: The two do not go together.
    """
    if style != "default" and form != "text":
        raise click.UsageError(f"--style {style} goes with --format text, not with {form}.")
