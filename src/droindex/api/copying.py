"""A library from a folder to a cluster, or back: which way is a matter of the two places."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from droindex.engine.opensearch.address import Address
from droindex.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from droindex.api.locations import Location
    from droindex.build.maintenance.copying import CopyReport
    from droindex.library.report import Progress

__all__ = ["CopyOptions", "copy_library"]


class CopyOptions(NamedTuple):
    """How a library is copied.

    Attributes:
        replace: Whether to take the place of another library.
        wait_s: How long to wait for another copy, in seconds.
        keep: How many generations are kept at the target.
        progress: Is told how far it is.
    """

    replace: bool
    wait_s: float
    keep: int
    progress: Callable[[Progress], None] | None


def copy_library(source: Location, target: Location, options: CopyOptions) -> CopyReport:
    """Copy a library; see `Library.copy`."""
    if isinstance(source, Address) == isinstance(target, Address):
        raise SettingsError(
            "A library is copied from a folder to a cluster, or from a cluster into a folder.",
            hint="Between folders copy the folder itself, while nothing is built; between "
            "clusters go by a folder.",
        )
    if isinstance(target, Address):
        assert not isinstance(source, Address)
        from droindex.build.maintenance.to_cluster import copy_to_cluster  # noqa: PLC0415 - an extra

        return copy_to_cluster(source, target, **options._asdict())
    assert isinstance(source, Address)
    from droindex.build.maintenance.from_cluster import copy_from_cluster  # noqa: PLC0415 - as above

    return copy_from_cluster(source, target, wait_s=options.wait_s, progress=options.progress)
