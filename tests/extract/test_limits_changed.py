"""A limit that is changed reads those files again that the last one cut short, and no others."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from droindex import BuildReport, Index, Settings

pytestmark = pytest.mark.usefixtures("slow_extractor")


def build(tmp_path: Path, **limits: object) -> dict[str, str]:
    settings = Settings()
    extract = replace(settings.extract, **limits)  # type: ignore[arg-type] # names of limits
    report: BuildReport = Index.build(
        tmp_path / "corpus",
        tmp_path / "library.idx",
        settings=replace(settings, extract=extract),
        workers=1,
    )
    return {item.file: item.status for item in report.files}


def test_a_higher_limit_reads_again_what_the_lower_one_cut_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "big.slow").write_text("hog 600\n")
    (tmp_path / "corpus" / "small.slow").write_text("a page\n")
    assert build(tmp_path, memory_bytes=400_000_000) == {"big.slow": "too_big", "small.slow": "ok"}
    opened: list[str] = []
    real = os.open

    def watch(path: object, *arguments: object, **options: object) -> int:
        opened.append(os.path.basename(str(path)))  # noqa: PTH119 - any kind of path
        return real(path, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", watch)
    assert build(tmp_path, memory_bytes=1 << 30) == {"big.slow": "ok", "small.slow": "ok"}
    assert "big.slow" in opened
    assert "small.slow" not in opened
    opened.clear()
    assert build(tmp_path, cpu_s=200) == {"big.slow": "ok", "small.slow": "ok"}
    assert not [name for name in opened if name.endswith(".slow")]
