"""`release explain`: why a rule or an error code exists, and how to satisfy it."""

from __future__ import annotations

import dataclasses
import json
import textwrap
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from release.base.errors import InputError, InvalidInput
from release.base.nearest import nearest
from release.base.visible import visible
from release.cli import options as common
from release.cli.output import write_result

if TYPE_CHECKING:
    from release.gate.explanation import Explanation


class ExplainFormat(StrEnum):
    """How the explanation is written."""

    text = "text"
    json = "json"


def explain(
    code: Annotated[
        str, typer.Argument(metavar="CODE", help="A rule such as SR-123, or an error code such as IN-003.")
    ],
    *,
    policy: common.Policy = None,
    output_format: Annotated[
        ExplainFormat, typer.Option("--format", "-f", help="How it is written.")
    ] = ExplainFormat.text,
    output: common.Output = None,
) -> int:
    """Explain a rule or an error code, with examples and sources."""
    from release.gate.explanation import codes, explain
    from release.policy.packs import known_packs

    packs = known_packs(policy or ())
    found = explain(code.strip().upper(), packs) or explain(code, packs)
    if found is None:
        near = nearest(code.upper(), codes(packs))
        hint = f"did you mean '{near}'?" if near else "see `release policy list` for packs and rules"
        raise InvalidInput([InputError("IN-088", f"nothing is called '{code}'", None, hint)])
    if output_format is ExplainFormat.json:
        body = {"schema": "release-explain/1", **dataclasses.asdict(found)}
        write_result(json.dumps(body, indent=2, ensure_ascii=False) + "\n", output)
    else:
        write_result("".join(f"{line}\n" for line in _lines(found)), output)
    return 0


def _lines(found: Explanation) -> Iterator[str]:
    yield f"{found.code}  {visible(found.title)}"
    yield f"{found.origin}"
    yield f"Consequence: {found.consequence}"
    for name, text in found.asks:
        yield from _wrapped(f"{name}: ", text)
    if found.why:
        yield from ("", "Why")
        yield from _wrapped("  ", found.why)
    if found.fix:
        yield from ("", "What to do")
        yield from _wrapped("  ", found.fix)
    if found.params:
        yield from ("", "Parameters")
        for name, default, why in found.params:
            yield from _wrapped("  ", f"{name} = {default}: {why}")
    if found.sources:
        yield from ("", "Sources")
        for source in found.sources:
            yield from _wrapped("  - ", source)
    for title, example in (("An example that has the fault", found.bad), ("Put right", found.good)):
        if example:
            yield from ("", title)
            yield from (f"  {visible(line)}" for line in example.rstrip().splitlines())


def _wrapped(lead: str, text: str) -> list[str]:
    return textwrap.wrap(visible(text), 80, initial_indent=lead, subsequent_indent=" " * len(lead))
