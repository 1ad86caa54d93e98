"""Where a library is: a folder, or a place on a cluster."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from droindex.arguments import to_path
from droindex.engine.opensearch.address import Address, is_address
from droindex.errors import SettingsError
from droindex.library.session import Handle

if TYPE_CHECKING:
    from droindex.library.remote_session import RemoteHandle

__all__ = ["Location", "handle_of", "to_folder", "to_location"]

Location = Path | Address


def to_location(value: object, name: str) -> Location:
    """Return where a library is.

    Args:
        value: A path, or an address such as `opensearch://host:9200/name`.
        name: What it is called where it is neither.

    Raises:
        SettingsError: `settings-error`.
    """
    if isinstance(value, Address):
        return value
    if isinstance(value, str) and is_address(value):
        return Address.parse(value)
    return to_path(value, name)


def to_folder(location: Location, action: str) -> Path:
    """Return a location that has to be a folder.

    Args:
        location: It.
        action: What can be done in a folder alone, as in `cannot be ACTION there`.

    Raises:
        SettingsError: `settings-error`, it is on a cluster.
    """
    if isinstance(location, Address):
        raise SettingsError(
            f"A library on a cluster cannot be {action} there.",
            hint="Have the library in a folder, and publish it with: "
            f"droindex copy library.idx {location}",
        )
    return location


def handle_of(
    location: Location, clearance: str | None, auto_reload_s: float | None
) -> Handle | RemoteHandle:
    """Return the way into a library for one clearance."""
    if not isinstance(location, Address):
        return Handle(location, clearance, auto_reload_s)
    from droindex.library.remote_session import RemoteHandle  # noqa: PLC0415 - an extra

    return RemoteHandle(location, clearance, auto_reload_s)
