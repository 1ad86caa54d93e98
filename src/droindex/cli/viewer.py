"""Opening a file with the system's viewer, at a page where the viewer takes one.

Nothing goes through a shell, and the path of a file is absolute and so never an option.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

from droindex.errors import MissingExtraError, SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

__all__ = ["Opening", "opening", "start"]

VARIABLE = "DROINDEX_VIEWER"
_WAIT_S = 3.0  # for what only hands the file on: after that, a viewer is at work
_ASK_S = 2.0  # for the system to say which viewer it would take
_BY_PAGE = {  # desktop entry of a viewer -> its command; {page} is the number of the page
    "okularApplication_pdf": ("okular", "--page", "{page}"),
    "org.gnome.Evince": ("evince", "--page-index={page}"),
    "org.gnome.Papers": ("papers", "--page-index={page}"),
    "org.kde.okular": ("okular", "--page", "{page}"),
    "org.pwmt.zathura": ("zathura", "--page={page}"),
    "org.pwmt.zathura-pdf-mupdf": ("zathura", "--page={page}"),
    "xpdf": ("xpdf", "{file}", "{page}"),
    "mupdf": ("mupdf", "{file}", "{page}"),
}


class Opening(NamedTuple):
    """How a file is opened.

    Attributes:
        command: The program and its arguments.
        takes_page: Whether it opens at the page.
    """

    command: tuple[str, ...]
    takes_page: bool


def opening(
    path: Path,
    page: int | None,
    environ: Mapping[str, str] = os.environ,
    *,
    platform: str = sys.platform,
    which: Callable[[str], str | None] = shutil.which,
) -> Opening:
    """Return how to open a file.

    Args:
        path: The file, absolute.
        page: The page to open it at, from 1; None for the viewer's own choice.
        environ: The environment: `DROINDEX_VIEWER` is the command of a viewer, in which `{file}`
            and `{page}` stand for the two.
        platform: As `sys.platform` has it.
        which: Finds a program.

    Raises:
        SettingsError: `settings-error`, the variable cannot be read as a command.
        MissingExtraError: `missing-extra`, no program opens files here.
    """
    if template := environ.get(VARIABLE):
        try:
            words = tuple(shlex.split(template))
        except ValueError as error:
            raise _bad_template(str(error)) from error
        if not words:
            raise _bad_template("it names no program")
        return _filled(words, path, page)
    if platform == "darwin":
        return Opening(("open", str(path)), takes_page=False)
    if page is not None and path.suffix.lower() == ".pdf" and which("xdg-mime"):
        words = _BY_PAGE.get(_default_viewer(), ())
        if words and which(words[0]):
            return _filled(words, path, page)
    if not which("xdg-open"):
        raise MissingExtraError(
            "There is no program here that opens files (xdg-open).",
            hint=f"Name one in {VARIABLE}, or open it yourself: {path}",
        )
    return Opening(("xdg-open", str(path)), takes_page=False)


def start(command: tuple[str, ...]) -> None:
    """Start a viewer and leave it running.

    Raises:
        SettingsError: `settings-error`, it cannot be started, or ends with an error.
    """
    nothing = subprocess.DEVNULL
    try:
        viewer = subprocess.Popen(  # noqa: S603 - no shell, and the file is vouched for
            command, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True
        )
    except OSError as error:
        raise SettingsError(
            f"{command[0]} cannot be started: {error.strerror}.",
            hint=f"Name another viewer in {VARIABLE}.",
        ) from error
    try:
        code = viewer.wait(_WAIT_S)
    except subprocess.TimeoutExpired:
        return
    if code:
        raise SettingsError(
            f"{command[0]} ended with code {code}.", hint=f"Name another viewer in {VARIABLE}."
        )


def _filled(words: tuple[str, ...], path: Path, page: int | None) -> Opening:
    """Return a command with file and page in their places; the file stands last if it has none."""
    takes_page = any("{page}" in word for word in words)
    values = {"{page}": str(page or 1), "{file}": str(path)}
    command = [_replaced(word, values) for word in words]
    if not any("{file}" in word for word in words):
        command.append(str(path))
    return Opening(tuple(command), takes_page)


def _replaced(word: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        word = word.replace(name, value)
    return word


def _default_viewer() -> str:
    """Return the desktop entry of what the system shows PDFs with; empty where it does not say."""
    command = ("xdg-mime", "query", "default", "application/pdf")
    try:
        done = subprocess.run(command, capture_output=True, timeout=_ASK_S, check=False)  # noqa: S603 - a fixed command
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode(errors="replace").strip().removesuffix(".desktop")


def _bad_template(why: str) -> SettingsError:
    return SettingsError(
        f"{VARIABLE} cannot be read as a command: {why}.",
        hint="Write a program and its arguments, like: zathura --page={page} {file}",
    )
