"""Shared fixtures: golden files, hypothesis profiles, and outside parts that a machine may lack."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent

settings.register_profile(
    "default", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.register_profile("ci", parent=settings.get_profile("default"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")


def _pango() -> bool:
    probe = [sys.executable, "-W", "ignore", "-c", "import weasyprint"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


PARTS: dict[str, tuple[Callable[[], bool], str]] = {
    "browser": (
        lambda: (
            bool(
                shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
            )
            and bool(shutil.which("node"))
            and (ROOT / "tests/browser/node_modules").is_dir()
        ),
        "needs Chromium, Node.js and `npm install` in tests/browser",
    ),
    "java": (lambda: bool(shutil.which("java")), "needs a Java runtime"),
    "node": (
        lambda: bool(shutil.which("node")) and (ROOT / "tests/clients/node/node_modules").is_dir(),
        "needs Node.js and `npm install` in tests/clients/node",
    ),
    "pango": (_pango, "needs the Pango libraries"),
    "ssh": (lambda: bool(shutil.which("ssh-keygen")), "needs ssh-keygen"),
    "data": (lambda: bool(os.environ.get("STAGED_RELEASE_DATA")), "needs STAGED_RELEASE_DATA"),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write golden files, and fail so that they are read"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what an absent outside part makes impossible; where all are demanded, let it fail instead."""
    del config
    demanded = bool(os.environ.get("RELEASE_TESTS_NEED_ALL"))
    state: dict[str, bool] = {}
    for item in items:
        for name, (present, reason) in PARTS.items():
            if item.get_closest_marker(name) is None or (demanded and name != "data"):
                continue
            if name not in state:
                state[name] = present()
            if not state[name]:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compare text with a golden file; `--update-golden` writes it and fails."""

    def compare(path: Path, text: str) -> None:
        if request.config.getoption("--update-golden"):
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
                pytest.fail(f"wrote {path.relative_to(ROOT)}: look at it before you commit it")
            return
        assert path.exists(), f"{path.relative_to(ROOT)} is missing: run with --update-golden and look at it"
        assert text == path.read_text(encoding="utf-8")

    return compare


@pytest.fixture
def release_command() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command line in a new process, as a user would."""

    def run(*arguments: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "release", *arguments],
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            cwd=cwd or ROOT,
            env={**os.environ, **environment},
        )

    return run
