"""What a corpus says of itself, and the problems that reading one reports."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from droindex.metadata.custom_fields import CustomField
from droindex.model import DateOrder
from droindex.problems import Problem
from droindex.serialize import Serializable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = [
    "CONFIG_NAME",
    "EVERYTHING",
    "FOLDER_CATEGORIES",
    "LANGUAGES",
    "TOP_FOLDER",
    "CorpusConfig",
    "Problem",
    "Shelf",
]

CONFIG_NAME = "corpus.toml"
TOP_FOLDER = "top-folder"
EVERYTHING = ("**",)  # as patterns of paths
FOLDER_CATEGORIES = ("folder", TOP_FOLDER)  # the one that a file lies in; the one at the top

# The engine's stemmers.
LANGUAGES = (
    "arabic",
    "danish",
    "dutch",
    "english",
    "finnish",
    "french",
    "german",
    "greek",
    "hungarian",
    "italian",
    "norwegian",
    "portuguese",
    "romanian",
    "russian",
    "spanish",
    "swedish",
    "tamil",
    "turkish",
)
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Shelf(Serializable):
    """A category or a collection.

    Attributes:
        name: As documents name it.
        description: What a reader finds there; may be empty.
        aliases: Other names for it.
    """

    name: str
    description: str = ""
    aliases: tuple[str, ...] = ()

    @classmethod
    def from_dict(cls, shape: Mapping[str, Any]) -> Shelf:
        """Return the shelf that `to_dict` wrote."""
        return cls(shape["name"], shape["description"], tuple(shape["aliases"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusConfig(Serializable):
    """What `corpus.toml` says, with the defaults for a corpus without one.

    Attributes:
        name: The library's name; may be empty.
        tagline: One line below the name; may be empty.
        language: Whose stemmer and stop words are used; one of `LANGUAGES`.
        labels: The access labels, from the least to the most restricted. A label that is not
            among them ranks above all of them.
        active_statuses: Which stated statuses the scope `active` holds.
        archived_statuses: Which ones, besides ours, the scope `archived` holds.
        draft_statuses: Which ones no scope but `all` holds.
        columns: What the heads of the catalogue's columns mean: head, as `normalise_key` spells
            it, -> our key; an empty one for a column that nothing is made of.
        category: Which folder gives a file its category, one of `FOLDER_CATEGORIES`; empty for
            none.
        fields: The custom fields.
        categories: The categories that have a description or aliases.
        collections: The collections that have a description or aliases.
        acronyms: What short forms stand for; an empty text for nothing, whatever documents say.
        synonyms: Groups of words or phrases that mean the same.
        exclude: Glob patterns, relative to the corpus, of what is no part of it.
        split: Glob patterns, relative to the corpus, of the bundles whose parts become documents.
        dates: Which figure of a date like `03/02/2006` is the day; None lets the dates that allow
            one reading only decide.
    """

    name: str = ""
    tagline: str = ""
    language: str = "english"
    labels: tuple[str, ...] = ("LES",)
    active_statuses: tuple[str, ...] = ("Current",)
    archived_statuses: tuple[str, ...] = ()
    draft_statuses: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    category: str = ""
    fields: tuple[CustomField, ...] = ()
    categories: tuple[Shelf, ...] = ()
    collections: tuple[Shelf, ...] = ()
    acronyms: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    synonyms: tuple[tuple[str, ...], ...] = ()
    exclude: tuple[str, ...] = ()
    split: tuple[str, ...] = ()
    dates: DateOrder | None = None

    @classmethod
    def from_dict(cls, shape: Mapping[str, Any]) -> CorpusConfig:
        """Return the configuration that `to_dict` wrote, also that of an older version.

        Raises:
            ValueError: It does not have the shape that `to_dict` gives it.
        """
        try:
            whole = {**cls().to_dict(), **shape}
            config = cls(
                name=whole["name"],
                tagline=whole["tagline"],
                language=whole["language"],
                labels=tuple(shape["labels"]),  # who sees what is never guessed
                active_statuses=tuple(whole["active_statuses"]),
                archived_statuses=tuple(whole["archived_statuses"]),
                draft_statuses=tuple(whole["draft_statuses"]),
                columns=MappingProxyType(dict(whole["columns"])),
                category=whole["category"],
                fields=tuple(CustomField.from_dict(item) for item in whole["fields"]),
                categories=tuple(Shelf.from_dict(item) for item in whole["categories"]),
                collections=tuple(Shelf.from_dict(item) for item in whole["collections"]),
                acronyms=MappingProxyType(dict(whole["acronyms"])),
                synonyms=tuple(tuple(group) for group in whole["synonyms"]),
                exclude=tuple(whole["exclude"]),
                split=tuple(whole["split"]),
                dates=DateOrder(whole["dates"]) if whole["dates"] else None,
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ValueError(f"it is no configuration: {error}") from error
        if config.language not in LANGUAGES or not all(
            isinstance(text, str) for text in config.strings()
        ):
            raise ValueError("it is no configuration")
        return config

    @property
    def kinds(self) -> dict[str, str]:
        """The kind of each custom field, by name."""
        return {field.name: field.kind for field in self.fields}

    @property
    def statuses(self) -> tuple[str, ...]:
        """All stated statuses that it puts into a scope, or into none."""
        return (*self.active_statuses, *self.archived_statuses, *self.draft_statuses)

    def strings(self) -> Iterator[object]:
        """Yield everything in it that has to be a string."""
        yield from (self.name, self.tagline, self.category)
        yield from (*self.labels, *self.statuses, *self.exclude, *self.split)
        for custom in self.fields:
            yield from (custom.name, custom.kind, custom.column)
        for shelf in (*self.categories, *self.collections):
            yield from (shelf.name, shelf.description, *shelf.aliases)
        for pair in (*self.acronyms.items(), *self.columns.items()):
            yield from pair
        for group in self.synonyms:
            yield from group
