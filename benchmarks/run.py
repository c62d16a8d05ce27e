"""One table of ratios, each job against a floor measured in the same run: milliseconds do not travel."""

from __future__ import annotations

import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLAN = ROOT / "templates" / "plans" / "gpt-2"
RELEASE = [sys.executable, "-m", "release"]
RUNS = 15
FEW = "evaluation-rigour"  # 21 rules; a new plan has four packs with 77


def _cpu(command: Sequence[str]) -> float:
    """Return the CPU seconds (user and system) of one run of a command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, cwd=ROOT)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def _median(job: Callable[[], float], runs: int) -> float:
    job()
    return statistics.median(job() for _ in range(runs))


def start_up() -> list[tuple[str, float, float]]:
    """Return (what, ratio to an empty interpreter, budget) for the commands that people wait for."""
    floor = _median(lambda: _cpu([sys.executable, "-c", "pass"]), RUNS)
    jobs = [
        ("release --version", [*RELEASE, "--version"], 3.0),
        ("release --help", [*RELEASE, "--help"], 10.0),
        ("release check (GPT-2)", [*RELEASE, "check", str(PLAN), "--at", "2019-11-04"], 25.0),
    ]
    return [
        (name, _median(lambda c=command: _cpu(c), RUNS) / floor, budget) for name, command, budget in jobs
    ]


def many_plans(count: int = 1_000) -> list[tuple[str, float, float]]:
    """Return the ratio of checking many plans to composing them with PyYAML's C loader, both on one core."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        text = _plan_of_200_lines()
        rows = []
        for label, packs, budget in (("20 rules", FEW, 1.5), ("default packs", None, 2.5)):
            for number in range(count):
                plan = folder / f"plan-{number:05}" / "release.yaml"
                plan.parent.mkdir(exist_ok=True)
                plan.write_text(text if packs is None else _using(packs, text), encoding="utf-8")
            compose = _median(lambda: _compose(folder), 3)
            checked = _median(lambda: _cpu([*RELEASE, "check", str(folder), "--quiet"]), 3)
            rows.append((f"{count} plans, {label}, to composing them", checked / compose, budget))
        return rows


def _using(packs: str, text: str) -> str:
    """Return a plan with other packs in force."""
    changed = re.sub(r"^policies: .*$", f"policies: {{use: [{packs}]}}", text, flags=re.MULTILINE)
    if changed == text:
        raise RuntimeError("the blank plan has no line of policies")
    return changed


def _compose(folder: Path) -> float:
    code = (
        "import pathlib, yaml, sys\n"
        "for p in sorted(pathlib.Path(sys.argv[1]).glob('*/release.yaml')):\n"
        "    yaml.compose(p.read_text(encoding='utf-8'), Loader=yaml.CSafeLoader)\n"
    )
    return _cpu([sys.executable, "-c", code, str(folder)])


def _plan_of_200_lines() -> str:
    lines = (PLAN.parent / "blank" / "release.yaml").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.lstrip().startswith("#")]
    risk = [
        "  - id: risk-{n}",
        "    title: Risk {n}",
        "    category: example/term",
        "    description: A risk that stands for many.",
        "    owner: risk owner",
    ]
    start = next(place for place, line in enumerate(kept) if line.startswith("risks:"))
    extra = [
        line.format(n=number) for number in range(max(0, (200 - len(kept)) // len(risk))) for line in risk
    ]
    return "\n".join([*kept[: start + 1], *extra, *kept[start + 1 :]]) + "\n"


def main() -> int:
    """Print the table; exit 1 when a budget is exceeded."""
    started = time.monotonic()
    rows = [*start_up(), *many_plans()]
    over = False
    print(f"{'what':<60} {'ratio':>7} {'budget':>7}")
    for name, ratio, budget in rows:
        mark = "" if ratio <= budget else "  over"
        over = over or ratio > budget
        print(f"{name:<60} {ratio:>6.1f}x {budget:>6.1f}x{mark}")
    print(f"measured in {time.monotonic() - started:.0f} s, medians of CPU time")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
