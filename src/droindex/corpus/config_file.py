"""`corpus.toml`, read into a configuration."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from droindex.corpus.catalog.columns import FILE, head_key, read_columns
from droindex.corpus.config import (
    CONFIG_NAME,
    EVERYTHING,
    FOLDER_CATEGORIES,
    LANGUAGES,
    CorpusConfig,
    Shelf,
)
from droindex.errors import SettingsError
from droindex.metadata.custom_fields import read_custom_fields
from droindex.metadata.keys import KNOWN_KEYS, normalise_key
from droindex.metadata.label_hints import fold_label
from droindex.metadata.parsing import loads_toml
from droindex.model import DateOrder
from droindex.problems import (
    MAX_REPORTED,
    OPEN_LABEL,
    UNREADABLE_LABEL,
    Problem,
    and_more,
    decode_text,
    is_record_file,
    nearest,
    read_small,
    reason,
    shown,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from droindex.metadata.custom_fields import CustomField

__all__ = ["load_config"]

_KEYS = (
    "acronyms",
    "catalog",
    "categories",
    "category",
    "collections",
    "dates",
    "exclude",
    "fields",
    "labels",
    "language",
    "name",
    "split",
    "statuses",
    "synonyms",
    "tagline",
)
_DECIDING = ("labels", "exclude")  # who sees what
_STATUSES = ("active", "archived", "draft")  # keys of [statuses]


def load_config(corpus: Path) -> tuple[CorpusConfig, list[Problem]]:
    """Read `corpus.toml`: in the corpus folder, or beside a `.jsonl` file.

    Args:
        corpus: The corpus, a folder or a `.jsonl` file.

    Returns:
        The configuration (the defaults where there is no file), and what is wrong with keys that
        decide nothing about access.

    Raises:
        CorpusNotFoundError: There is no corpus at that path.
        CorpusError: It is neither a folder nor a `.jsonl` file.
        SettingsError: The file is there but cannot be read, is no TOML, names an unknown language,
            or says something unusable about labels or exclusions: they decide who sees what, so
            nothing is guessed (slug `settings-error`).
    """
    folder = corpus.parent if is_record_file(corpus) else corpus
    path = folder.resolve() / CONFIG_NAME  # the folder may be a link, the file may not
    try:
        path.lstat()
    except FileNotFoundError:
        return CorpusConfig(), []
    except OSError:
        pass  # it may be there: the reading below says what is wrong
    try:
        raw = loads_toml(decode_text(read_small(path)))
    except (OSError, ValueError, RecursionError) as error:
        raise SettingsError(
            f"{CONFIG_NAME} cannot be used: {reason(error)}.",
            hint=f"Mend {path}; the library is as it was.",
        ) from error
    return _Reader(raw).read()


class _Reader:
    """Turns the tables of `corpus.toml` into a configuration and gathers the problems."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self._raw = raw
        self._problems: list[Problem] = []

    def read(self) -> tuple[CorpusConfig, list[Problem]]:
        """Return the configuration and the problems."""
        self._refuse_slips(self._raw, "")
        self._refuse_lost_columns()
        self._report_unknown(self._raw, _KEYS, "")
        fields, problems = read_custom_fields(self._raw.get("fields", {}), CONFIG_NAME)
        self._problems += problems
        config = CorpusConfig(
            name=self._text("name"),
            tagline=self._text("tagline"),
            language=self._language(),
            labels=self._labels(),
            **self._statuses(),
            fields=fields,
            columns=self._columns(fields),
            category=self._category(),
            categories=self._shelves("categories"),
            collections=self._shelves("collections"),
            acronyms=self._acronyms(),
            synonyms=self._synonyms(),
            exclude=self._exclude(),
            split=self._split(),
            dates=self._dates(),
        )
        return config, self._problems

    def _refuse_slips(self, table: Mapping[str, Any], prefix: str) -> None:
        """Refuse `labels` or `exclude` in another spelling or below a table: nothing is guessed."""
        for key, value in table.items():
            if isinstance(value, dict):
                self._refuse_slips(value, f"{prefix}{key}.")
            if not prefix and key in _KEYS:
                continue
            meant = nearest(key.casefold(), _DECIDING) if isinstance(value, list) else None
            if meant:
                raise SettingsError(
                    f"{CONFIG_NAME} holds {shown(prefix + key)}, which looks like {meant}.",
                    hint=f"Write {meant} at the top of the file, before any [table].",
                )

    def _refuse_lost_columns(self) -> None:
        """Refuse a column of labels outside [catalog.columns]: it would be lost."""
        places = {key: value for key, value in self._raw.items() if key not in _KEYS}
        catalog = self._raw.get("catalog")
        if isinstance(catalog, dict):
            places |= {key: value for key, value in catalog.items() if key != "columns"}
        for key, value in places.items():
            if _says_label(value):
                raise SettingsError(
                    f"{CONFIG_NAME} has a column of labels below {shown(key)}, which nobody reads.",
                    hint="Write it below [catalog.columns].",
                )

    def _bad(self, key: str, expected: str) -> None:
        message = f"{key} in {CONFIG_NAME} is left out: it must be {expected}."
        self._problems.append(Problem(CONFIG_NAME, "bad-value", message))

    def _report_unknown(self, table: Mapping[str, Any], known: Iterable[str], prefix: str) -> None:
        unknown = [key for key in table if key not in known]
        for key in unknown[:MAX_REPORTED]:
            guess = nearest(key.casefold(), known)
            step = f"did you mean {guess}?" if guess else "remove it, or see docs for the keys."
            message = f"Unknown key {shown(prefix + key)} in {CONFIG_NAME} is ignored: {step}"
            self._problems.append(Problem(CONFIG_NAME, "unknown-key", message))
        if len(unknown) > MAX_REPORTED:
            message = and_more(len(unknown) - MAX_REPORTED)
            self._problems.append(Problem(CONFIG_NAME, "unknown-key", message))

    def _text(self, key: str) -> str:
        value = self._raw.get(key, "")
        if isinstance(value, str):
            return " ".join(value.split())
        self._bad(key, "a text in quotes")
        return ""

    def _language(self) -> str:
        value = self._raw.get("language", "english")
        name = value.strip().casefold() if isinstance(value, str) else ""
        if name not in LANGUAGES:
            raise SettingsError(
                f"{CONFIG_NAME} names a language that is not known: {shown(value)}.",
                hint=f"Use one of: {', '.join(LANGUAGES)}.",
            )
        return name

    def _labels(self) -> tuple[str, ...]:
        if "labels" not in self._raw:
            return CorpusConfig().labels
        labels = _strings(self._raw["labels"])
        folded = [fold_label(label) for label in labels or ()]
        reserved = {"", fold_label(OPEN_LABEL), fold_label(UNREADABLE_LABEL)}
        if labels is None or len(set(folded)) < len(folded) or reserved & set(folded):
            raise SettingsError(
                f"The labels in {CONFIG_NAME} cannot be used.",
                hint="Give a list of texts, least restricted first, each once, none of them "
                f'"{OPEN_LABEL}" or "{UNREADABLE_LABEL}": labels = ["LES"]',
            )
        return labels

    def _exclude(self) -> tuple[str, ...]:
        patterns = _strings(self._raw.get("exclude", []))
        if patterns is None:
            raise SettingsError(
                f"exclude in {CONFIG_NAME} cannot be used.",
                hint='Give a list of patterns: exclude = ["drafts/**"]',
            )
        return patterns

    def _split(self) -> tuple[str, ...]:
        value = self._raw.get("split", False)
        patterns = _strings(value)
        if patterns is not None:
            return patterns
        if not isinstance(value, bool):
            self._bad("split", 'true, or a list of patterns: split = ["orders/**"]')
        return EVERYTHING if value is True else ()

    def _dates(self) -> DateOrder | None:
        value = self._raw.get("dates")
        if value is None:
            return None
        try:
            return DateOrder(str(value).strip().lower())
        except ValueError:
            self._bad("dates", f"one of {', '.join(f'{order.value!r}' for order in DateOrder)}")
            return None

    def _statuses(self) -> dict[str, tuple[str, ...]]:
        table = self._raw.get("statuses", {})
        if not isinstance(table, dict):
            self._bad("statuses", 'a table: [statuses] with active = ["Current"]')
            return {}
        self._report_unknown(table, _STATUSES, "statuses.")
        found: dict[str, tuple[str, ...]] = {}
        for key in _STATUSES:
            words = _strings(table[key]) if key in table else None
            if words is not None:
                found[f"{key}_statuses"] = words
            elif key in table:
                self._bad(f"statuses.{key}", f'a list of texts: {key} = ["Current"]')
        self._report_doubles(found)
        return found

    def _report_doubles(self, statuses: Mapping[str, tuple[str, ...]]) -> None:
        """Report the words that stand under two keys of [statuses]: the first of them counts."""
        taken: dict[str, str] = {}
        for key, words in statuses.items():
            for word in words:
                first = taken.setdefault(word.casefold(), key)
                if first != key:
                    one, other = (name.removesuffix("_statuses") for name in (first, key))
                    message = f"{shown(word)} is {one} and {other} in {CONFIG_NAME}: {one} counts."
                    self._problems.append(Problem(CONFIG_NAME, "bad-value", message))

    def _columns(self, fields: Iterable[CustomField]) -> Mapping[str, str]:
        """Return what heads mean; a head that [catalog.columns] has is no custom field."""
        names = [field.name for field in fields]
        columns = dict(self._own_columns(names))
        mapped = set(columns.values())
        for field in fields:
            head = head_key(field.column or field.name)
            if field.name in mapped and not field.column:
                columns.setdefault(head, field.name)
            elif head in columns or head in KNOWN_KEYS or head == FILE:
                taken = columns.get(head, head) or "left out"
                message = f"fields.{field.name} in {CONFIG_NAME} has no column: {shown(head)} is "
                self._problems.append(Problem(CONFIG_NAME, "bad-value", f"{message}{taken}."))
            else:
                columns[head] = field.name
        return MappingProxyType(columns)

    def _own_columns(self, custom: Collection[str]) -> Mapping[str, str]:
        table = self._raw.get("catalog", {})
        if not isinstance(table, dict):
            self._bad("catalog", 'a table: [catalog.columns] with "Document title" = "title"')
            return MappingProxyType({})
        self._report_unknown(table, ("columns",), "catalog.")
        columns, problems = read_columns(table.get("columns", {}), CONFIG_NAME, custom)
        self._problems += problems
        return columns

    def _category(self) -> str:
        value = self._raw.get("category", "")
        if value == "" or value in FOLDER_CATEGORIES:
            return str(value)
        self._bad("category", f"one of {', '.join(map(repr, FOLDER_CATEGORIES))}")
        return ""

    def _shelves(self, key: str) -> tuple[Shelf, ...]:
        table = self._raw.get(key, {})
        if not isinstance(table, dict):
            self._bad(key, f'tables: [{key}."NAME"] with description and aliases')
            return ()
        return tuple(self._shelf(f"{key}.{name}", name, value) for name, value in table.items())

    def _shelf(self, key: str, name: str, value: object) -> Shelf:
        name = " ".join(name.split())
        if isinstance(value, str):
            return Shelf(name, value.strip())
        if not isinstance(value, dict):
            self._bad(key, "a description, or a table with description and aliases")
            return Shelf(name)
        self._report_unknown(value, ("description", "aliases"), f"{key}.")
        description = value.get("description", "")
        if not isinstance(description, str):
            self._bad(f"{key}.description", "a text in quotes")
            description = ""
        aliases = _strings(value.get("aliases", []))
        if aliases is None:
            self._bad(f"{key}.aliases", "a list of texts")
        return Shelf(name, description.strip(), aliases or ())

    def _acronyms(self) -> Mapping[str, str]:
        table = self._raw.get("acronyms", {})
        if not isinstance(table, dict):
            self._bad("acronyms", 'a table: [acronyms] with OPI = "office of primary interest"')
            return MappingProxyType({})
        acronyms: dict[str, str] = {}
        for short, long in table.items():
            if long is False and short.strip():
                acronyms[short.strip()] = ""
            elif isinstance(long, str) and long.strip() and short.strip():
                acronyms[short.strip()] = " ".join(long.split())
            else:
                self._bad(f"acronyms.{short}", "a text in quotes, or false")
        return MappingProxyType(acronyms)

    def _synonyms(self) -> tuple[tuple[str, ...], ...]:
        value = self._raw.get("synonyms", [])
        if isinstance(value, dict):
            value = [[key, *_listed(words)] for key, words in value.items()]
        if not isinstance(value, list):
            self._bad("synonyms", 'a list of groups: [["alien", "noncitizen"]]')
            return ()
        groups: list[tuple[str, ...]] = []
        for number, item in enumerate(value, start=1):
            group = _strings(item)
            if group is None or len(group) < len(("one", "other")):
                self._bad(f"group {number} of synonyms", "a list of two texts or more")
            else:
                groups.append(group)
        return tuple(groups)


def _says_label(value: object) -> bool:
    """Whether a value is the name of our field for labels, or a table has such a value."""
    if isinstance(value, dict):
        return any(map(_says_label, value.values()))
    return isinstance(value, str) and normalise_key(value) == "label"


def _listed(value: object) -> list[Any]:
    """Return a list as it is and anything else as a list of one."""
    return value if isinstance(value, list) else [value]


def _strings(value: object) -> tuple[str, ...] | None:
    """Return a list of texts without blanks and repeats; None where it is anything else."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        return None
    texts = [" ".join(item.split()) for item in value]
    return tuple(dict.fromkeys(texts)) if all(texts) else None
