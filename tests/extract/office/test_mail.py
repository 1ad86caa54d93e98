"""Mails: a header block of their fields, and the body."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage

from office_files import mail

from droindex.extract.protocol import Extraction
from droindex.metadata.infer.inference import choose, infer
from droindex.model import FileStatus
from droindex.pages import NO_PAGE

Reading = Callable[..., Extraction]
PROSE = "The field office director approves each transfer of a detainee in writing."


def test_subject_date_and_sender_are_those_of_the_document(reading: Reading) -> None:
    data = mail(
        PROSE,
        Subject="=?utf-8?q?Escort_of_detainees_=E2=80=93_new_rules?=",
        From='"Jane Doe" <jane@example.org>',
        To="All Staff <all@example.org>, b@example.org",
        Date="Mon, 3 May 2021 23:10:00 -0400",
    )
    found = reading(data, ".eml")
    assert found.status is FileStatus.OK
    assert found.pages[0].label == NO_PAGE
    assert found.pages[0].text == (
        "Subject: Escort of detainees \u2013 new rules\n"
        "From: Jane Doe, jane@example.org\n"
        "To: All Staff, all@example.org; b@example.org\n"
        f"Date: May 3, 2021\n\n{PROSE}"
    )
    chosen = choose(infer(found, "memo.eml"))
    assert chosen["title"].value == "Escort of detainees \u2013 new rules"
    assert str(chosen["issued"].value) == "2021-05-03"
    assert chosen["signatory"].value == "Jane Doe"


def test_the_plain_shape_goes_first_and_html_is_read_where_there_is_no_other(
    reading: Reading,
) -> None:
    message = EmailMessage()
    message["Subject"] = "Two shapes"
    message.set_content("The plain one.")
    message.add_alternative("<p>The other one.</p>", subtype="html")
    assert "The plain one." in reading(message.as_bytes(), ".eml").pages[0].text
    assert "other" not in reading(message.as_bytes(), ".eml").pages[0].text
    html = "<html><head><style>p{}</style></head><body><p>Only&nbsp;this</p><script>x</script>"
    text = reading(mail(html, kind="text/html", Subject="S"), ".eml").pages[0].text
    assert text == "Subject: S\n\nOnly this"


def test_what_is_attached_is_named_and_told(reading: Reading) -> None:
    message = EmailMessage()
    message["Subject"] = "With orders"
    message.set_content(PROSE)
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="order.pdf")
    message.add_attachment(b"GIF", maintype="image", subtype="gif", filename="logo.gif")
    forwarded = EmailMessage()
    forwarded["Subject"] = "Forwarded"
    forwarded.set_content("The text of another mail.")
    message.add_attachment(forwarded)
    found = reading(message.as_bytes(), ".eml")
    assert found.status is FileStatus.PARTIAL
    assert found.reason == (
        "What is attached was not read: order.pdf, Forwarded.eml. Save it beside the mail."
    )
    assert "Attachments: order.pdf, logo.gif, Forwarded.eml" in found.pages[0].text
    assert "another mail" not in found.pages[0].text


def test_fields_of_the_senders_own_are_properties(reading: Reading) -> None:
    found = reading(mail(PROSE, Subject="S", Sensitivity="Company-Confidential", X_Own="v"), ".eml")
    assert found.facts.properties["Sensitivity"] == "Company-Confidential"
    assert found.facts.properties["X-Own"] == "v"


def test_fields_and_letters_that_are_broken(reading: Reading) -> None:
    data = (
        b"From: =?x-none?b?!!?= <broken\r\nDate: yesterday\r\nSubject: Na\xefve\r\n"
        b"Content-Type: text/plain; charset=no-such\r\n\r\nNa\xefve text."
    )
    found = reading(data, ".eml")
    assert found.status is FileStatus.OK
    assert found.pages[0].text.endswith("Naïve text.")
    assert "Date: yesterday" in found.pages[0].text


def test_a_mail_out_of_a_mailbox(reading: Reading) -> None:
    data = b"From jane@example.org Mon May  3 2021\n" + mail(PROSE, Subject="S")
    assert reading(data, ".eml").pages[0].text == f"Subject: S\n\n{PROSE}"
