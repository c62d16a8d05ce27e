"""What is hidden changes no byte of a report in any format, and no secret word is in any of them."""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import yaml

from release import api
from release.audience import copying
from release.reports.html import SECTIONS

AT = "2019-11-04"
TEXTS = ("html", "md", "json")
_SPEC = importlib.util.spec_from_file_location("real_plan", Path(__file__).with_name("test_real_plan.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
_REAL: Any = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_REAL)


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The shipped plan with some of it hidden, and the same with every hidden text, id and figure another."""
    written = _REAL._written()
    names = {name: f"canary-{name}" for name, _ in _REAL.HIDDEN.values() if name != "ctec"}
    other = _REAL._renamed(_REAL._changed(written, hidden=False), names)
    folder = tmp_path_factory.mktemp("formats")
    for name, plan in (("one", written), ("other", other)):
        (folder / name).mkdir()
        text = yaml.safe_dump(plan, sort_keys=False, allow_unicode=True)
        (folder / name / "release.yaml").write_text(text, encoding="utf-8")
    return folder / "one", folder / "other"


def made(plan: Path, audience: str, report_format: str) -> str | bytes:
    return api.report(plan, audience=audience, at=AT, look=api.ReportLook(report_format))


@pytest.mark.parametrize("report_format", TEXTS)
@pytest.mark.parametrize("audience", ["public", "partner:cornell"])
def test_what_is_hidden_changes_no_byte(plans: tuple[Path, Path], audience: str, report_format: str) -> None:
    one, other = (made(plan, audience, report_format) for plan in plans)
    assert one == other
    assert "canary" not in str(other).lower()


@pytest.mark.parametrize("report_format", TEXTS)
def test_insiders_see_it_in_every_format(plans: tuple[Path, Path], report_format: str) -> None:
    assert "canary" in str(made(plans[1], "internal", report_format))


def _everything_in(content: bytes) -> Iterator[bytes]:
    """Yield each stream decompressed, each text and name, and the attachment."""
    with pikepdf.open(io.BytesIO(content)) as opened:
        for each in opened.objects:
            if isinstance(each, pikepdf.Stream):
                yield each.read_bytes()
            yield each.unparse(resolved=False)
            if isinstance(each, pikepdf.Dictionary):
                for value in each.as_dict().values():
                    if isinstance(value, pikepdf.String):
                        yield str(value).encode()


@pytest.mark.pango
@pytest.mark.filterwarnings("default")
def test_the_pdf_too_in_every_stream(plans: tuple[Path, Path]) -> None:
    one, other = (made(plan, "public", "pdf") for plan in plans)
    assert isinstance(other, bytes)
    assert one == other
    assert not any(b"canary" in each.lower() for each in _everything_in(other))
    assert any(b"GPT-2" in each for each in _everything_in(other))


@pytest.mark.parametrize("report_format", TEXTS)
def test_a_filter_that_is_dropped_would_be_noticed(
    plans: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, report_format: str
) -> None:
    monkeypatch.setattr(copying.Scope, "may_see", lambda _self, _pointer: True)
    assert "canary" in str(made(plans[1], "public", report_format))


def test_a_filter_that_is_dropped_fails_the_reports_own_rule(
    plans: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying.Scope, "may_see", lambda _self, _pointer: True)
    page = str(made(plans[0], "public", "md"))
    assert "RP-1107" in page


@pytest.mark.parametrize("report_format", ["html", "md"])
def test_every_format_has_every_section(plans: tuple[Path, Path], report_format: str) -> None:
    from release.reports.words import read_words

    words: Mapping[str, str] = read_words("en").table
    text = str(made(plans[0], "public", report_format))
    for name in SECTIONS:
        assert words[f"sections.{name}"] in text
