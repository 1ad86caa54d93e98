"""Build the sample corpus of droindex from the texts in `corpus/source/texts`.

Run ``python corpus/source/make.py``. Every text is a small Markdown file with TOML front matter
between two ``+++`` lines; its path below ``texts`` without the suffix is the doc_id, and the PDF
goes to the same path below ``corpus``. The front matter becomes a sidecar (TOML or JSON), a row of
``catalog.csv``, or nothing but the header block printed on the first page.

The output depends on the texts and on this file alone: a second run writes the same bytes.
Needs reportlab, pypdf (with cryptography), pypdfium2 and pillow.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import hashlib
import html
import io
import json
import random
import re
import secrets
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2
from fieldmanual import expand
from PIL import Image, ImageDraw
from pypdf.generic import ArrayObject, ByteStringObject
from reportlab import rl_config
from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import letter
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    FrameBreak,
    HRFlowable,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

rl_config.invariant = 1
rl_config.useA85 = 0

SOURCE = Path(__file__).resolve().parent
TEXTS = SOURCE / "texts"
CORPUS = SOURCE.parent

SAMPLE_LINE = "SAMPLE - not an official document - written for testing droindex"
LES_LINE = "LAW ENFORCEMENT SENSITIVE"

FOLDERS = (
    "enforcement",
    "field-operations",
    "mission-support",
    "detention-and-removal",
    "information-policy",
    "health-services",
    "droppm",
    "moa-mou",
    "delegations",
    "references",
    "development-tools",
    "help",
    "archive",
)
CATEGORIES = (
    "Field Operations",
    "Enforcement",
    "Mission Support",
    "Detention and Removal Management",
    "Information, Policy and Communications",
    "Immigration Health Services",
)
COLLECTIONS = (
    "documents",
    "moa-mou",
    "delegations",
    "references",
    "development-tools",
    "help",
)
STATUSES = ("Current", "Superseded", "Rescinded", "Archived", "Draft")
LAYOUTS = ("memo", "directive", "two-column", "manual", "scan", "encrypted", "damaged")
SIDECARS = ("toml", "json", "catalog", "none")

TEXT_FIELDS = (
    "title",
    "summary",
    "number",
    "doc_type",
    "category",
    "collection",
    "source",
    "opi",
    "status",
    "issued",
    "effective",
    "expires",
    "signatory",
    "label",
)
LIST_FIELDS = ("subject", "supersedes", "superseded_by", "related")
FIELDS = (*TEXT_FIELDS, *LIST_FIELDS)
MAKE_KEYS = ("layout", "sidecar", "to", "hyphenate", "pdf_title")

PAGE_WIDTH, PAGE_HEIGHT = letter
MARGIN = 72.0
"""Margin on all four sides, in points."""
SCAN_DPI = 110
OWNER_KEY = "droindex-sample-owner"
"""Owner password of the encrypted sample; it opens nothing else."""


@dataclass
class Source:
    """One text of the corpus: its metadata, its build settings and its body."""

    doc_id: str
    fields: dict[str, Any]
    make: dict[str, Any]
    body: str
    problems: list[str] = field(default_factory=list)

    @property
    def layout(self) -> str:
        """Name of the page layout, one of LAYOUTS."""
        return str(self.make.get("layout", "directive"))

    @property
    def sidecar(self) -> str:
        """Where the metadata goes, one of SIDECARS."""
        return str(self.make.get("sidecar", "toml"))

    @property
    def sensitive(self) -> bool:
        """Whether the pages carry the banner of a labelled document."""
        return bool(self.fields.get("label"))


def read_source(path: Path) -> Source:
    """Read one text and note everything in it that the build would refuse."""
    doc_id = path.relative_to(TEXTS).with_suffix("").as_posix()
    text = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    parts = text.split("+++\n", 2)
    if len(parts) != 3 or parts[0].strip():
        return Source(doc_id, {}, {}, "", ["front matter between two +++ lines is missing"])
    try:
        fields = tomllib.loads(parts[1])
    except tomllib.TOMLDecodeError as error:
        return Source(doc_id, {}, {}, "", [f"front matter is not TOML: {error}"])
    source = Source(doc_id, fields, fields.pop("make", {}), parts[2].strip() + "\n")
    source.problems.extend(check_source(source))
    return source


def check_source(source: Source) -> Iterator[str]:
    """Yield what is wrong with the front matter of a text."""
    data = source.fields
    for key in data.keys() - set(FIELDS):
        yield f"unknown field {key!r}"
    for key in source.make.keys() - set(MAKE_KEYS):
        yield f"unknown key {key!r} in [make]"
    for key in data.keys() & set(TEXT_FIELDS):
        if not isinstance(data[key], str) or not data[key].strip():
            yield f"{key} must be a string that is not empty"
    for key in data.keys() & set(LIST_FIELDS):
        value = data[key]
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            yield f"{key} must be a list of strings"
        elif any(";" in item for item in value) and source.sidecar == "catalog":
            yield f"{key} holds a semicolon, which separates values in the catalogue"
    if "title" not in data:
        yield "title is missing"
    for key, allowed in (
        ("category", CATEGORIES),
        ("collection", COLLECTIONS),
        ("status", STATUSES),
    ):
        if key in data and data[key] not in allowed:
            yield f"{key} {data[key]!r} is not one of {', '.join(allowed)}"
    if source.layout not in LAYOUTS:
        yield f"layout {source.layout!r} is not one of {', '.join(LAYOUTS)}"
    if source.sidecar not in SIDECARS:
        yield f"sidecar {source.sidecar!r} is not one of {', '.join(SIDECARS)}"
    if source.doc_id.split("/")[0] not in FOLDERS or source.doc_id.count("/") != 1:
        yield f"not in one of the folders {', '.join(FOLDERS)}"
    try:
        json.dumps(data)
    except TypeError:
        yield "write dates as strings"
    try:
        (source.body + json.dumps(data, ensure_ascii=False, default=str)).encode("cp1252")
    except UnicodeEncodeError as error:
        bad = error.object[error.start : error.end]
        yield f"character {bad!r} cannot be printed with the standard fonts"


# --- Markdown -------------------------------------------------------------------------------


@dataclass
class Block:
    """One block of a body: kind, plain text, and rows for tables and lists."""

    kind: str
    text: str = ""
    rows: list[list[str]] = field(default_factory=list)


def parse_body(body: str) -> tuple[list[Block], list[tuple[str, str]]]:
    """Split a body into blocks and its footnotes, each footnote as (mark, text)."""
    blocks: list[Block] = []
    notes: list[tuple[str, str]] = []
    for chunk in re.split(r"\n\s*\n", body.strip()):
        lines = chunk.split("\n")
        while lines:
            line = lines[0].rstrip()
            if note := re.match(r"\[\^(\w+)\]:\s*(.*)", line):
                text = [note[2]]
                lines.pop(0)
                while lines and not lines[0].startswith("[^"):
                    text.append(lines.pop(0).strip())
                notes.append((note[1], " ".join(text)))
            elif heading := re.match(r"(#{1,4})\s+(.*)", line):
                blocks.append(Block(f"h{len(heading[1])}", heading[2]))
                lines.pop(0)
            elif line.startswith("|"):
                rows = []
                while lines and lines[0].startswith("|"):
                    row = [cell.strip() for cell in lines.pop(0).strip().strip("|").split("|")]
                    if not all(re.fullmatch(r":?-+:?", cell) for cell in row):
                        rows.append(row)
                blocks.append(Block("table", rows=rows))
            elif re.match(r"(- |\d+\. )", line):
                items: list[list[str]] = []
                while lines:
                    if item := re.match(r"(-|\d+\.) (.*)", lines[0]):
                        mark = "\u2013" if item[1] == "-" else item[1]
                        items.append([mark, item[2].strip()])
                    elif lines[0].startswith(" "):
                        items[-1][1] += " " + lines[0].strip()
                    else:
                        break
                    lines.pop(0)
                blocks.append(Block("list", rows=items))
            elif line in ("", "@page"):
                if line:
                    blocks.append(Block("page"))
                lines.pop(0)
            else:
                text = []
                while lines and not re.match(r"(#{1,4} |- |\d+\. |\||\[\^\w+\]:)", lines[0]):
                    text.append(lines.pop(0).strip())
                if not text:
                    text.append(lines.pop(0).strip())
                blocks.append(Block("p", " ".join(text)))
    return blocks, notes


def inline(text: str) -> str:
    """Turn inline Markdown into the markup of reportlab's paragraphs."""
    text = html.escape(text, quote=False)
    text = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", text)
    text = re.sub(r"(?<![\w*])\*(?!\s)([^*]+?)\*(?!\w)", r"<i>\1</i>", text)
    return re.sub(r"\[\^(\w+)\]", r"<super>\1</super>", text)


VOWELS = "aeiouy"


def split_points(word: str) -> list[int]:
    """Places where a word may be broken: between two consonants or before a single one."""
    points = []
    low = word.lower()
    for at in range(3, len(word) - 2):
        left, right, after = low[at - 1], low[at], low[at + 1]
        if not (left.isalpha() and right.isalpha() and after.isalpha()):
            continue
        between = left not in VOWELS and right not in VOWELS and after in VOWELS
        before_one = left in VOWELS and right not in VOWELS and after in VOWELS
        if (between and low[at - 2] in VOWELS) or before_one:
            points.append(at)
    return points


def hyphenate(text: str, style: ParagraphStyle, width: float) -> str:
    """Break plain text into lines of `width` points, with real hyphens at line ends."""

    def measure(part: str) -> float:
        return float(stringWidth(part, style.fontName, style.fontSize))

    lines: list[str] = []
    line = ""
    for whole in text.split():
        word = whole
        joined = f"{line} {word}" if line else word
        if measure(joined) <= width:
            line = joined
            continue
        head = ""
        if word.isalpha() and len(word) >= 7 and not word.isupper():
            for at in reversed(split_points(word)):
                start = f"{line} {word[:at]}-" if line else f"{word[:at]}-"
                if measure(start) <= width:
                    head, word = start, word[at:]
                    break
        lines.append(head or line)
        line = word
    lines.append(line)
    return "<br/>".join(html.escape(part, quote=False) for part in lines if part)


# --- Styles ---------------------------------------------------------------------------------


def make_styles(*, small: bool, sans: bool) -> dict[str, ParagraphStyle]:
    """Paragraph styles; `small` for narrow columns, `sans` for Helvetica instead of Times."""
    roman, bold = ("Helvetica", "Helvetica-Bold") if sans else ("Times-Roman", "Times-Bold")
    size = 9.5 if small else (10.0 if sans else 11.0)
    base = ParagraphStyle(
        "p", fontName=roman, fontSize=size, leading=size * 1.28, spaceAfter=size * 0.65
    )
    return {
        "p": base,
        "cell": ParagraphStyle("cell", base, fontSize=size - 1, leading=size * 1.15, spaceAfter=0),
        "head": ParagraphStyle(
            "head",
            base,
            fontSize=size - 0.5,
            leading=size * 1.2,
            leftIndent=14,
            firstLineIndent=-14,
            spaceAfter=2,
        ),
        "th": ParagraphStyle(
            "th", base, fontName=bold, fontSize=size - 1, leading=size * 1.15, spaceAfter=0
        ),
        "list": ParagraphStyle("list", base, leftIndent=20, bulletIndent=6, spaceAfter=size * 0.3),
        "note": ParagraphStyle("note", base, fontSize=8, leading=9.6, spaceAfter=3),
        "title": ParagraphStyle(
            "title",
            base,
            fontName=bold,
            fontSize=size + 4,
            leading=(size + 4) * 1.2,
            alignment=TA_CENTER,
            spaceAfter=10,
        ),
        "kind": ParagraphStyle("kind", base, fontName=bold, alignment=TA_CENTER, spaceAfter=4),
        "office": ParagraphStyle(
            "office", base, fontSize=9, leading=11, alignment=TA_CENTER, spaceAfter=1
        ),
        "h2": ParagraphStyle(
            "h2",
            base,
            fontName=bold,
            fontSize=size + 1.5,
            leading=(size + 1.5) * 1.2,
            spaceBefore=6,
            spaceAfter=5,
            keepWithNext=1,
        ),
        "h3": ParagraphStyle(
            "h3", base, fontName=bold, spaceBefore=4, spaceAfter=4, keepWithNext=1
        ),
        "chapter": ParagraphStyle(
            "chapter", base, fontName=bold, fontSize=16, leading=20, spaceAfter=14
        ),
        "toc": ParagraphStyle("toc", base, spaceAfter=2),
    }


def body_story(source: Source, styles: dict[str, ParagraphStyle], width: float) -> list[Flowable]:
    """Flowables of a body set in `width` points."""
    hyphens = source.make.get("hyphenate", source.layout == "two-column")
    blocks, notes = parse_body(expand(source.body, source.doc_id))
    story: list[Flowable] = []
    for block in blocks:
        if block.kind in ("h1", "h2", "h3", "h4"):
            if source.layout == "manual" and block.kind in ("h1", "h2"):
                story.append(PageBreak())
                story.append(Heading(inline(block.text), styles["chapter"], 0, block.text))
            elif source.layout == "manual":
                story.append(Heading(inline(block.text), styles["h2"], 1, block.text))
            else:
                name = "h2" if block.kind in ("h1", "h2") else "h3"
                story.append(Paragraph(inline(block.text), styles[name]))
        elif block.kind == "page":
            story.append(PageBreak())
        elif block.kind == "p":
            plain = re.fullmatch(r"[^*\[\]]*", block.text)
            if hyphens and plain:
                text = hyphenate(block.text, styles["p"], width - 2)
            else:
                text = inline(block.text)
            story.append(Paragraph(text, styles["p"]))
        elif block.kind == "list":
            for mark, text in block.rows:
                story.append(Paragraph(inline(text), styles["list"], bulletText=mark))
            story.append(Spacer(1, 4))
        elif block.kind == "table":
            story.append(make_table(block.rows, styles, width))
            story.append(Spacer(1, 8))
    if notes:
        story.append(HRFlowable(width="35%", thickness=0.5, hAlign="LEFT", spaceBefore=6))
        for mark, text in notes:
            story.append(Paragraph(f"<super>{mark}</super> {inline(text)}", styles["note"]))
    return story


def make_table(rows: list[list[str]], styles: dict[str, ParagraphStyle], width: float) -> Table:
    """A ruled table; the first row is the head, column widths follow the longest cells."""
    count = max(len(row) for row in rows)
    rows = [row + [""] * (count - len(row)) for row in rows]
    weights = [min(60, max(9, *(len(row[at]) for row in rows))) for at in range(count)]
    widths = [width * weight / sum(weights) for weight in weights]
    cells = [
        [Paragraph(inline(cell), styles["th" if at == 0 else "cell"]) for cell in row]
        for at, row in enumerate(rows)
    ]
    table = Table(cells, colWidths=widths, repeatRows=1, hAlign="LEFT")
    table.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.4, colors.grey),
                ("BACKGROUND", (0, 0), (-1, 0), colors.Color(0.92, 0.92, 0.9)),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 4),
                ("RIGHTPADDING", (0, 0), (-1, -1), 4),
            ]
        )
    )
    return table


class Heading(Paragraph):
    """A heading that enters the outline and the table of contents."""

    def __init__(self, text: str, style: ParagraphStyle, level: int, plain: str) -> None:
        """Keep the level (0 = chapter) and the text without markup."""
        super().__init__(text, style)
        self.level = level
        self.plain = plain


# --- Header block ---------------------------------------------------------------------------

DATE_SHAPES = ("%Y-%m-%d", "%b %d, %Y", "%B %d, %Y", "%m/%d/%Y", "%d %B %Y")


def long_date(text: str) -> str:
    """`2006-02-03` and its like as `February 3, 2006`; an unknown spelling as it is."""
    for shape in DATE_SHAPES:
        try:
            day = dt.datetime.strptime(text, shape).replace(tzinfo=dt.UTC)
        except ValueError:
            continue
        return f"{day:%B} {day.day}, {day.year}"
    return text


def reference_text(reference: str, titles: dict[str, dict[str, Any]]) -> str:
    """How a reference is printed: date and title where it names a known doc_id."""
    known = titles.get(reference)
    if not known:
        return reference
    issued = known.get("issued")
    return f"{long_date(issued)} - {known['title']}" if issued else str(known["title"])


def header_rows(source: Source, titles: dict[str, dict[str, Any]]) -> list[tuple[str, str]]:
    """Label and value of each line of the header block on the first page."""
    data = source.fields
    rows: list[tuple[str, str]] = []

    def add(label: str, value: str | None) -> None:
        if value:
            rows.append((label, value))

    memo = source.layout in ("memo", "scan", "damaged")
    if memo:
        add("To:", source.make.get("to", "All Field Office Directors"))
        add("From:", data.get("signatory") or data.get("opi"))
        add("Subject:", data["title"])
    add("Policy Number:", data.get("number"))
    add("Issue Date:", long_date(data.get("issued", "")))
    add("Effective Date:", long_date(data.get("effective", "")))
    add("Expiration Date:", long_date(data.get("expires", "")))
    for label, key in (("Supersedes:", "supersedes"), ("Superseded By:", "superseded_by")):
        shown = [
            reference_text(item, titles)
            for item in data.get(key, [])
            if source.sensitive or not titles.get(item, {}).get("label")  # no title leaks out
        ]
        add(label, "; ".join(shown))
    add("Office of Primary Interest:", data.get("opi"))
    if source.sidecar == "none":
        if not memo:
            add("Signed By:", data.get("signatory"))
        add("Status:", data.get("status"))
        add("Summary:", data.get("summary"))
    return rows


def head_story(
    source: Source,
    styles: dict[str, ParagraphStyle],
    titles: dict[str, dict[str, Any]],
) -> list[Flowable]:
    """Letterhead, title and header block of the first page."""
    data = source.fields
    kind = str(data.get("doc_type", "Document")).upper()
    memo = source.layout in ("memo", "scan", "damaged")
    story: list[Flowable] = [
        Paragraph("OFFICE OF DETENTION AND REMOVAL", styles["office"]),
        Paragraph(html.escape(data.get("category", "DRO Resource Library")), styles["office"])
        if data.get("category") != "Immigration Health Services"
        else Paragraph("Health Services", styles["office"]),
        Spacer(1, 8),
        Paragraph(html.escape(kind), styles["kind"]),
    ]
    if not memo:
        story.append(Paragraph(inline(data["title"]), styles["title"]))
    for label, value in header_rows(source, titles):
        story.append(Paragraph(f"<b>{label}</b> {inline(value)}", styles["head"]))
    story.append(HRFlowable(width="100%", thickness=0.8, spaceBefore=6, spaceAfter=8))
    return story


# --- Pages ----------------------------------------------------------------------------------


@dataclass
class Pass:
    """What one pass over a document learns for the next: page count and headings."""

    total: int = 0
    front: int = 0
    toc: list[tuple[int, str, int]] = field(default_factory=list)


def roman(number: int) -> str:
    """A small Roman numeral, for 1 to 39."""
    tens, ones = divmod(number, 10)
    names = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
    return "x" * tens + names[ones]


class Template(BaseDocTemplate):
    """A document template that draws running lines and collects headings."""

    def __init__(self, target: io.BytesIO, source: Source, known: Pass) -> None:
        """Draw for `source`, with the page count and contents of the pass before."""
        super().__init__(target, pagesize=letter, invariant=1, pageCompression=1)
        self.source = source
        self.known = known
        self.learned = Pass()

    def beforeDocument(self) -> None:  # noqa: N802 - reportlab's name
        """Set the document information and the page labels."""
        canvas = self.canv
        canvas.setTitle(pdf_title(self.source))
        canvas.setAuthor(self.source.fields.get("signatory", "Policy Management Unit"))
        canvas.setSubject(SAMPLE_LINE)
        canvas.setCreator("corpus/source/make.py")
        if self.source.layout == "manual" and self.known.front:
            canvas.addPageLabel(0, style="ROMAN_LOWER", start=1)
            canvas.addPageLabel(self.known.front, style="ARABIC", start=1)

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802 - reportlab's name
        """Enter headings into the outline and into the contents of the next pass."""
        if not isinstance(flowable, Heading):
            return
        if flowable.level == 0 and not self.learned.toc:
            self.learned.front = self.page - 1
        key = f"h{len(self.learned.toc)}"
        self.learned.toc.append((flowable.level, flowable.plain, self.page))
        self.canv.bookmarkPage(key)
        self.canv.addOutlineEntry(flowable.plain, key, flowable.level, closed=flowable.level > 0)


def pdf_title(source: Source) -> str:
    """What goes into /Title: the title, or what word processors leave there."""
    if "pdf_title" in source.make:
        return str(source.make["pdf_title"])
    title = str(source.fields["title"])
    name = source.doc_id.split("/")[-1].replace("-", " ").title()
    kind = hashlib.sha256(source.doc_id.encode()).digest()[0] % 8
    if kind in (0, 1):
        return f"Microsoft Word - {name}.doc"
    return {2: "untitled", 3: ""}.get(kind, title)


def draw_head(canvas: Canvas, doc: Template) -> None:
    """Draw the banner and the running header of one page, before its text."""
    source = doc.source
    data = source.fields
    canvas.saveState()
    if source.sensitive:
        canvas.setFont("Helvetica-Bold", 9)
        canvas.drawCentredString(PAGE_WIDTH / 2, PAGE_HEIGHT - 30, LES_LINE)
    if doc.known.total > 1:
        canvas.setFont("Helvetica", 8)
        name = data.get("number") or data["title"]
        name = name if len(name) <= 60 else name[:57].rstrip() + "..."
        canvas.drawString(MARGIN, PAGE_HEIGHT - 46, name)
        issued = long_date(data.get("issued", ""))
        canvas.drawRightString(PAGE_WIDTH - MARGIN, PAGE_HEIGHT - 46, issued)
        canvas.setLineWidth(0.3)
        canvas.line(MARGIN, PAGE_HEIGHT - 50, PAGE_WIDTH - MARGIN, PAGE_HEIGHT - 50)
    canvas.restoreState()


def draw_foot(canvas: Canvas, doc: Template) -> None:
    """Draw the running footer, the sample line and the banner of one page, after its text."""
    source, known, page = doc.source, doc.known, doc.page
    canvas.saveState()
    if known.total > 1:
        canvas.setFont("Helvetica", 8)
        if page <= known.front:
            label = f"Page {roman(page)}"
        else:
            label = f"Page {page - known.front} of {known.total - known.front}"
        office = source.fields.get("opi", "Office of Detention and Removal")
        canvas.drawString(MARGIN, 50, office if len(office) < 70 else office[:67] + "...")
        canvas.drawRightString(PAGE_WIDTH - MARGIN, 50, label)
    canvas.setFont("Helvetica-Oblique", 7.5)
    canvas.drawCentredString(PAGE_WIDTH / 2, 36, SAMPLE_LINE)
    if source.sensitive:
        canvas.setFont("Helvetica-Bold", 9)
        canvas.drawCentredString(PAGE_WIDTH / 2, 22, LES_LINE)
    canvas.restoreState()


Story = Callable[[Pass], list[Flowable]]


def run_passes(source: Source, add_templates: Callable[[Template], None], story: Story) -> bytes:
    """Lay the document out until page count and contents stay the same."""
    known = Pass()
    for _ in range(6):
        target = io.BytesIO()
        template = Template(target, source, known)
        add_templates(template)
        template.build(story(known))
        template.learned.total = template.page
        if template.learned == known:
            return target.getvalue()
        known = template.learned
    raise RuntimeError(f"{source.doc_id}: page count does not settle")


def plain_pdf(source: Source, titles: dict[str, dict[str, Any]]) -> bytes:
    """One column: memos and directives."""
    sans = hashlib.sha256(source.doc_id.encode()).digest()[1] % 3 == 0
    styles = make_styles(small=False, sans=sans)
    width = PAGE_WIDTH - 2 * MARGIN

    def add_templates(template: Template) -> None:
        frame = Frame(MARGIN, MARGIN - 6, width, PAGE_HEIGHT - 2 * MARGIN + 12, 0, 0, 0, 0)
        template.addPageTemplates(
            PageTemplate("page", [frame], onPage=draw_head, onPageEnd=draw_foot)
        )

    def story(_: Pass) -> list[Flowable]:
        head = head_story(source, styles, titles)
        tail: list[Flowable] = []
        if source.layout in ("memo", "scan") and source.fields.get("signatory"):
            tail = [Spacer(1, 18), Paragraph(inline(source.fields["signatory"]), styles["p"])]
        return head + body_story(source, styles, width) + tail

    return run_passes(source, add_templates, story)


def column_pdf(source: Source, titles: dict[str, dict[str, Any]]) -> bytes:
    """Header block over the full width, then two columns."""
    styles = make_styles(small=True, sans=False)
    width = PAGE_WIDTH - 2 * MARGIN
    gap = 18.0
    column = (width - gap) / 2

    def add_templates(template: Template) -> None:
        head_height = 8.0
        for flowable in head_story(source, styles, titles):
            head_height += flowable.wrap(width, PAGE_HEIGHT)[1]
            head_height += flowable.getSpaceBefore() + flowable.getSpaceAfter()
        bottom, top = MARGIN - 6, PAGE_HEIGHT - MARGIN + 6
        left, right = MARGIN, MARGIN + column + gap

        def columns(height: float) -> list[Frame]:
            return [Frame(x, bottom, column, height, 0, 0, 0, 0) for x in (left, right)]

        head = Frame(left, top - head_height, width, head_height, 0, 0, 0, 0)
        first = [head, *columns(top - head_height - bottom)]
        template.addPageTemplates(
            [
                PageTemplate("first", first, onPage=draw_head, onPageEnd=draw_foot),
                PageTemplate("later", columns(top - bottom), onPage=draw_head, onPageEnd=draw_foot),
            ]
        )

    def story(_: Pass) -> list[Flowable]:
        head = head_story(source, styles, titles)
        breaks: list[Flowable] = [NextPageTemplate("later"), FrameBreak()]
        return head + breaks + body_story(source, styles, column)

    return run_passes(source, add_templates, story)


def manual_pdf(source: Source, titles: dict[str, dict[str, Any]]) -> bytes:
    """Title page and contents with Roman numbers, then chapters, with outline and page labels."""
    styles = make_styles(small=False, sans=False)
    width = PAGE_WIDTH - 2 * MARGIN

    def add_templates(template: Template) -> None:
        frame = Frame(MARGIN, MARGIN - 6, width, PAGE_HEIGHT - 2 * MARGIN + 12, 0, 0, 0, 0)
        template.addPageTemplates(
            PageTemplate("page", [frame], onPage=draw_head, onPageEnd=draw_foot)
        )

    def story(known: Pass) -> list[Flowable]:
        flow: list[Flowable] = [Spacer(1, 110), *head_story(source, styles, titles)]
        flow += [Paragraph(inline(source.fields.get("summary", "")), styles["p"]), PageBreak()]
        flow.append(Paragraph("Contents", styles["chapter"]))
        for level, text, page in known.toc:
            shown = inline(text)
            indent = "&nbsp;" * (6 * level)
            line = f"{indent}{shown} <font color='grey'>. . .</font> {page - known.front}"
            flow.append(Paragraph(line, styles["toc"]))
        return flow + body_story(source, styles, width)

    return run_passes(source, add_templates, story)


# --- Special files --------------------------------------------------------------------------


def scanned(pdf: bytes, doc_id: str) -> bytes:
    """The pages as slightly crooked, speckled greyscale pictures, without a text layer."""
    rng = random.Random(f"scan {doc_id}")
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=letter, invariant=1, pageCompression=1)
    canvas.setTitle(f"Scan{rng.randrange(10**6):06d}")
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        bitmap = page.render(scale=SCAN_DPI / 72, grayscale=True)
        image = bitmap.to_pil().convert("L")
        image = image.rotate(
            rng.uniform(-0.8, 0.8), resample=Image.Resampling.BICUBIC, fillcolor=255
        )
        pen = ImageDraw.Draw(image)
        for _ in range(60):
            x, y = rng.randrange(image.width), rng.randrange(image.height)
            size = rng.choice((1, 1, 2))
            pen.ellipse((x, y, x + size, y + size), fill=rng.randrange(60, 180))
        jpeg = io.BytesIO()
        image.save(jpeg, "JPEG", quality=52)
        jpeg.seek(0)
        canvas.drawImage(ImageReader(jpeg), 0, 0, PAGE_WIDTH, PAGE_HEIGHT)
        canvas.showPage()
    document.close()
    canvas.save()
    return target.getvalue()


@contextmanager
def seeded_secrets(seed: str) -> Iterator[None]:
    """Make `secrets.token_bytes` repeatable, so that an encrypted sample stays the same."""
    rng = random.Random(seed)
    original = secrets.token_bytes
    secrets.token_bytes = lambda nbytes=None: rng.randbytes(nbytes or 32)
    try:
        yield
    finally:
        secrets.token_bytes = original


def encrypted(pdf: bytes, doc_id: str) -> bytes:
    """AES-256 with an empty user password: readable by everyone, editable by the owner."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    mark = ByteStringObject(hashlib.md5(doc_id.encode(), usedforsecurity=False).digest())
    target = io.BytesIO()
    with seeded_secrets(f"encrypted {doc_id}"):
        writer._ID = ArrayObject((mark, mark))  # noqa: SLF001 - there is no public way
        writer.encrypt("", OWNER_KEY, algorithm="AES-256")
        writer.write(target)
    return target.getvalue()


def make_pdf(source: Source, titles: dict[str, dict[str, Any]]) -> bytes:
    """The PDF file of one text."""
    if source.layout == "two-column":
        return column_pdf(source, titles)
    if source.layout == "manual":
        return manual_pdf(source, titles)
    pdf = plain_pdf(source, titles)
    if source.layout == "scan":
        return scanned(pdf, source.doc_id)
    if source.layout == "encrypted":
        return encrypted(pdf, source.doc_id)
    if source.layout == "damaged":
        return pdf[: len(pdf) // 4]
    return pdf


# --- Metadata files -------------------------------------------------------------------------


def ordered(data: dict[str, Any]) -> dict[str, Any]:
    """The fields in the order of FIELDS."""
    return {key: data[key] for key in FIELDS if key in data}


def toml_value(value: Any) -> str:
    """A string or a list of strings as TOML."""
    if isinstance(value, list):
        if len(value) < 2:
            return "[" + ", ".join(map(toml_value, value)) + "]"
        return "[\n" + "".join(f"    {toml_value(item)},\n" for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def toml_sidecar(data: dict[str, Any]) -> str:
    """The fields of one document as TOML."""
    lines = (f"{key} = {toml_value(value)}\n" for key, value in ordered(data).items())
    return "".join(lines)


def json_sidecar(data: dict[str, Any]) -> str:
    """The fields of one document as JSON."""
    return json.dumps(ordered(data), ensure_ascii=False, indent=2) + "\n"


def catalog(sources: list[Source]) -> str:
    """The documents of the catalogue as CSV, lists separated by semicolons."""
    target = io.StringIO()
    writer = csv.DictWriter(target, ("file", *FIELDS), lineterminator="\n")
    writer.writeheader()
    for source in sources:
        row = {
            key: "; ".join(value) if isinstance(value, list) else value
            for key, value in ordered(source.fields).items()
        }
        writer.writerow({"file": f"{source.doc_id}.pdf", **row})
    return target.getvalue()


def sweep(written: set[Path]) -> int:
    """Remove files of earlier runs that no text makes any more; return how many."""
    gone = 0
    for folder in FOLDERS:
        for path in sorted((CORPUS / folder).glob("*")):
            if path.suffix in (".pdf", ".toml", ".json") and path not in written:
                path.unlink()
                gone += 1
    return gone


def main(arguments: list[str] | None = None) -> int:
    """Build everything, or the named doc_ids; return 1 if a text has problems."""
    parser = argparse.ArgumentParser(description="Build the sample corpus from its texts.")
    parser.add_argument("doc_id", nargs="*", help="build only these, leave all else alone")
    chosen = set(parser.parse_args(arguments).doc_id)
    sources = [read_source(path) for path in sorted(TEXTS.rglob("*.md"))]
    titles = {source.doc_id: source.fields for source in sources if not source.problems}
    failed = 0
    written: set[Path] = set()
    for source in sources:
        if chosen and source.doc_id not in chosen:
            continue
        pdf = b""
        if not source.problems:
            try:
                pdf = make_pdf(source, titles)
            except Exception as error:  # noqa: BLE001 - report every text that fails
                source.problems.append(f"cannot be laid out: {error!r}")
        if source.problems:
            failed += 1
            for problem in source.problems:
                print(f"{source.doc_id}: {problem}", file=sys.stderr)
            continue
        path = CORPUS / f"{source.doc_id}.pdf"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pdf)
        written.add(path)
        if source.sidecar in ("toml", "json"):
            side = path.with_suffix(f".{source.sidecar}")
            dump = toml_sidecar if source.sidecar == "toml" else json_sidecar
            side.write_text(dump(source.fields), encoding="utf-8", newline="\n")
            written.add(side)
    if not chosen:
        listed = [each for each in sources if each.sidecar == "catalog" and not each.problems]
        text = catalog(listed)
        (CORPUS / "catalog.csv").write_text(text, encoding="utf-8", newline="\n")
        gone = sweep(written)
        size = sum(path.stat().st_size for path in written)
        count = sum(path.suffix == ".pdf" for path in written)
        print(f"{count} documents, {size / 1e6:.2f} MB, {gone} old files removed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
