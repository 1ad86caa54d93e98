"""docs/embedding.md, followed to the letter: each application in a folder of its own."""

from __future__ import annotations

import asyncio
import importlib.util
import re
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "embedding.md").read_text("utf-8")
PREFIX = "/library"


def blocks(heading: str) -> list[str]:
    """Return the blocks of Python below a heading; `py` marks what needs a project of its own."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^```py(?:thon)?\n(.*?)^```", section, re.DOTALL | re.MULTILINE)


@pytest.fixture
def desk(tmp_path: Path, sample_library: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with a library, to work in."""
    (tmp_path / "library.idx").symlink_to(sample_library)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def saved(desk: Path, code: str) -> ModuleType:
    """Save an application as app.py, and load it as a server does."""
    (desk / "app.py").write_text(code)
    spec = importlib.util.spec_from_file_location("embedded_app", desk / "app.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def check(get: Any, *, page: bool) -> None:
    """Check all that a reader meets; `get` returns status, headers and text of an address."""
    status, headers, site = get(f"{PREFIX}/search?q=juvenile+escort")
    assert status == 200
    assert "default-src 'none'" in headers["content-security-policy"]
    own = [url for url in re.findall(r'(?:href|src|action)="([^"#]*)', site) if url]
    assert len(own) > 50
    assert all(url.startswith(f"{PREFIX}/") for url in own)
    for url in {url.partition("&amp;")[0] for url in own}:
        status, _, _ = get(url)
        assert status == 200, url
    status, _, found = get(f"{PREFIX}/api/suggest?q=Immi")
    assert status == 200
    assert f'"url":"{PREFIX}/doc/' in found
    assert get(f"{PREFIX}/doc/nothing")[0] == 404
    if page:
        status, _, html = get("/")
        assert status == 200
        (script,) = re.findall(r'src="([^"]*\.js)"', html)
        assert "customElements" in get(script)[2]
        (suggest,) = re.findall(r'<droindex-search src="([^"]*)"', html)
        assert '"hits":[{' in get(f"{suggest}?q=Immi")[2]
        (form,) = re.findall(r'action="([^"]*)"', html)
        assert "Results for" in get(f"{form}?q=escort")[2]


def asking(app: Any) -> Any:
    from starlette.testclient import TestClient

    client = TestClient(app)

    def get(url: str) -> tuple[int, Any, str]:
        answer = client.get(url)
        return answer.status_code, answer.headers, answer.text

    return get


def test_fastapi(desk: Path) -> None:
    app = saved(desk, blocks("FastAPI, and any other ASGI framework")[0]).app
    check(asking(app), page=True)


def test_starlette(desk: Path) -> None:
    app = saved(desk, blocks("FastAPI, and any other ASGI framework")[1]).app
    check(asking(app), page=False)


def test_flask(desk: Path) -> None:
    app = saved(desk, blocks("Flask")[0]).app
    client = app.test_client()

    def get(url: str) -> tuple[int, Any, str]:
        with client.get(url) as answer:
            headers = {name.lower(): value for name, value in answer.headers.items()}
            return answer.status_code, headers, answer.data.decode("utf-8", "replace")

    check(get, page=True)


@pytest.fixture
def django(desk: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (desk / "project").mkdir()
    (desk / "project" / "__init__.py").touch()
    (desk / "project" / "urls.py").write_text(
        "from django.http import HttpResponse\nfrom django.urls import path\n"
        "urlpatterns = [path('own', lambda request: HttpResponse('Own page'))]\n"
    )
    (desk / "project" / "settings.py").write_text(
        "SECRET_KEY = 'x'\nROOT_URLCONF = 'project.urls'\nALLOWED_HOSTS = ['*']\n"
        "INSTALLED_APPS = []\nMIDDLEWARE = []\nUSE_TZ = True\n"
    )
    monkeypatch.syspath_prepend(str(desk))
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    yield
    for name in [name for name in sys.modules if name.partition(".")[0] == "project"]:
        del sys.modules[name]


@pytest.mark.usefixtures("django")
def test_django(desk: Path) -> None:
    app = saved(desk, blocks("Django")[0]).application
    get = asking(app)
    check(get, page=False)
    assert get("/own")[2] == "Own page"
    assert get("/neither")[0] == 404


def test_another_site(desk: Path) -> None:
    app = saved(desk, blocks("A static page, or another site")[0]).app
    from starlette.testclient import TestClient

    own = {"Origin": "https://intranet.example"}
    for url in ("/static/droindex-search.js", "/api/suggest?q=Immi"):
        answer = TestClient(app).get(url, headers=own)
        assert answer.headers["access-control-allow-origin"] == own["Origin"]


def test_who_may_see_what(desk: Path) -> None:
    app = saved(desk, blocks("Who may see what")[0]).app
    from starlette.testclient import TestClient

    client = TestClient(app)
    everybody = client.get("/api/search?scope=all").json()["total"]
    cleared = client.get("/api/search?scope=all", headers={"X-Remote-User": "officer"}).json()
    assert cleared["total"] > everybody


def test_lifespans_and_other_protocols_are_left_to_the_host(desk: Path) -> None:
    from droindex.web import create_app

    app = create_app("library.idx")
    sent: list[Any] = []

    async def receive() -> dict[str, str]:
        return {"type": "lifespan.startup" if not sent else "lifespan.shutdown"}

    async def send(message: Any) -> None:
        sent.append(message["type"])

    async def live() -> None:
        await app({"type": "lifespan", "asgi": {"version": "3.0"}}, receive, send)

    # In a thread of its own: a browser that other tests keep open has a loop in this one.
    with ThreadPoolExecutor(1) as threads:
        threads.submit(lambda: asyncio.run(live())).result()
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
