"""How types of directives and parts of them are abbreviated, where a number follows.

Public names of United States government issuances and of the parts of any directive; a library
with names of its own lists these as acronyms in corpus.toml.
"""

from __future__ import annotations

__all__ = ["ISSUANCES"]

ISSUANCES: tuple[tuple[str, ...], ...] = (
    # types of issuances
    ("AFI", "Air Force Instruction"),
    ("AFMAN", "Air Force Manual"),
    ("AFPD", "Air Force Policy Directive"),
    ("AR", "Army Regulation"),
    ("BOD", "Binding Operational Directive"),
    ("CFR", "Code of Federal Regulations"),
    ("CJCSI", "Chairman of the Joint Chiefs of Staff Instruction"),
    ("DoDD", "DoD Directive", "Department of Defense Directive"),
    ("DoDI", "DoD Instruction", "Department of Defense Instruction"),
    ("DoDM", "DoD Manual", "Department of Defense Manual"),
    ("DTM", "Directive-type Memorandum"),
    ("ED", "Emergency Directive"),
    ("EO", "Executive Order"),
    ("HSPD", "Homeland Security Presidential Directive"),
    ("ICD", "Intelligence Community Directive"),
    ("INA", "Immigration and Nationality Act"),
    ("MCO", "Marine Corps Order"),
    ("MD", "Management Directive"),
    ("PD", "Policy Directive"),
    ("PPD", "Presidential Policy Directive"),
    ("SECNAVINST", "Secretary of the Navy Instruction"),
    ("SP", "Special Publication"),
    ("USC", "United States Code"),
    # parts of a directive
    ("app", "appendix"),
    ("art", "article"),
    ("att", "attachment"),
    ("ch", "chap", "chapter"),
    ("encl", "enclosure"),
    ("para", "paragraph"),
    ("pt", "part"),
    ("sec", "section"),
    ("v", "vol", "volume"),
)
