"""A reference in a text, and the kinds that there are."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

__all__ = ["Citation", "CitationKind"]


class CitationKind(StrEnum):
    """What is referred to."""

    USC = "usc"  # United States Code
    CFR = "cfr"  # Code of Federal Regulations
    INA = "ina"  # Immigration and Nationality Act, by its own sections
    ORDER = "order"  # executive order
    LAW = "law"  # public law; public act of a state
    STATUTES = "statutes"  # Statutes at Large
    REGISTER = "register"  # Federal Register
    CODE = "code"  # compiled statutes of a state
    ACT = "act"  # an act by its name and year
    DIRECTIVE = "directive"  # a directive, instruction or memorandum by the number of its series
    NUMBER = "number"  # what may be the number of a document of the library
    MEMO = "memo"  # a memorandum by its date


class Citation(NamedTuple):
    """A reference.

    Attributes:
        kind: What is referred to.
        normal: Its one form, however it is written: `8 CFR 236.1(c)`, `INA 237(a)(2)`, `EO 12866`.
        start: Where it begins in the text, in characters from 0.
        end: Behind its last character.
    """

    kind: CitationKind
    normal: str
    start: int
    end: int
