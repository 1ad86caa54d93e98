"""`/api/documents/{id}` and `/pdf/{id}`: a document's record, and its file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from droindex.web.faults import RefusedError
from droindex.web.parameters import read_parameters
from droindex.web.shapes import document_shape
from droindex.web.work.endpoints import Endpoints
from droindex.web.work.service import Content, json_content

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from io import BufferedReader

    from starlette.requests import Request

    from droindex.api import Index
    from droindex.model import Document

__all__ = ["DocumentApi"]

_CHUNK = 256 * 1024  # bytes that are read at once
_RANGE = re.compile(r"bytes=\s*(\d{0,19})\s*-\s*(\d{0,19})\s*")
_PDF = "application/pdf"
_SHOWN_AS_TEXT = ("text/plain", "text/markdown", "text/html")  # no document runs as a page of ours
_TEXT = "text/plain; charset=utf-8"


class DocumentApi(Endpoints):
    """Answers for single documents."""

    def routes(self) -> list[Route]:
        """Return its routes."""
        return [
            Route("/api/documents/{doc_id:path}", self.record, name="api_document"),
            Route("/pdf/{doc_id:path}", self.file, name="pdf"),
        ]

    async def record(self, request: Request) -> Response:
        """Answer `/api/documents/{id}`."""
        doc_id = request.path_params["doc_id"]
        read_parameters(request.scope["query_string"]).end()
        links = self._service.links(request)

        def work(index: Index) -> Content:
            return json_content(document_shape(index, doc_id, links))

        return await self._service.answer(request, "", work)

    async def file(self, request: Request) -> Response:
        """Answer `/pdf/{id}`: the file as the library read it, or a part of it."""
        doc_id = request.path_params["doc_id"]
        clearance_of = await self._service.clearance(request)

        def work() -> Response:
            index = self._service.libraries.index(clearance_of())
            file = index.open_file(doc_id)
            if file is None:
                raise RefusedError(404, "no-file", "The file of this document is not here.")
            return self._sent(request, index.get(doc_id), file)

        return await self._service.run(work)

    def _sent(self, request: Request, document: Document, file: BufferedReader) -> Response:
        size = file.seek(0, 2)
        file.seek(0)
        headers = self._service.private() | {
            "Accept-Ranges": "bytes",
            "Content-Disposition": _disposition(document),
            # A viewer of PDF files is a page of the browser's own, with styles and scripts.
            "Content-Security-Policy": "frame-ancestors 'self'",
        }
        tag = f'"{document.sha256}"' if document.sha256 else None
        if tag is not None:
            headers["ETag"] = tag
            if tag in request.headers.get("if-none-match", ""):
                file.close()
                return Response(status_code=304, headers=headers)
        start, end = 0, size
        status = 200
        wanted = request.headers.get("range")
        if wanted is not None and request.headers.get("if-range", tag) == tag:
            found = _span(wanted, size)
            if found is not None:
                (start, end), status = found, 206
                headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
        if start >= end and status == 206:
            file.close()
            headers["Content-Range"] = f"bytes */{size}"
            return Response(status_code=416, headers=headers)
        headers["Content-Length"] = str(end - start)
        if request.method == "HEAD":
            file.close()
            return Response(status_code=status, headers=headers, media_type=_shown_as(document))
        file.seek(start)
        body = self._chunks(file, end - start)
        return StreamingResponse(
            body, status_code=status, headers=headers, media_type=_shown_as(document)
        )

    async def _chunks(self, file: BufferedReader, left: int) -> AsyncIterator[bytes]:
        try:
            while left:
                size = min(_CHUNK, left)
                chunk = await self._service.pool.run(lambda size=size: file.read(size))  # type: ignore[misc] # bound at once
                if not chunk:  # it was cut short meanwhile
                    return
                left -= len(chunk)
                yield chunk
        finally:
            file.close()


def _span(wanted: str, size: int) -> tuple[int, int] | None:
    """Return the bytes of a range, the end left out; None for what is not one range of bytes.

    Several ranges are answered with the whole file, as a server may.
    """
    match = _RANGE.fullmatch(wanted)
    if match is None or not any(match.groups()):
        return None
    first, last = match.groups()
    if not first:  # the last so many bytes
        return max(0, size - int(last)), size
    if last and int(last) < int(first):
        return None
    return int(first), min(size, int(last) + 1 if last else size)


def _shown_as(document: Document) -> str:
    if document.media_type == _PDF:
        return _PDF
    return _TEXT if document.media_type in _SHOWN_AS_TEXT else "application/octet-stream"


def _disposition(document: Document) -> str:
    """Return how a browser is to take the file: as a page, or as something to keep."""
    kind = "attachment" if _shown_as(document) == "application/octet-stream" else "inline"
    name = (document.file or document.doc_id).rpartition("/")[2]
    return f"{kind}; filename*=UTF-8''{quote(name.encode('utf-8', 'replace'), safe='')}"
