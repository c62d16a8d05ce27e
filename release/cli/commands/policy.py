"""`release policy`: list, show, test and lint policy packs."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from release.base.errors import InputError, InvalidInput
from release.base.visible import visible
from release.cli import options as common
from release.cli.lazy import PLAIN
from release.cli.output import write_error, write_result

if TYPE_CHECKING:
    from release.policy.pack import Clause, Pack

app = typer.Typer(
    name="policy", help="Begin, list, show, test and lint policy packs.", no_args_is_help=True, **PLAIN
)


class PolicyFormat(StrEnum):
    """How packs are written."""

    text = "text"
    json = "json"


Format = Annotated[PolicyFormat, typer.Option("--format", "-f", help="How it is written.")]
Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="PACK|FILE", help="Packs by id or file [default: all shipped]."),
]


@app.command("list")
def list_packs(
    *, policy: common.Policy = None, output_format: Format = PolicyFormat.text, output: common.Output = None
) -> int:
    """List the packs that there are, with the number of their rules."""
    from release.policy.packs import known_packs

    packs = known_packs(policy or ())
    if output_format is PolicyFormat.json:
        _write_json("release-policy-list/1", {"packs": [_summary(pack) for pack in packs]}, output)
        return 0
    lines = [f"{'PACK':<22} {'VERSION':<8} {'RULES':>5}  TITLE"]
    lines += [
        f"{pack.id:<22} {pack.version:<8} {len(pack.rules):>5}  {visible(pack.title)}" for pack in packs
    ]
    write_result("".join(f"{line}\n" for line in lines), output)
    return 0


@app.command("new")
def new_pack(
    pack_id: Annotated[str, typer.Argument(metavar="ID", help="The id of the pack, such as acme.")],
    *,
    title: Annotated[str | None, typer.Option("--title", metavar="TEXT", help="What people call it.")] = None,
    prefix: Annotated[
        str | None,
        typer.Option("--prefix", metavar="AB", help="What its rule ids begin with [default: from the id]."),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help="Where to write it [default: ID.yaml]."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> int:
    """Write a pack to start from: one rule, with a parameter, a message and examples.

    Exit codes: 0 written, 2 refused and nothing was written.
    """
    from release.policy.scaffold import new_pack_text

    text = new_pack_text(pack_id, title=title, prefix=prefix)
    file = output or f"{pack_id}.yaml"
    if file != "-" and Path(file).exists() and not force:
        hint = "give another file under --output, or --force to replace it"
        raise InvalidInput([InputError("IN-087", f"{visible(file)} is there already", None, hint)])
    write_result(text, file)
    if file != "-":
        write_error(f"wrote {visible(file)}; next: release policy test {visible(file)}\n")
    return 0


@app.command("show")
def show_pack(
    pack: Annotated[str, typer.Argument(metavar="PACK|FILE", help="A pack, by id or file.")],
    *,
    output_format: Format = PolicyFormat.text,
    output: common.Output = None,
) -> int:
    """Show a pack: its rules, parameters, sources, and what of its source it does not cover."""
    from release.policy.packs import packs_called

    (found,) = packs_called([pack])
    if output_format is PolicyFormat.json:
        _write_json("release-policy-show/1", {**_summary(found), **_details(found)}, output)
    else:
        write_result("".join(f"{line}\n" for line in _show_lines(found)), output)
    return 0


@app.command("test")
def test_packs(
    names: Names = None,
    *,
    output_format: Format = PolicyFormat.text,
    output: common.Output = None,
) -> int:
    """Run the examples of every rule; exit 1 when one does not give the answer it should."""
    from release.policy.packs import packs_called
    from release.policy.testing import test_pack

    reports = [test_pack(pack) for pack in packs_called(names)]
    failures = [outcome for report in reports for outcome in report.outcomes if not outcome.as_expected]
    total = sum(len(report.outcomes) for report in reports)
    if output_format is PolicyFormat.json:
        body = {
            "packs": [
                {
                    "id": report.pack,
                    "examples": len(report.outcomes),
                    "failures": [_outcome(each) for each in report.outcomes if not each.as_expected],
                }
                for report in reports
            ]
        }
        _write_json("release-policy-test/1", body, output)
    else:
        lines = [f"{each.at}: {each.rule} {visible(each.message)}" for each in failures]
        lines.append(
            f"{total - len(failures)} examples passed, {len(failures)} failed in {len(reports)} packs"
        )
        write_result("".join(f"{line}\n" for line in lines), output)
    return 1 if failures else 0


@app.command("lint")
def lint_packs(
    names: Names = None, *, output_format: Format = PolicyFormat.text, output: common.Output = None
) -> int:
    """Check the style of packs; exit 1 when something is found, 2 when an expression is wrong."""
    from release.policy.library import compiled_packs
    from release.policy.lint import lint_pack
    from release.policy.packs import packs_called

    packs = packs_called(names)
    compiled_packs(packs)
    remarks = [remark for pack in packs for remark in lint_pack(pack)]
    if output_format is PolicyFormat.json:
        body = [
            {"file": each.at.file, "line": each.at.line, "column": each.at.column, "message": each.message}
            for each in remarks
        ]
        _write_json("release-policy-lint/1", {"remarks": body}, output)
    else:
        lines = [f"{each.at}: {visible(each.message)}" for each in remarks]
        lines.append(f"{len(remarks)} remarks on {len(packs)} packs")
        write_result("".join(f"{line}\n" for line in lines), output)
    return 1 if remarks else 0


def _write_json(schema: str, body: dict[str, Any], output: str | None) -> None:
    write_result(json.dumps({"schema": schema, **body}, indent=2, ensure_ascii=False) + "\n", output)


def _outcome(each: Any) -> dict[str, Any]:  # noqa: ANN401 - an outcome of testing
    return {"rule": each.rule, "file": each.at.file, "line": each.at.line, "message": each.message}


def _summary(pack: Pack) -> dict[str, Any]:
    return {"id": pack.id, "version": pack.version, "title": pack.title, "rules": len(pack.rules)}


def _details(pack: Pack) -> dict[str, Any]:
    return {
        "description": pack.description,
        "applies_from": pack.applies.start,
        "rules": [
            {
                "id": rule.id,
                "title": rule.title,
                "severity": rule.severity,
                "verdict": rule.verdict,
                "for": rule.kind,
                "kinds": list(rule.evidence_kinds),
            }
            for rule in pack.rules
        ],
        "params": [
            {
                "name": param.name,
                "type": param.type,
                "default": param.default,
                "min": param.bounds.least,
                "max": param.bounds.most,
                "one_of": list(param.bounds.words),
                "why": param.why,
            }
            for param in pack.params
        ],
        "sources": [
            {"id": source.id, "title": source.title, "date": source.date, "url": source.url}
            for source in pack.sources
        ],
        "coverage": {
            name: [_clause(each) for each in clauses]
            for name, clauses in (
                ("covered", pack.coverage.covered),
                ("attested", pack.coverage.attested),
                ("not_covered", pack.coverage.not_covered),
            )
        },
    }


def _clause(clause: Clause) -> dict[str, Any]:
    return {"text": clause.text, "rules": list(clause.rules), "note": clause.note, "id": clause.id}


def _show_lines(pack: Pack) -> Iterator[str]:
    yield f"{pack.id} {pack.version}  {visible(pack.title)}"
    for paragraph in pack.description.strip().split("\n\n"):
        yield from textwrap.wrap(visible(" ".join(paragraph.split())), 80)
    if pack.applies.start or pack.applies.when:
        condition = f" when {pack.applies.when.text}" if pack.applies.when else ""
        yield f"Applies to stages from {pack.applies.start or 'any date'}{condition}"
    yield from ("", "Rules")
    for rule in pack.rules:
        consequence = f"{rule.severity}/{rule.verdict}" if rule.verdict else rule.severity
        yield from _entry(f"  {rule.id:<8} {consequence:<12} ", rule.title)
    if pack.params:
        yield from ("", "Parameters")
        for param in pack.params:
            within = f" ({param.bounds.said})" if param.bounds.said else ""
            yield from _entry(f"  {param.name} = {param.default}  ", f"{param.why}{within}")
    if pack.sources:
        yield from ("", "Sources")
        for source in pack.sources:
            parts = [source.authors, source.title, source.date, source.url]
            yield from _entry("  - ", "; ".join(part for part in parts if part))
    for title, clauses in (
        ("Covered by rules", pack.coverage.covered),
        ("Asked of people", pack.coverage.attested),
        ("Not covered", pack.coverage.not_covered),
    ):
        if clauses:
            yield from ("", title)
            for clause in clauses:
                note = ", ".join([*clause.rules, *([clause.note] if clause.note else [])])
                lead = f"{clause.id} " if clause.id else ""
                yield from _entry("  - ", f"{lead}{clause.text}" + (f": {note}" if note else ""))


def _entry(lead: str, text: str) -> list[str]:
    hang = " " * min(len(lead), 24)
    return textwrap.wrap(visible(text), 80, initial_indent=lead, subsequent_indent=hang) or [lead.rstrip()]
