"""What goes wrong with a cluster, as errors of ours: none of its client's leaves this package."""

from __future__ import annotations

from typing import Any

from opensearchpy.exceptions import (
    ConnectionError as LostError,
)
from opensearchpy.exceptions import (
    ConnectionTimeout,
    OpenSearchException,
    SSLError,
    TransportError,
)

from droindex.errors import (
    ClusterError,
    DroindexError,
    EngineError,
    IncompleteResultsError,
    IndexDamagedError,
    StorageError,
)

__all__ = ["RETRIED", "is_passing", "reason_of", "translated"]

RETRIED = (429, 500, 502, 503, 504)  # one node of many was lost, or has too much to do
_FULL = ("flood-stage", "read-only", "No space left", "disk usage exceeded")


def is_passing(error: Exception) -> bool:
    """Whether the same request may be answered in a moment, or by another node."""
    if isinstance(error, SSLError):
        return False
    if isinstance(error, LostError):
        return True
    if not isinstance(error, TransportError) or error.status_code not in RETRIED:
        return False
    return not any(sign in reason_of(error) for sign in _FULL)


def reason_of(error: Exception) -> str:
    """Return what the cluster says of an error, its causes included, in one line."""
    info = error.info if isinstance(error, TransportError) else None
    said = list(_reasons(info.get("error"))) if isinstance(info, dict) else []
    text = "; ".join(dict.fromkeys(said)) or str(error) or type(error).__name__
    return " ".join(text.split())[:500]


def _reasons(fault: Any) -> list[str]:
    """Return the type and the reason of a fault, and of all that caused it."""
    if isinstance(fault, str):
        return [fault]
    if not isinstance(fault, dict):
        return []
    own = [": ".join(str(fault[key]) for key in ("type", "reason") if fault.get(key))]
    inner = [*fault.get("root_cause", ()), fault.get("caused_by")]
    inner += [item.get("reason") for item in fault.get("failed_shards", ())]
    return [*filter(None, own), *(text for item in inner for text in _reasons(item))]


def translated(error: Exception, action: str, where: str) -> DroindexError:
    """Return what to raise instead of an error of the client.

    Args:
        error: The error.
        action: What was being done, as in `could not ACTION`.
        where: The cluster.
    """
    if isinstance(error, SSLError):
        return ClusterError(
            f"The certificate of {where} cannot be trusted: {_detail(error)}.",
            hint="Name the file with the certificate of its authority in DROINDEX_OPENSEARCH_CA, "
            "or have an expired one renewed.",
        )
    if isinstance(error, ConnectionTimeout):
        return ClusterError(
            f"{where} did not {action} in time.",
            hint="Look at its health with: droindex status. Then run the command again.",
        )
    if isinstance(error, LostError):
        return ClusterError(f"{where} cannot be reached: {_detail(error)}.")
    if isinstance(error, TransportError):
        return _refusal(error, action, where)
    if isinstance(error, OpenSearchException):
        return EngineError(f"{where} could not {action}: {reason_of(error)}")
    return ClusterError(f"{where} could not {action}: {error}.")


def _refusal(error: TransportError, action: str, where: str) -> DroindexError:
    """Return the error for an answer that is a refusal."""
    reason, status = reason_of(error), error.status_code
    if any(sign in reason for sign in _FULL) or "cluster_block_exception" in reason:
        return StorageError(
            f"{where} takes no changes: {reason}",
            path=where,
            hint="Free disk space on its nodes, or end its read-only mode; then run the command "
            "again. What answers now is whole.",
        )
    if status == 401:
        return ClusterError(
            f"{where} does not know this user, or not with this password.",
            hint="Set DROINDEX_OPENSEARCH_USER and DROINDEX_OPENSEARCH_PASSWORD.",
        )
    if status == 403:
        return ClusterError(
            f"{where} does not let this user {action}.",
            hint="Give the user a role for the indexes of the library; see docs/opensearch.md.",
        )
    if status == 404:
        return IndexDamagedError(
            f"A part of the library is not there any more: {reason}",
            hint="Open it again: a newer state may have taken its place. Else publish it anew "
            "with: droindex copy LIBRARY ADDRESS",
        )
    if "search_phase_execution_exception" in reason or status in (502, 503):
        return IncompleteResultsError(f"A part of {where} does not answer: {reason}")
    if status == 408:  # it was asked to wait, and waited as long as it was to
        return IncompleteResultsError(f"{where} did not {action} in time.")
    if status == 429:
        return ClusterError(
            f"{where} has too much to do to {action}: {reason}", hint="Try again in a moment."
        )
    if "too_many" in reason and "clauses" in reason:
        return EngineError(
            f"The query is too large for {where}: {reason}",
            hint="Ask for fewer words, or have indices.query.bool.max_clause_count raised there.",
        )
    return EngineError(f"{where} could not {action}: {reason}")


def _detail(error: TransportError) -> str:
    info = error.info
    return " ".join(str(info if isinstance(info, Exception) else error).split())[:300].rstrip(".")
