"""The stored code of the shipped templates is what compiling them gives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from release.reports.html import environment_of
from release.reports.own_templates import shipped_names
from release.reports.stored_templates import STORED_FILE, shipped_code, stored_text

FOLDER = Path(__file__).resolve().parents[3] / "templates" / "reports"


def sources() -> dict[str, str]:
    names = [name for name in shipped_names() if name.endswith(".j2")]
    return {name: (FOLDER / "html" / name).read_text(encoding="utf-8") for name in names}


def test_is_up_to_date(golden: Callable[[Path, str], None]) -> None:
    golden(FOLDER / STORED_FILE, stored_text(environment_of(None), sources()))


def test_every_shipped_template_has_its_code_and_a_changed_one_has_none() -> None:
    found = sources()
    assert len(found) > 15
    for name, source in found.items():
        assert shipped_code()(name, source) is not None
        assert shipped_code()(name, source + " ") is None
    assert shipped_code()("report.html.j2", found["decision.html.j2"]) is None
