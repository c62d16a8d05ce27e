"""Write the reference pages from the code, so that they cannot say anything else than it does.

`python docs/generate.py` writes them; `python docs/generate.py --check` says which differ, and exits 1.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from release.base import limits
from release.base.codes import CODES
from release.cli.app import COMMANDS
from release.evidence.kind import Kind, kind_called, kinds, params_of
from release.gate.core_rules import CORE_RULES
from release.gate.explanation import Explanation, explain, rule_explanation
from release.plan.models.plan import PLAN
from release.plan.shapes import Choice, Field, ListOf, MapOf, OneOf, Record, Shape, Word
from release.plan.shapes.record import COMMON
from release.plan.types import records
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
        "plan.md": plan_page(),
        "limits.md": limits_page(),
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


def plan_page() -> str:
    """Return every object and field of a plan: what may be written, whether it has to be, what it is for."""
    lines = [
        "# The plan\n",
        f"{PLAN.description}\n",
        "`release schema plan` prints the same as JSON Schema. What is required is marked \\*. Where a row",
        "says *or unknown*, the words `unknown` and `undisclosed` may stand too, and rules see them. Every",
        "object may also have `notes` and `audience`.\n",
    ]
    for record in sorted(records(), key=lambda each: (each is not PLAN, each.name)):
        title = "The plan itself" if record is PLAN else record.name
        lines += [f"## {title}\n"] if record is PLAN else [f"## {title}\n", f"{record.description}\n"]
        if record.short:
            lines.append(f"A plain value stands for its `{record.short}`.\n")
        if record.one_of:
            lines.append(f"Needs one of {', '.join(f'`{name}`' for name in record.one_of)}.\n")
        own = [field for field in record.fields.values() if field not in COMMON]
        lines += ["| field | value | |", "|---|---|---|"] if own else []
        lines += [_field_row(field) for field in own]
        if record.extra is not None:
            lines.append(f"| any other key | {_cell(_value(record.extra))} | |")
        lines.append("")
    lines += ["## Fields of every object\n", "| field | value | |", "|---|---|---|", *map(_field_row, COMMON)]
    return "\n".join(lines)


def _field_row(field: Field) -> str:
    value = _value(field.shape) + (", or unknown" if field.words else "")
    mark = r"\*" if field.required else ""
    return f"| `{field.name}`{mark} | {_cell(value)} | {_cell(field.description)} |"


def _value(shape: Shape) -> str:
    """Say what may be written, with links to objects, the allowed words, and what a reference names."""
    if isinstance(shape, Record):
        plain = f"{_value(shape.fields[shape.short].shape)}, or " if shape.short else ""
        return f"{plain}[{shape.name}](#{shape.name.lower()})"
    if isinstance(shape, ListOf):
        single = "text, or " if shape.single else ""
        return f"{single}list: {_value(shape.item)}"
    if isinstance(shape, MapOf):
        keys = f"id of a {shape.key_kind}" if shape.key_kind else "key"
        return f"mapping, each {keys}: {_value(shape.value)}"
    if isinstance(shape, Choice):
        return "; or ".join(dict.fromkeys(_value(option) for option in shape.options.values()))
    if isinstance(shape, OneOf):
        return ", or ".join(_value(option) for option in shape.options)
    if isinstance(shape, Word):
        also = [str(word).lower() if isinstance(word, bool) else word for word in shape.also]
        read = f" (also read: {', '.join(f'`{word}`' for word in also)})" if also else ""
        return ", ".join(f"`{word}`" for word in shape.allowed) + read
    return shape.expected


def limits_page() -> str:
    """Return every limit on what is read, from the module that names each once."""
    body = ast.parse(inspect.getsource(limits)).body
    rows = []
    for line, text in pairwise(body):
        if isinstance(line, ast.AnnAssign) and isinstance(text, ast.Expr):
            name = ast.unparse(line.target)
            rows.append(f"| {_cell(ast.literal_eval(text.value))} | {_amount(name)} | `{name}` |")
    lines = [
        "# Limits\n",
        "What is larger is refused with exit code 2 before work is done on it, with its place; a rule whose",
        "evaluation passes a limit is unknown. Each limit is one constant of `release/base/limits.py`.\n",
        "| what | limit | constant |",
        "|---|---|---|",
    ]
    return "\n".join([*lines, *rows])


def _amount(name: str) -> str:
    value: int = getattr(limits, name)
    if not name.endswith(("_BYTES", "_FROM")):
        return f"{value:,}"
    for size, unit in ((limits.GIB, "GiB"), (limits.MIB, "MiB"), (limits.KIB, "KiB")):
        if value % size == 0:
            return f"{value // size} {unit}"
    return f"{value:,} bytes"


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
