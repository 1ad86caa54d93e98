"""A host application with a search box: droindex, the standard library, and one page of HTML.

Start it with `python examples/search_box.py library.idx` and open http://127.0.0.1:8000.
"""

import json
import sys
from html import escape
from io import BytesIO
from pathlib import Path
from socketserver import ThreadingMixIn
from string import Template
from urllib.parse import parse_qs, quote, urlencode
from wsgiref.simple_server import WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from droindex import DocumentNotFoundError, FileChangedError, Hit, Index, Snippet

MAX_QUERY, PER_PAGE = 200, 10  # characters, hits
PAGE = Template(Path(__file__).with_suffix(".html").read_text("utf-8"))
HTML, JSON, PDF, TEXT = "text/html", "application/json", "application/pdf", "text/plain"


class Server(ThreadingMixIn, WSGIServer):
    """One thread per request; all of them share one `Index`."""

    daemon_threads = True


def application(index: Index) -> WSGIApplication:
    """Return the WSGI application that searches a library and opens its files."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
        asked = {key: texts[0] for key, texts in parse_qs(environ["QUERY_STRING"]).items()}
        query, start = asked.get("q", "")[:MAX_QUERY], asked.get("start", "0")[:4]
        status, media_type, body = "200 OK", HTML, b""
        if path == "/":
            body = page(index, count=f"{len(index)} documents").encode()
        elif path == "/search":
            body = search(index, query, int(start) if start.isdecimal() else 0).encode()
        elif path == "/suggest":
            media_type, body = JSON, json.dumps(index.suggest(query).to_dict()).encode()
        elif path.startswith("/file/") and (file := find(index, path.removeprefix("/file/"))):
            # What is no PDF is shown as plain text: a document must not run as a page of ours.
            media_type, body = PDF if file.startswith(b"%PDF-") else TEXT, file
        else:
            status, media_type, body = "404 Not Found", TEXT, b"Not found."
        kind = f"{media_type}; charset=utf-8" if media_type in (HTML, TEXT) else media_type
        start_response(status, [("Content-Type", kind), ("X-Content-Type-Options", "nosniff")])
        return [body]

    return answer


def find(index: Index, doc_id: str) -> bytes:
    """Return a document's file as the library read it, or nothing: never another file."""
    try:
        with index.open_file(doc_id) or BytesIO() as file:
            return file.read()
    except (DocumentNotFoundError, FileChangedError):
        return b""


def page(index: Index, *, query: str = "", count: str = "", main: str = "") -> str:
    """Return the page; `main` is HTML, all other texts are escaped here."""
    texts = {"name": index.name, "tagline": index.tagline, "query": query, "count": count}
    return PAGE.substitute({k: escape(v) for k, v in texts.items()}, main=main, max_query=MAX_QUERY)


def search(index: Index, query: str, start: int) -> str:
    """Return a page of results with links to the pages before and after it."""
    results = index.search(query, offset=start, limit=PER_PAGE)
    links = "".join(
        f'<a href="/search?{escape(urlencode({"q": query, "start": place}))}">{name}</a>'
        for name, place in (("Previous", start - PER_PAGE), ("Next", start + PER_PAGE))
        if 0 <= place < results.total
    )
    count = " ".join([f"Documents found: {results.total}.", *results.notes])
    main = "".join(map(row, results)) + f'<nav aria-label="Pages">{links}</nav>'
    return page(index, query=query, count=count, main=main)


def row(hit: Hit) -> str:
    """Return one hit as HTML. Only `snippet.html()` is safe as it is; the rest is escaped."""
    document, snippet = hit.document, hit.snippet or Snippet(())
    url = f"/file/{quote(hit.doc_id)}" + (f"#page={snippet.page}" if snippet.page else "")
    where = f"page {snippet.page_label or snippet.page}" if snippet.page else snippet.section
    facts = (document.doc_type, document.number, document.status, document.issued, where)
    percent = "" if hit.relevance is None else f'<span class="percent">{hit.relevance}%</span>'
    return f"""<article>{percent}<h2><a href="{url}">{escape(document.title)}</a></h2>
    <p>{snippet.html()}</p>
    <p class="quiet">{escape(" · ".join(str(fact) for fact in facts if fact))}</p></article>"""


if __name__ == "__main__":
    library = Index.open("".join(sys.argv[1:]) or "library.idx", auto_reload_s=60)
    with make_server("127.0.0.1", 8000, application(library), server_class=Server) as server:
        server.serve_forever()
