"""Write the reference pages from the code, so that they cannot say anything else than it does.

`python docs/generate.py` writes them; `python docs/generate.py --check` says which differ, and exits 1.
"""

from __future__ import annotations

import importlib
import inspect
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from release.api import plan_schema
from release.base.codes import CODES
from release.cli.app import COMMANDS
from release.evidence.kind import Kind, kind_called, kinds, params_of
from release.gate.core_rules import CORE_RULES
from release.gate.explanation import Explanation, explain, rule_explanation
from release.policy.pack import Pack
from release.policy.packs import packs_called

REFERENCE = Path(__file__).resolve().parent / "reference"
WRITTEN_BY_HAND = {"exit-codes.md"}
NOTE = "<!-- Written by docs/generate.py: change the code, then run `make docs`. -->\n\n"


def pages() -> dict[str, str]:
    """Return every reference page: path below docs/reference to text."""
    packs = packs_called(None)
    found = {
        "commands.md": commands_page(),
        "errors.md": errors_page(),
        "core-rules.md": core_page(),
        "plan.md": plan_page(plan_schema()),
        "kinds.md": kinds_page(),
        "rules/README.md": packs_page(packs),
    }
    found |= {f"rules/{pack.id}.md": pack_page(pack) for pack in packs}
    return {name: NOTE + text.rstrip() + "\n" for name, text in found.items()}


def commands_page() -> str:
    """Return the help of every command."""
    blocks = (f"## release {' '.join(path)}\n\n```text\n{_help(path)}\n```\n" for path in command_paths())
    return "\n".join(["# Commands\n", *blocks])


def command_paths() -> Iterator[tuple[str, ...]]:
    """Yield the words of every command, a group's own commands after it."""
    for row in COMMANDS:
        yield (row.name,)
        loaded = row.load()
        for name in sorted(getattr(loaded, "commands", {})):
            yield (row.name, name)


def _help(path: tuple[str, ...]) -> str:
    environment = {
        **os.environ,
        "COLUMNS": "80",
        "TERMINAL_WIDTH": "80",
        "NO_COLOR": "1",
        "LC_ALL": "C.UTF-8",
    }
    command = [sys.executable, "-m", "release", *path, "--help"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env=environment, stdin=subprocess.DEVNULL
    )
    return "\n".join(line.rstrip() for line in done.stdout.strip().splitlines())


def errors_page() -> str:
    """Return the codes of input errors."""
    lines = ["# Errors in the input\n", "Each ends with exit code 2: nothing was judged.\n"]
    for code in sorted(CODES):
        found = explain(code, [])
        if found is not None:
            lines += [f"## {code} {found.title}\n", *_parts(found)]
    return "\n".join(lines)


def core_page() -> str:
    """Return the rules of the tool itself."""
    lines = ["# Rules of the tool itself\n"]
    for code in sorted(CORE_RULES):
        found = explain(code, [])
        if found is not None:
            lines += [f"## {code} {found.title}\n", f"Consequence: {found.consequence}.\n", *_parts(found)]
    return "\n".join(lines)


def packs_page(packs: list[Pack]) -> str:
    """Return the list of packs."""
    rows = [f"| [{pack.id}]({pack.id}.md) | {len(pack.rules)} | {pack.title} |" for pack in packs]
    return "\n".join(["# Policy packs\n", "| pack | rules | title |", "|---|---|---|", *rows])


def pack_page(pack: Pack) -> str:
    """Return the page of one pack: every rule has the same parts."""
    lines = [f"# {pack.title}\n", f"Pack `{pack.id}`, version {pack.version}.\n"]
    lines += [f"{pack.description.strip()}\n"] if pack.description else []
    if pack.params:
        lines += ["| parameter | default | why |", "|---|---|---|"]
        lines += [f"| `{each.name}` | {_cell(each.default)} | {_cell(each.why)} |" for each in pack.params]
        lines.append("")
    for rule in pack.rules:
        found = rule_explanation(pack, rule)
        lines += [f"## {rule.id} {rule.title}\n", f"Consequence: {found.consequence}.\n"]
        asks = "\n".join(f"{name}: {text}" for name, text in found.asks)
        lines += ["```text", asks, "```\n", *_parts(found)]
    for title, clauses in (
        ("Covered by rules", pack.coverage.covered),
        ("Asked of people", pack.coverage.attested),
        ("Not covered", pack.coverage.not_covered),
    ):
        if clauses:
            lines.append(f"## {title}\n")
            for clause in clauses:
                notes = ", ".join([*clause.rules, *([clause.note] if clause.note else [])])
                lead = f"{clause.id} " if clause.id else ""
                lines.append(f"- {lead}{clause.text}" + (f": {notes}" if notes else ""))
            lines.append("")
    return "\n".join(lines)


def _parts(found: Explanation) -> Iterator[str]:
    if found.why:
        yield f"**Why.** {' '.join(found.why.split())}\n"
    if found.fix:
        yield f"**What to do.** {' '.join(found.fix.split())}\n"
    if found.sources:
        yield "**Sources.**\n"
        yield "\n".join(f"- {source}" for source in found.sources) + "\n"
    for title, example in (("An example that has the fault", found.bad), ("Put right", found.good)):
        if example:
            yield f"{title}:\n\n```yaml\n{example.rstrip()}\n```\n"


def _cell(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return " ".join(text.split()).replace("|", "\\|")


def kinds_page() -> str:
    """Return the evidence kinds: question, formula, source, limits, columns, parameters, figures."""
    lines = ["# Evidence kinds\n"]
    for name in kinds():
        kind = kind_called(name)
        module = importlib.import_module(f"release.evidence.kinds.{name}")
        lines += [
            f"## {name}: {kind.title}\n",
            f"{inspect.cleandoc(module.__doc__ or '')}\n",
            *_kind_tables(kind),
        ]
    return "\n".join(lines)


def _kind_tables(kind: Kind) -> Iterator[str]:
    tables = {
        "column role": [(role.name, role.cell, role.text) for role in kind.roles],
        "parameter": [(param.name, str(param.default), param.text) for param in params_of(kind)],
        "figure": [(result.name, result.unit, result.text) for result in kind.results],
        "fact": [(fact.name, _type(fact.type), fact.text) for fact in kind.facts],
    }
    seconds = {"column role": "holds", "parameter": "default", "figure": "unit", "fact": "type"}
    for title, rows in tables.items():
        if rows:
            yield f"| {title} | {seconds[title]} | |\n|---|---|---|"
            yield (
                "\n".join(
                    f"| `{first}` | {_cell(second)} | {_cell(third)} |" for first, second, third in rows
                )
                + "\n"
            )


def _type(type_: Any) -> str:
    return type_ if isinstance(type_, str) else " of ".join(map(_type, type_))


def plan_page(schema: Mapping[str, Any]) -> str:
    """Return every object and field of a plan, from its JSON Schema."""
    lines = ["# The plan\n", f"{schema.get('description', '')}\n"]
    for name, node in [("The plan itself", schema), *sorted(schema.get("$defs", {}).items())]:
        properties = node.get("properties")
        if not properties:
            continue
        required = set(node.get("required", ()))
        lines += [f"## {name}\n", "| field | | |", "|---|---|---|"]
        for field, described in properties.items():
            mark = "required" if field in required else ""
            lines.append(f"| `{field}` | {mark} | {_cell(described.get('description', ''))} |")
        lines.append("")
    return "\n".join(lines)


def main() -> int:
    """Write the pages, or say which differ."""
    wanted = pages()
    present = {str(path.relative_to(REFERENCE)): path for path in sorted(REFERENCE.rglob("*.md"))}
    changed = [
        name
        for name, text in wanted.items()
        if name not in present or present[name].read_text("utf-8") != text
    ]
    extra = sorted(set(present) - set(wanted) - WRITTEN_BY_HAND)
    if "--check" in sys.argv:
        for name in [*changed, *extra]:
            print(f"docs/reference/{name} differs from the code: run `make docs`")
        return 1 if changed or extra else 0
    for name in changed:
        target = REFERENCE / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(wanted[name], encoding="utf-8")
    for name in extra:
        present[name].unlink()
    print(f"{len(wanted)} pages, {len(changed)} written, {len(extra)} removed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
