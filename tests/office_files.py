"""Office files made on the spot: archives of XML, as office programs write them, and RTF."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ODF = "urn:oasis:names:tc:opendocument:xmlns"
ODF = (
    f'xmlns:office="{_ODF}:office:1.0" xmlns:text="{_ODF}:text:1.0" xmlns:table="{_ODF}:table:1.0" '
    f'xmlns:style="{_ODF}:style:1.0" xmlns:meta="{_ODF}:meta:1.0" xmlns:draw="{_ODF}:drawing:1.0" '
    f'xmlns:fo="{_ODF}:xsl-fo-compatible:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
STYLES = (
    f"<w:styles {W}>"
    '<w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="22"/></w:rPr></w:rPrDefault></w:docDefaults>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="Standard"><w:name w:val="Normal"/>'
    "</w:style>"
    '<w:style w:type="paragraph" w:styleId="Titel"><w:name w:val="Title"/>'
    '<w:rPr><w:sz w:val="48"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="b1"><w:name w:val="heading 1"/>'
    '<w:rPr><w:sz w:val="32"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="own"><w:name w:val="Our Heading"/>'
    '<w:basedOn w:val="b1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="toc1"><w:name w:val="toc 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="loop"><w:name w:val="Loop"/><w:basedOn w:val="loop"/>'
    "</w:style></w:styles>"
)
NUMBERING = (
    f"<w:numbering {W}>"
    '<w:abstractNum w:abstractNumId="0">'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/>'
    "</w:lvl>"
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/>'
    "</w:lvl>"
    '<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="(%3)"/>'
    "</w:lvl></w:abstractNum>"
    '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/>'
    '<w:lvlText w:val="&#xF0B7;"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
)


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """Return an archive of some parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def relations(pairs: Mapping[str, str], outside: str = "") -> str:
    """Return the part that names others: id and kind `rId1:styles` -> target."""
    items = "".join(
        f'<Relationship Id="{key.partition(":")[0]}" Type="{_OFFICE}/{key.partition(":")[2]}" '
        f'Target="{target}"/>'
        for key, target in pairs.items()
    )
    return f'<Relationships xmlns="{_RELATIONS}">{items}{outside}</Relationships>'


def para(
    text: str, style: str = "", *, number: str = "", bold: bool = False, inside: str = ""
) -> str:
    """Return a paragraph of Word; `number` is `list:level`, `inside` more of its content."""
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if number:
        own, _, level = number.partition(":")
        properties += f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{own}"/></w:numPr>'
    look = "<w:rPr><w:b/></w:rPr>" if bold else ""
    runs = "<w:br/></w:r><w:r>".join(
        f'{look}<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n")
    )
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r>{runs}</w:r>{inside}</w:p>"


def table(*rows: list[str]) -> str:
    """Return a table of Word, a paragraph in each cell."""
    cells = ("".join(f"<w:tc>{para(cell)}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def document(*body: str) -> str:
    """Return the part of a Word file that holds its text."""
    return f"<w:document {W} {R}><w:body>{''.join(body)}</w:body></w:document>"


def docx(
    *body: str,
    header: str = "",
    footnotes: str = "",
    core: Mapping[str, str] | None = None,
    custom: Mapping[str, str] | None = None,
    pages: int | None = None,
    parts: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """Return a Word file.

    Args:
        body: Its blocks, as `para` and `table` make them.
        header: The blocks of its head.
        footnotes: Its notes: elements `w:footnote`.
        core: Properties such as `title`, `creator`.
        custom: Properties of somebody's own making.
        pages: How many pages it says that it has.
        parts: More parts, or others in place of ours.
    """
    place = {"r1:officeDocument": "word/document.xml", "r2:core-properties": "docProps/core.xml"}
    place |= {"r3:extended-properties": "docProps/app.xml"}
    place |= {"r4:custom-properties": "docProps/custom.xml"}
    named = {"r1:styles": "styles.xml", "r2:numbering": "numbering.xml"}
    named |= {"r3:header": "header1.xml", "r4:footnotes": "footnotes.xml"}
    items = "".join(f"<x:{key}>{escape(value)}</x:{key}>" for key, value in (core or {}).items())
    own = "".join(
        f'<property name="{key}"><v>{escape(value)}</v></property>'
        for key, value in (custom or {}).items()
    )
    count = "" if pages is None else f"<Pages>{pages}</Pages>"
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": relations(place),
            "word/_rels/document.xml.rels": relations(named),
            "word/document.xml": document(*body),
            "word/styles.xml": STYLES,
            "word/numbering.xml": NUMBERING,
            "word/header1.xml": f"<w:hdr {W}>{header}</w:hdr>",
            "word/footnotes.xml": f"<w:footnotes {W}>{footnotes}</w:footnotes>",
            "docProps/core.xml": f'<core xmlns:x="urn:x">{items}</core>',
            "docProps/app.xml": f"<Properties>{count}</Properties>",
            "docProps/custom.xml": f"<Properties>{own}</Properties>",
            **(parts or {}),
        }
    )


def odt(
    body: str,
    *,
    styles: str = "",
    head: str = "",
    meta: str = "",
    kind: str = "text",
    manifest: str = "<manifest/>",
) -> bytes:
    """Return an OpenDocument file.

    Args:
        body: What stands in its text, in XML.
        styles: Styles, in XML.
        head: The head of its pages, in XML.
        meta: Its properties, in XML.
        kind: `text`, `presentation` or `spreadsheet`.
        manifest: The list of its parts.
    """
    return zipped(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "content.xml": (
                f"<office:document-content {ODF}>"
                f"<office:automatic-styles>{styles}</office:automatic-styles>"
                f"<office:body><office:{kind}>{body}</office:{kind}></office:body>"
                "</office:document-content>"
            ),
            "styles.xml": (
                f"<office:document-styles {ODF}><office:master-styles>"
                f"<style:master-page><style:header>{head}</style:header></style:master-page>"
                "</office:master-styles></office:document-styles>"
            ),
            "meta.xml": (
                f"<office:document-meta {ODF}><office:meta>{meta}</office:meta>"
                "</office:document-meta>"
            ),
            "META-INF/manifest.xml": manifest,
        }
    )


def rtf(body: str, *, info: str = "", before: str = "") -> bytes:
    """Return an RTF file with a head of styles."""
    sheet = r"{\stylesheet{\s0 Normal;}{\s1\outlinelevel0 heading 1;}{\s15 Title;}}"
    return rf"{{\rtf1\ansi\ansicpg1252 {sheet}{{\info {info}}}{before}{body}}}".encode("latin-1")


def pptx(*slides: str) -> bytes:
    """Return a presentation; each slide is the XML of its shapes."""
    a = 'xmlns:p="urn:p" xmlns:a="urn:a"'
    listed = "".join(f'<p:sldId id="{at}" r:id="r{at}"/>' for at in range(len(slides)))
    named = {f"r{at}:slide": f"slides/slide{at}.xml" for at in range(len(slides))}
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": relations({"r1:officeDocument": "ppt/presentation.xml"}),
            "ppt/_rels/presentation.xml.rels": relations(named),
            "ppt/presentation.xml": (
                f"<p:presentation {a} {R}><p:sldIdLst>{listed}</p:sldIdLst></p:presentation>"
            ),
            **{
                f"ppt/slides/slide{at}.xml": f"<p:sld {a}><p:spTree>{slide}</p:spTree></p:sld>"
                for at, slide in enumerate(slides)
            },
        }
    )


def shape(*paragraphs: str, holder: str = "") -> str:
    """Return a shape of a slide."""
    kind = f'<p:nvSpPr><p:nvPr><p:ph type="{holder}"/></p:nvPr></p:nvSpPr>' if holder else ""
    texts = "".join(f"<a:p><a:r><a:t>{escape(text)}</a:t></a:r></a:p>" for text in paragraphs)
    return f"<p:sp>{kind}<p:txBody>{texts}</p:txBody></p:sp>"


def mail(body: str, *, kind: str = "text/plain", **fields: str) -> bytes:
    """Return a mail; `_` in the name of a field stands for `-`."""
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    head = "\r\n".join([*lines, "MIME-Version: 1.0", f"Content-Type: {kind}; charset=utf-8"])
    return f"{head}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{body}".encode()
