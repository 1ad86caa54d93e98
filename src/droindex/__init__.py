"""A search engine library for folders of policy documents.

Names are loaded on first use: `import droindex` imports neither the PDF reader nor the engine.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from droindex.version import __version__ as __version__

if TYPE_CHECKING:
    from droindex.api import Index, Library, ShelfCount
    from droindex.api.status import LibraryStatus
    from droindex.build.maintenance.copying import CopyReport
    from droindex.build.maintenance.generations import ClusterStatus, GenerationInfo, PruneReport
    from droindex.changes.change import Change, ChangeKind
    from droindex.changes.diff import DocumentDiff
    from droindex.changes.words import Run, RunKind
    from droindex.corpus.config import Problem
    from droindex.errors import (
        ClusterError,
        CorpusError,
        CorpusNotFoundError,
        DocumentError,
        DocumentNotFoundError,
        DroindexError,
        EngineError,
        ExposureRefusedError,
        FileChangedError,
        IncompleteResultsError,
        IndexDamagedError,
        IndexFormatError,
        IndexLockedError,
        IndexNotFoundError,
        LimitError,
        MissingExtraError,
        PageImageError,
        QueryError,
        RemovalsRefusedError,
        SettingsError,
        StorageError,
    )
    from droindex.extract.pictures.picture import PageHighlight, PageImage
    from droindex.library.cited import Cited, DocumentCitations
    from droindex.library.report import BuildReport, FileReport, Progress
    from droindex.model import Document, FileStatus, Reference, Scope, Status
    from droindex.pages import Block, BlockKind, Page, PageStatus
    from droindex.query.editions.history import PhraseHistory, PhrasePlace, PhraseVersion
    from droindex.query.passages import PassageHit
    from droindex.query.related import RelatedDocument
    from droindex.query.results.explanation import Explanation, Likeness, MatchPart, ScorePart
    from droindex.query.results.hit import Hit, Snippet
    from droindex.query.results.results import FacetCount, Results
    from droindex.settings import Settings
    from droindex.store.damage import CheckReport, Damage

__all__ = [
    "Block",
    "BlockKind",
    "BuildReport",
    "Change",
    "ChangeKind",
    "CheckReport",
    "Cited",
    "ClusterError",
    "ClusterStatus",
    "CopyReport",
    "CorpusError",
    "CorpusNotFoundError",
    "Damage",
    "Document",
    "DocumentCitations",
    "DocumentDiff",
    "DocumentError",
    "DocumentNotFoundError",
    "DroindexError",
    "EngineError",
    "Explanation",
    "ExposureRefusedError",
    "FacetCount",
    "FileChangedError",
    "FileReport",
    "FileStatus",
    "GenerationInfo",
    "Hit",
    "IncompleteResultsError",
    "Index",
    "IndexDamagedError",
    "IndexFormatError",
    "IndexLockedError",
    "IndexNotFoundError",
    "Library",
    "LibraryStatus",
    "Likeness",
    "LimitError",
    "MatchPart",
    "MissingExtraError",
    "Page",
    "PageHighlight",
    "PageImage",
    "PageImageError",
    "PageStatus",
    "PassageHit",
    "PhraseHistory",
    "PhrasePlace",
    "PhraseVersion",
    "Problem",
    "Progress",
    "PruneReport",
    "QueryError",
    "Reference",
    "RelatedDocument",
    "RemovalsRefusedError",
    "Results",
    "Run",
    "RunKind",
    "Scope",
    "ScorePart",
    "Settings",
    "SettingsError",
    "ShelfCount",
    "Snippet",
    "Status",
    "StorageError",
]

_HOMES = {
    "droindex.api": ("Index", "Library", "ShelfCount"),
    "droindex.api.status": ("LibraryStatus",),
    "droindex.build.maintenance.copying": ("CopyReport",),
    "droindex.build.maintenance.generations": ("ClusterStatus", "GenerationInfo", "PruneReport"),
    "droindex.extract.pictures.picture": ("PageHighlight", "PageImage"),
    "droindex.library.cited": ("Cited", "DocumentCitations"),
    "droindex.library.report": ("BuildReport", "FileReport", "Progress"),
    "droindex.store.damage": ("CheckReport", "Damage"),
    "droindex.changes.change": ("Change", "ChangeKind"),
    "droindex.changes.diff": ("DocumentDiff",),
    "droindex.changes.words": ("Run", "RunKind"),
    "droindex.corpus.config": ("Problem",),
    "droindex.model": ("Document", "FileStatus", "Reference", "Scope", "Status"),
    "droindex.pages": ("Block", "BlockKind", "Page", "PageStatus"),
    "droindex.query.results.explanation": ("MatchPart", "Explanation", "Likeness", "ScorePart"),
    "droindex.query.editions.history": ("PhraseHistory", "PhrasePlace", "PhraseVersion"),
    "droindex.query.passages": ("PassageHit",),
    "droindex.query.related": ("RelatedDocument",),
    "droindex.query.results.hit": ("Hit", "Snippet"),
    "droindex.query.results.results": ("FacetCount", "Results"),
    "droindex.settings": ("Settings",),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'droindex' has no attribute {name!r}")
    value = getattr(import_module(_HOME.get(name, "droindex.errors")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
