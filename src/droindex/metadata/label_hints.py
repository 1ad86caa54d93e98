"""What is a label: when two are the same one, and what in metadata hints at one."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

__all__ = ["Hints", "fold_label", "means_label"]

# Words for a label, anywhere in a key: `docClassification`, `access_label`.
_STEMS = re.compile(
    "label|classif|clasific|klassif|clearance|sensitiv|confidential|vertraulich|einstuf"
    "|restrict|caveat|disseminat|releasab"
)
# Words for it that other words hold as well (secretary, benchmarking): they count whole.
_SHORT = frozenset({"les", "tlp", "cui", "fouo", "lbl", "marking", "markings"})
# Those that are as often a part of a name (security officer): they count whole, beside fillers.
_BESIDE = frozenset({"security", "mark", "secret", "secrecy", "handling", "protective", "banner"})
_WORDS = _SHORT | _BESIDE
_FILLERS = frozenset(
    {
        *("doc", "document", "file", "page", "record", "item", "data", "info", "content", "access"),
        *("level", "class", "status", "category", "code", "grade", "rating", "designation", "type"),
        *("value", "tag", "group", "scheme", "setting", "settings", "attribute", "attributes"),
        *("instruction", "instructions", "notice", "statement", "text", "line", "name", "flag"),
        *("requirement", "requirements", "rule", "rules", "the", "of", "is", "a", "for", "no"),
    }
)
# They say something else beside other words: `access_date`.
_WHOLE = frozenset({"access", "access_level", "public", "open", "private", "visibility"})
# Beside these alone they are ranks: `access_class`.
_RANKS = frozenset(
    {"level", "class", "control", "controls", "group", "code", "category", "status", "statement"}
)
_RANKED = frozenset({"access", "privacy", "distribution", "visibility"})
# The same, and of ordinary documents too: those that name whom a memo was sent to.
_LOOSE = frozenset(
    {
        *("access_rights", "distribution", "release", "privacy", "permission", "permissions"),
        *("libel", "liable", "lapel", "audience", "readers", "visible_to", "class"),
    }
)
# Beside these, words for a label speak of shelves, posts and files.
_ELSEWHERE = frozenset(
    {
        *("records", "schedule", "retention", "number", "dewey", "ddc", "udc", "lc", "lcc", "nara"),
        *("library", "subject", "shelf", "spine", "box", "maker", "count", "position", "job"),
    }
)
_DISSEMINATED = frozenset({"date", "to", "on", "by", "list"})
_GUARDED = re.compile(
    r"sensitiv|confiden|vertraulich|secret(?!ar|\W+service)|restrict|limited|official use"
    r"|(?<!un)(?<!de)classified|need.to.know|privileged"
    r"|law enforcement (?:use|personnel|agenc|eyes)"
    r"|(?<![a-z])(?:only|les|fouo|sbu|cui|tlp|not (?:for|to|be|approved|public|releas\w*))(?![a-z])"
)
# Keys that say that a document is open, and what says so or the opposite under the others.
_POSITIVE = re.compile("(?:^|_)(?:public|open)(?:$|_)|unrestrict|unclassif|declassif|releasab")
_NO_CLAIM = re.compile("clearance_level|access|visib|distrib|dissemin|releas|permission")
_PUBLISHED = frozenset(
    {
        *("public", "publicly", "open", "openly", "release", "released", "available", "permission"),
        *("availability", "access", "accessible", "distribution", "disclosure", "permissions"),
        *("posting", "to", "for", "the", "is", "may", "be", "approved", "cleared"),
    }
)
_YES = frozenset({"yes", "y", "true", "1", "public", "open"})
_NO = frozenset({"no", "n", "false", "0", "none", "not applicable", "not restricted", "nil"})
_UNMARKED = frozenset({"public", "open", "unclassified", "unrestricted", "not classified"})
_DASHES = re.compile(r"[\W_]+|n\W?a\W?")
_LONG_WORDS = (
    *("label", "labels", "marking", "classification", "classified", "clearance", "sensitivity"),
    *("security", "secrecy", "handling", "caveat", "restriction", "restricted", "dissemination"),
)
_LONG_WHOLE = (*_LONG_WORDS, "access")
_NO_SLIPS = frozenset(
    {"parking", "making", "masking", "assess", "excess", "libel", "liable", "lapel"}
)
_MAX_KEY_CHARS = 60  # a longer one is no slip of a short word
_LES_IN_FULL = "law enforcement sensitive"
_LIKE_LABEL = 0.7
_LABEL_CHARS = range(4, 9)
_INVISIBLE = re.compile("[\u034f\u115f\u1160\u3164\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_SEPARATORS = re.compile(r"[^\w ]+|_+")
_GUARDED_CHARS = 1_000  # of a value in which it is looked for
_MORE_CHARS = 20  # around a label that stands alone: blanks, brackets
_TRACES = re.compile(rf"(?<![a-z])(?:{'|'.join(sorted(_WORDS))}|la?b(?:e|l)|access)(?![a-z])|lable")
_LINE = re.compile(
    r"(?m)^[ \t\"'{,-]{0,40}(\w[\w .-]{0,59}?)[\"']?[ \t]{0,8}[:=][ \t]{0,8}(\S.{0,199})$"
)
_COMMENT = re.compile(r"(?m)^[ \t]*#([^=:\n]{1,80})[=:]([^\n]{1,200})$")


def fold_label(label: str) -> str:
    """Return what labels are compared by: without case, Unicode form and what nobody sees."""
    if label.isascii() and label.isprintable():
        return " ".join(label.casefold().split())
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", label).casefold())
    seen = (
        " " if char.isspace() else char
        for char in _INVISIBLE.sub("", plain)
        if char.isspace() or unicodedata.category(char) not in {"Cf", "Cc"}
    )
    return " ".join("".join(seen).split())


def means_label(key: str) -> bool:
    """Whether an unknown key, as `normalise_key` spells it, is a word or a slip for `label`."""
    return len(key) <= _MAX_KEY_CHARS and _means_label(key)


@lru_cache(maxsize=4096)
def _means_label(key: str) -> bool:
    key = fold_label(key)
    parts = frozenset(part for part in re.split(r"[\W_]+", key) if part)
    if key in _LOOSE or not parts.isdisjoint(_ELSEWHERE):
        return False
    if _is_word(key, parts) or _is_rank(parts):
        return True
    if _STEMS.search(key):
        return "disseminat" not in key or parts.isdisjoint(_DISSEMINATED)
    return _is_name_beside_fillers(parts) or _holds_slip(key, parts)


def _is_word(key: str, parts: frozenset[str]) -> bool:
    """Whether a key is, or holds as a whole, a word for a label."""
    if key in _WHOLE or "_".join(parts) in _WHOLE:
        return True
    return not parts.isdisjoint(_SHORT) or {"need", "know"} <= parts


def _is_rank(parts: frozenset[str]) -> bool:
    """Whether a key is a rank of access: `access_class`."""
    return len(parts) > 1 and not parts.isdisjoint(_RANKED) and parts <= _RANKED | _RANKS


def _is_name_beside_fillers(parts: frozenset[str]) -> bool:
    """Whether a key is one of the words that are parts of names too, with nothing but fillers."""
    words = parts & _BESIDE
    return bool(words) and parts - words <= _FILLERS


def _holds_slip(key: str, parts: frozenset[str]) -> bool:
    """Whether a key, or a word in it, is one letter away from a word for a label."""
    return _is_slip(key, _LONG_WHOLE) or any(
        _is_slip(part, _LONG_WORDS) for part in parts - _BESIDE
    )


@lru_cache(maxsize=4096)
def _may_mean_label(key: str) -> bool:
    """Whether a key holds a word for a label that more often is part of another name."""
    key = fold_label(key)
    parts = set(re.split(r"[\W_]+", key))
    has_word = _STEMS.search(key) is not None or not parts.isdisjoint(_WORDS | _WHOLE | _LOOSE)
    return has_word and not _means_label(key)


def _is_slip(word: str, meant: tuple[str, ...]) -> bool:
    """Whether a word is one letter away from one of those that mean a label."""
    if word in _NO_SLIPS:
        return False
    if not _less(word).isdisjoint(_near_words(meant)):
        return True
    if len(word) not in _LABEL_CHARS or len(set(word) & set("label")) < len("lab"):
        return False
    import difflib  # noqa: PLC0415 - needed for a mistake alone

    return difflib.SequenceMatcher(None, "label", word).ratio() >= _LIKE_LABEL


@lru_cache(maxsize=2)
def _near_words(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(form for word in words for form in _less(word))


def _less(word: str) -> set[str]:
    """Return a word and what it is without any one of its letters."""
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


class Hints:
    """Finds in metadata what hints at a label that is not given as one.

    Args:
        labels: The labels of the corpus.
    """

    def __init__(self, labels: Collection[str] = ()) -> None:
        folded = set(map(fold_label, labels)) - {""}
        self._labels = frozenset(folded | ({_LES_IN_FULL} if "les" in folded else set()))
        self._max_chars = max(map(len, self._labels), default=0) + _MORE_CHARS
        words = sorted(map(re.escape, self._labels), key=len, reverse=True)
        self._words = re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)") if words else None

    @classmethod
    @lru_cache(maxsize=8)
    def of(cls, labels: tuple[str, ...]) -> Hints:
        """Return the hints for a list of labels; made once."""
        return cls(labels)

    def is_label(self, value: object) -> bool:
        """Whether a value is one of the labels and nothing else."""
        if not isinstance(value, str) or not 0 < len(value) <= self._max_chars:
            return False
        folded = fold_label(value)
        return folded in self._labels or _SEPARATORS.sub(" ", folded).strip() in self._labels

    def in_value(self, value: object, *, is_known: bool) -> bool:
        """Whether a value hints at a label: it is one, or holds one or a key for one.

        Args:
            value: The value, however deeply nested.
            is_known: Whether it stands under a known key: then it hints only where it is a label
                as a whole.
        """
        for key, leaf in _leaves(value):
            if key is not None:
                if self.gives_label(key, leaf):
                    return True
            elif self.is_label(leaf) or (not is_known and self._has_piece(leaf)):
                return True
        return False

    def gives_label(self, key: str, value: object) -> bool:
        """Whether a key means a label, and its value does not say that there is none.

        A word for a label may be part of another name (`security_officer`, `distribution`). Then
        the value has to name a label of the corpus, or to say that not everybody may read it.
        """
        if _key_gives_label(key, value):
            return True
        folded = _folded_key(key)
        if len(folded) > _MAX_KEY_CHARS or not _may_mean_label(folded):
            return False
        texts = [leaf for inner, leaf in _leaves(value) if inner is None]
        if _PUBLISHED.issuperset(folded.split("_")) and any(map(_denies, texts)):
            return True
        return any(isinstance(text, str) and self.guards(text) for text in texts)

    def says_none(self, key: str, value: object) -> bool:
        """Whether a key means a label, and its value says that there is none."""
        folded = _folded_key(key)
        return means_label(folded) and _says_none(folded, value)

    def guards(self, text: str) -> bool:
        """Whether a value names a label, or says that not everybody may read the document."""
        text = text[:_GUARDED_CHARS]
        return self.names_label(text) or _GUARDED.search(fold_label(text)) is not None

    def _has_piece(self, value: object) -> bool:
        if not isinstance(value, str) or len(value) > 4 * self._max_chars:
            return False
        return any(self.is_label(piece) for piece in re.split(r"[^\w ]+", value))

    def names_label(self, text: str) -> bool:
        """Whether one of the labels stands somewhere in a text."""
        folded = fold_label(text.replace("\0", ""))
        return self._words is not None and self._words.search(folded) is not None

    def in_text(self, text: str) -> bool:
        """Whether a text that cannot be read as metadata holds a label or a word for one."""
        if self.names_label(text):
            return True
        folded = fold_label(text.replace("\0", ""))
        return _STEMS.search(folded) is not None or _TRACES.search(folded) is not None

    def in_lines(self, text: str) -> bool:
        """Whether a line of keys and values gives a label, in whatever language it is written."""
        return any(
            self.gives_label(match[1], match[2].strip("\"', \t\r")) or self.is_label(match[2])
            for match in _LINE.finditer(text.replace("\0", ""))
        )

    def in_comments(self, text: str) -> bool:
        """Whether a comment of a TOML text gives a label of the corpus."""
        return any(
            means_label(match[1].strip("\"'# \t").casefold())
            and self.is_label(match[2].partition("#")[0].strip("\"' \t\r"))
            for match in _COMMENT.finditer(text)
        )


def _folded_key(key: str) -> str:
    return re.sub(r"[\s_\-]+", "_", fold_label(key)).strip("_")


def _denies(value: object) -> bool:
    """Whether a value says no."""
    return value is False or (isinstance(value, str) and fold_label(value) in {"no", "n", "false"})


def _key_gives_label(key: str, value: object) -> bool:
    """Whether a key means a label and has a value that says more than that there is none."""
    if value is None or value == "" or (isinstance(value, str) and not value.strip()):
        return False
    if isinstance(value, (list, tuple, dict)) and not value:
        return False
    folded = _folded_key(key)
    return means_label(folded) and not _says_none(folded, value)


def _says_none(key: str, value: object) -> bool:
    """Whether the value of a key that means a label says that there is no such thing."""
    is_positive = _POSITIVE.search(re.sub(r"\W+", "_", key)) is not None
    if isinstance(value, (bool, int)):
        return value == 1 if is_positive else value is False
    if not isinstance(value, str):
        return False
    said = fold_label(value)
    if is_positive:
        return said in _YES
    if said in _UNMARKED or _DASHES.fullmatch(said):
        return True
    claims = "restrict" in key or _NO_CLAIM.search(key) is None
    return said in _NO and claims and "lab" not in key.replace("labelled", "")


def _leaves(value: object) -> Iterator[tuple[str | None, object]]:
    """Yield each key inside a value with what it has, and each value that is no table or list."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            for key, inner in item.items():
                yield str(key), inner
                waiting.append(inner)
        elif isinstance(item, (list, tuple)):
            waiting.extend(item)
        else:
            yield None, item
