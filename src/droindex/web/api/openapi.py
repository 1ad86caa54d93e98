"""The description of the API for programs, as OpenAPI 3.1."""

from __future__ import annotations

from typing import Any

from droindex.engine.fields import FACETS, FIELDS, SORT_ORDERS, FieldKind
from droindex.extract.pictures.picture import DEFAULT_WIDTH, WIDTHS
from droindex.model import Scope
from droindex.version import __version__
from droindex.web.faults import MEDIA_TYPE
from droindex.web.options import MAX_LIMIT, MAX_OFFSET, MAX_PAGE, MAX_QUERY
from droindex.web.parameters import CUTS, DAYS, GROUPS

__all__ = ["description"]

_DAY = r"^[12][0-9]{3}(-(0[1-9]|1[0-2])(-(0[1-9]|1[0-9]|2[0-8]))?)?$"
_FACETS = f"^({'|'.join(FACETS)})(,({'|'.join(FACETS)}))*$"
_DAY_TEXTS = {
    name: "Only what was in force on this day, or some day of this month or year."
    if name == "in_force_on"
    else "A day, month or year."
    for name in DAYS
}
_VALUE = {"type": "string", "maxLength": 512, "pattern": "^[^\\u0000]*$"}
_TEXT = {"type": "string"}
_MAY_BE_TEXT = {"type": ["string", "null"]}
_WHOLE = {"type": "integer", "minimum": 0}
_PERCENT = {"type": ["integer", "null"], "minimum": 0, "maximum": 100}
_SEGMENTS = {
    "type": "array",
    "description": "Pairs: a text, and whether it matches. Joined they are the whole text.",
    "items": {
        "type": "array",
        "prefixItems": [_TEXT, {"type": "boolean"}],
        "minItems": 2,
        "maxItems": 2,
    },
}


def description(prefix: str) -> dict[str, Any]:
    """Return the description.

    Args:
        prefix: Where the application is mounted.
    """
    query = _parameter("q", "What is searched for.", {**_VALUE, "maxLength": MAX_QUERY})
    scope = _parameter("scope", "Where.", _choice(*map(str, Scope)))
    limit = _parameter("limit", "Hits to return.", _number(1, MAX_LIMIT, 10))
    cut = _parameter("cut", "`plone`: titles and summaries cut, too.", _choice(*CUTS))
    search = [
        query,
        scope,
        _parameter("sort", "The order.", _choice(*SORT_ORDERS)),
        limit,
        _parameter("offset", "Hits to skip.", _number(0, MAX_OFFSET, 0)),
        _parameter(
            "facets",
            f"Fields whose values are counted, parted by commas: {', '.join(FACETS)}.",
            {**_TEXT, "pattern": _FACETS},
        ),
        _parameter("strict", "Whether a fault in the query is an error.", {"type": "boolean"}),
        cut,
        *(_parameter(name, text, {**_TEXT, "pattern": _DAY}) for name, text in _DAY_TEXTS.items()),
        _parameter(
            "in_force_unknown",
            "Whether what may have been in force is listed as well.",
            {"type": "boolean"},
        ),
        _parameter(
            "group",
            "`lineage`: a row for each line of documents; limit and offset count lines then.",
            _choice(*GROUPS),
        ),
        *(
            _parameter(name, spec.description, {"type": "array", "items": _VALUE})
            for name, spec in FIELDS.items()
            if spec.kind not in (FieldKind.TEXT, FieldKind.DATE)
        ),
    ]
    doc_id = {"name": "doc_id", "in": "path", "required": True, "schema": _TEXT}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "droindex",
            "version": __version__,
            "summary": "Search of a library of policy documents",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": prefix or "/"}],
        "paths": {
            "/api/search": _get("Documents for a query, best first", search, "Results"),
            "/api/suggest": _get(
                "Documents for a text whose last word may be half-typed",
                [query, scope, limit, cut],
                "Results",
            ),
            "/api/recent": _get("The newest documents", [scope, limit], "Results"),
            "/api/browse": _get("Categories and collections", [scope], "Shelves"),
            "/api/documents/{doc_id}": _get("A document", [doc_id], "Record"),
            "/pdf/{doc_id}": _get_file(
                "The file of a document, or a range of its bytes", [doc_id], "application/pdf"
            ),
            "/page/{doc_id}": _get_file(
                "A page of a document's PDF as a picture, with the words of a query marked",
                [
                    doc_id,
                    query,
                    _parameter("page", "The page of the file.", _number(1, MAX_PAGE, 1)),
                    _parameter("width", "In pixels.", _number(*WIDTHS, DEFAULT_WIDTH)),
                ],
                "image/png",
            ),
            "/healthz": _get("Whether the newest state of the library answers", [], "Health"),
        },
        "components": {"schemas": _schemas()},
    }


def _schemas() -> dict[str, Any]:
    brief = _shape(
        doc_id=_MAY_BE_TEXT,
        url=_MAY_BE_TEXT,
        title=_TEXT,
        number=_MAY_BE_TEXT,
        issued=_MAY_BE_TEXT,
        date=_TEXT,
        status=_MAY_BE_TEXT,
    ) | {"required": ["doc_id", "url"]}
    successor = _shape(
        doc_id=_MAY_BE_TEXT,
        title=_TEXT,
        number=_MAY_BE_TEXT,
        issued=_MAY_BE_TEXT,
        is_inferred={"type": "boolean"},
        url=_MAY_BE_TEXT,
    )
    line = _shape(
        leading=_shape(
            doc_id=_TEXT,
            title=_TEXT,
            number=_MAY_BE_TEXT,
            status=_MAY_BE_TEXT,
            day=_MAY_BE_TEXT,
            in_force={"type": ["object", "null"]},
            url=_TEXT,
        ),
        matched=_TEXT,
        found={"type": "array", "items": _TEXT},
        versions=_WHOLE,
        remark=_TEXT,
    )
    snippet = _shape(
        text=_TEXT,
        segments=_SEGMENTS,
        page={"type": ["integer", "null"]},
        page_label=_MAY_BE_TEXT,
        section=_MAY_BE_TEXT,
        is_summary={"type": "boolean"},
    )
    hit = _shape(
        rank=_WHOLE,
        doc_id=_TEXT,
        title=_TEXT,
        title_segments=_SEGMENTS,
        relevance=_PERCENT,
        match=_PERCENT,
        score={"type": "number"},
        summary=_TEXT,
        snippet={"anyOf": [snippet, {"type": "null"}]},
        document={"type": "object"},
        url=_TEXT,
        pdf_url=_MAY_BE_TEXT,
        image_url=_MAY_BE_TEXT,
        superseded_by={"type": "array", "items": _reference("Successor")},
        replaced_by=_MAY_BE_TEXT,
        times_cited=_WHOLE,
        line={"anyOf": [_reference("Line"), {"type": "null"}]},
    )
    value = _shape(value=_TEXT, count=_WHOLE)
    results = _shape(
        format={"const": 1},
        query=_TEXT,
        scope=_choice(*map(str, Scope)),
        in_force_on=_MAY_BE_TEXT,
        total=_WHOLE,
        total_lines={"type": ["integer", "null"], "minimum": 0},
        total_all_words=_WHOLE,
        offset=_WHOLE,
        limit=_WHOLE,
        took_ms={"type": "number"},
        hits={"type": "array", "items": _reference("Hit")},
        facets={
            "type": "object",
            "additionalProperties": {"type": "array", "items": value},
        },
        suggestion=_MAY_BE_TEXT,
        notes={"type": "array", "items": _TEXT},
        generation=_TEXT,
    )
    cited = _shape(
        kind=_TEXT,
        text=_TEXT,
        times=_WHOLE,
        pages={"type": "array", "items": _WHOLE},
        doc_id=_MAY_BE_TEXT,
        likely={"type": "array", "items": _TEXT},
        url=_MAY_BE_TEXT,
    )
    shelf = _shape(field=_TEXT, name=_TEXT, title=_TEXT, description=_TEXT, count=_WHOLE, url=_TEXT)
    briefs = {"type": "array", "items": _reference("Brief")}
    return {
        "Brief": brief,
        "Successor": successor,
        "Line": line,
        "Hit": hit,
        "Results": results,
        "Shelves": _shape(
            format={"const": 1},
            name=_TEXT,
            tagline=_TEXT,
            scope=_TEXT,
            shelves={"type": "array", "items": shelf},
            generation=_TEXT,
        ),
        "Record": _shape(
            format={"const": 1},
            doc_id=_TEXT,
            title=_TEXT,
            url=_TEXT,
            pdf_url=_MAY_BE_TEXT,
            breadcrumb={"type": "array", "items": _TEXT},
            document={"type": "object"},
            supersedes=briefs,
            superseded_by=briefs,
            related=briefs,
            timeline=briefs,
            citations=_shape(
                doc_id=_TEXT,
                cites={"type": "array", "items": cited},
                cited_by={"type": "array", "items": _shape(doc_id=_TEXT, title=_TEXT, url=_TEXT)},
                times_cited=_WHOLE,
            ),
            generation=_TEXT,
        ),
        "Health": _shape(
            status=_choice("ok", "degraded"),
            documents=_WHOLE,
            generation=_TEXT,
            remarks={"type": "array", "items": _TEXT},
        ),
        "Problem": _shape(type=_TEXT, title=_TEXT, status=_WHOLE, detail=_TEXT, slug=_TEXT)
        | {"description": "RFC 9457, with `parameter` and `position` where they are known."},
    }


def _get(summary: str, parameters: list[dict[str, Any]], answer: str) -> dict[str, Any]:
    problems = ("400", "404", "414", "429", "501", "503")
    return {
        "get": {
            "summary": summary,
            "parameters": parameters,
            "responses": {
                "200": _response(summary, "application/json", answer),
                "304": {"description": "What is held is still right."},
                **{
                    status: _response("The request gets no answer.", MEDIA_TYPE, "Problem")
                    for status in problems
                },
            },
        }
    }


def _get_file(summary: str, parameters: list[dict[str, Any]], media_type: str) -> dict[str, Any]:
    said = _get(summary, parameters, "Problem")
    binary = {"description": summary, "content": {media_type: {}, "*/*": {}}}
    said["get"]["responses"] |= {
        "200": binary,
        "206": binary,
        "416": {"description": "There are no such bytes."},
    }
    return said


def _response(text: str, media_type: str, name: str) -> dict[str, Any]:
    return {"description": text, "content": {media_type: {"schema": _reference(name)}}}


def _parameter(name: str, text: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": text, "schema": schema}


def _choice(*values: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(values)}


def _number(least: int, most: int, default: int) -> dict[str, Any]:
    return {"type": "integer", "minimum": least, "maximum": most, "default": default}


def _shape(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
