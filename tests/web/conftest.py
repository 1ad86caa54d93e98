"""What the tests of the web application share: apps over real libraries, and clients of them."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session", autouse=True)
def web(require: Callable[[str, object, str], None]) -> None:
    names = ("starlette", "jinja2", "uvicorn", "watchfiles", "httpx2")
    missing = [name for name in names if importlib.util.find_spec(name) is None]
    require("web", not missing, f"the extra web is not installed: {', '.join(missing)}")


@pytest.fixture(scope="session")
def site(web: None, sample_library: Path) -> Iterator[Any]:
    """A client of the application over the sample library."""
    from starlette.testclient import TestClient

    from droindex.web import create_app

    app = create_app(sample_library)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client
    app.close()


@pytest.fixture
def client_of(web: None) -> Iterator[Callable[..., Any]]:
    """Makes a client of an application: `client_of(library, authorize=…)`."""
    from starlette.testclient import TestClient

    from droindex.web import create_app

    apps = []

    def make(library: Path, **arguments: Any) -> TestClient:
        apps.append(create_app(library, **arguments))
        return TestClient(apps[-1], raise_server_exceptions=False)

    yield make
    for app in apps:
        app.close()
