"""A host application for the search box: the real web application, mounted, and pages around it.

It runs in a process of its own: `python -m uvicorn web.browser.host:app`.
"""

from __future__ import annotations

import json
import os
from html import escape

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from droindex.web import create_app
from droindex.web.options import WebOptions

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
FORM = """<form action="/{library}/search" role="search"><label for="q{n}">Search</label>
<select name="scope" aria-label="In"><option value="active">Active Documents
<option value="archived">Archived Documents<option value="all">Entire Site</select>
<input id="q{n}" name="q" type="search" maxlength="512"><button>Search</button>
<input type="hidden" name="sort" value="title">
<a href="/{library}/advanced">Advanced Search…</a></form>"""
PAGE = """<!doctype html><html lang="en" dir="{direction}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>A library</title>
<link rel="stylesheet" href="/host.css">{more}
<script type="module" src="/sample/static/droindex-search.js"></script>
<main><h1>A library</h1>{boxes}<p id="below">What stands below.</p>
<label>Another <input id="other"></label></main></html>"""
STYLE = """:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto;
  padding: 0 1rem 40rem; background: light-dark(#fff, #121212); color: light-dark(#111, #eee) }
droindex-search { display: block }
droindex-search form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center }
droindex-search label { flex: 0 0 100% }
droindex-search { min-height: 8rem }
input, select, button { font: inherit; min-height: 2.75rem; box-sizing: border-box }"""
HOSTILE_STYLE = """a { color: red !important; display: inline !important }
li, span { font-size: 3rem }
div { position: static !important; display: none !important } input { opacity: 0 !important }
droindex-search { display: flex !important; min-height: 20rem !important }
::part(title) { letter-spacing: 3px }"""


def page(request: Request) -> Response:
    """A page with boxes: `?library=…&box=min="1"&box=…&dir=rtl&style=hostile`."""
    given = request.query_params
    library = given.get("library", "sample")
    cut = escape(given.get("cut", ""))
    boxes = "".join(
        f'<droindex-search src="/{library}/api/suggest{cut}" {attributes}>'
        f"{FORM.format(library=library, n=number)}</droindex-search>"
        for number, attributes in enumerate(given.getlist("box") or [""])
    )
    more = '<link rel="stylesheet" href="/hostile.css">' if "style" in given else ""
    direction = escape(given.get("dir", "ltr"))
    html = PAGE.format(boxes=boxes, more=more, direction=direction)
    headers = {"Content-Security-Policy": CSP}
    return Response(html, media_type="text/html", headers=headers)


def style(content: str) -> Route:
    """Return the route of a style sheet."""
    name = "/hostile.css" if content is HOSTILE_STYLE else "/host.css"
    return Route(name, lambda _request: Response(content, media_type="text/css"))


def made() -> Starlette:
    """Return the application: the libraries that the environment names, and the pages."""
    libraries = json.loads(os.environ["DROINDEX_TEST_LIBRARIES"])
    options = WebOptions(language="ar", direction="rtl")
    mounts = [Mount("/rtl", create_app(libraries["sample"], options=options))]
    mounts += [Mount(f"/{name}", create_app(path)) for name, path in libraries.items()]
    return Starlette(routes=[Route("/", page), style(STYLE), style(HOSTILE_STYLE), *mounts])


app = made()
