"""The weakest claims: for people, as Markdown, as `release-critique/1`, and what outside critics are told."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from release.analysis.critique import Critique, Flaw, Recorded
from release.audience.questions import place, seen
from release.base.json_schema import COUNT, PLACE, TEXT, closed, described, or_null, output_schema
from release.base.record import Record
from release.base.visible import visible
from release.formats._colour import palette
from release.formats._format import FormatOptions
from release.formats._schema_parts import ABOUT, VERDICT
from release.formats._summary import WORDS
from release.formats.markdown import text as escaped
from release.gate.judgement import Judgement

SCHEMA = "release-critique/1"
REQUEST = "release-critic-request/1"
FIGURE_KEYS = ("value", "low", "high", "level", "n", "clusters", "unit")
"""What a critic is told of a figure, where it is known."""

SHOWN = 20
OWN = "release"


class _View(Record):
    critique: Critique
    audience: str
    claims: int
    flaws: tuple[Flaw, ...]
    recorded: tuple[Recorded, ...]
    withheld: int

    def score(self, flaw: Flaw) -> float:
        """Return what flaws are ranked by; the weight rests on the whole plan, and is for insiders."""
        return flaw.score if self.audience == "internal" else flaw.weakness

    @property
    def last(self) -> str:
        """The last line."""
        open_ones = sum(not each.answer for each in self.recorded)
        own = [each for each in self.flaws if each.by == OWN]
        counted = (
            f"{_counted(len(own), 'weakness', 'weaknesses')} in {_counted(self.claims, 'claim', 'claims')}"
        )
        outside = len(self.flaws) - len(own)
        asked = f", {outside} by outside critics" if outside else ""
        weakest = f"; the weakest: {own[0].claim.object}" if own else ""
        on_record = f"; on record {open_ones} open, {len(self.recorded) - open_ones} answered"
        return f"{counted}{asked}{weakest}{on_record if self.recorded else ''}"

    @property
    def shown(self) -> Iterator[tuple[int, Flaw]]:
        """The worst, with their ranks; so many of the tool's own, and of outside critics together."""
        left = {True: SHOWN, False: SHOWN}
        for rank, flaw in enumerate(self.flaws, 1):
            own = flaw.by == OWN
            left[own] -= 1
            if left[own] >= 0:
                yield rank, flaw


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _view(critique: Critique, audience: str) -> _View:
    flaws, hidden = seen(critique.flaws, audience)
    recorded, unseen = seen(critique.recorded, audience)
    claims, _ = seen(critique.claims, audience)
    view = _View(critique, audience, len(claims), flaws, recorded, hidden + unseen)
    ranked = sorted(flaws, key=lambda each: (-view.score(each), each.claim.object, each.check, each.text))
    return view.but(flaws=tuple(ranked))


def to_text(critique: Critique, audience: str, options: FormatOptions) -> str:
    """Return the weakest claims for people, and the critiques on record."""
    view = _view(critique, audience)
    colours = palette(enabled=options.colour)
    lines: list[str] = []
    if not options.quiet:
        lines += [colours.strong(line) for line in textwrap.wrap(_title(view), options.width)]
        shown = list(view.shown)
        for number, flaw in shown:
            lines += ["", *_flaw_lines(view, number, flaw, options.width)]
        if len(view.flaws) > len(shown):
            lines += ["", f"… and {len(view.flaws) - len(shown)} more, all of them under --format json"]
        if view.recorded:
            lines += ["", colours.strong("On record")]
            lines += [line for each in view.recorded for line in _wrapped(_told(each), options.width, "  ")]
        if view.withheld:
            lines += ["", f"{view.withheld} items are withheld from {view.audience}."]
        lines.append("")
    lines += [colours.strong(line) for line in _wrapped(view.last, options.width, "")]
    return "".join(f"{line}\n" for line in lines)


def _title(view: _View) -> str:
    judgement = view.critique.judgement
    if view.critique.stage is None:
        weighed = f"verdict {WORDS[judgement.verdict]}"
    else:
        verdict = judgement.stage(view.critique.stage).verdict
        weighed = f"weighed by the {WORDS[verdict]} of stage {view.critique.stage}"
    return visible(f"The weakest claims of {judgement.title}, as of {judgement.at}, {weighed}")


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    return textwrap.wrap(
        visible(text), width, initial_indent=indent, subsequent_indent=f"{indent}  ", break_on_hyphens=False
    )


def _flaw_lines(view: _View, number: int, flaw: Flaw, width: int) -> Iterator[str]:
    by = "" if flaw.by == OWN else f", by {flaw.by}"
    yield from _wrapped(
        f"{number:>2}. {flaw.claim.object}: {flaw.check} ({view.score(flaw):.2f}{by})", width, ""
    )
    if flaw.claim.text:
        short = textwrap.shorten(" ".join(flaw.claim.text.split()), 2 * width, placeholder=" …")
        yield from _wrapped(f'"{short}"', width, "    ")
    yield from _wrapped(flaw.text, width, "    ")
    if view.audience == "internal":
        yield f"    --> {visible(str(flaw.at))}"


def _told(each: Recorded) -> str:
    state = f"answered: {each.answer}" if each.answer else "open"
    return f"{each.id}, of {each.of}, {each.severity or 'no severity'}, {each.date}, {state}: {each.text}"


def to_markdown(critique: Critique, audience: str, options: FormatOptions) -> str:
    """Return the weakest claims as Markdown."""
    del options
    view = _view(critique, audience)
    lines = [
        f"## {escaped(_title(view))}",
        "",
        "| score | claim | weakness | what is wrong |",
        "|---|---|---|---|",
    ]
    for flaw in view.flaws:
        by = "" if flaw.by == OWN else f" (by {flaw.by})"
        cells = [f"{view.score(flaw):.2f}", flaw.claim.object, f"{flaw.check}{by}", flaw.text]
        lines.append(f"| {' | '.join(escaped(cell) for cell in cells)} |")
    if view.recorded:
        lines += ["", "### On record", ""]
        lines += [f"- [{'x' if each.answer else ' '}] {escaped(_told(each))}" for each in view.recorded]
    if view.withheld:
        lines += ["", f"{view.withheld} items are withheld from {escaped(view.audience)}."]
    return "\n".join([*lines, "", escaped(view.last), ""])


def to_json(critique: Critique, audience: str, options: FormatOptions) -> str:
    """Return `release-critique/1` with a final newline."""
    view = _view(critique, audience)
    judgement = critique.judgement
    body = {
        "schema": SCHEMA,
        "tool": {"name": "staged-release", "version": options.version},
        "at": judgement.at,
        "audience": audience,
        "plan": judgement.plan_id,
        "path": judgement.path,
        "stage": critique.stage,
        "verdict": judgement.verdict if critique.stage is None else judgement.stage(critique.stage).verdict,
        "claims": view.claims,
        "flaws": [_structure(view, flaw) for flaw in view.flaws],
        "recorded": [_record(view, each) for each in view.recorded],
        "withheld": view.withheld,
    }
    return json.dumps(body, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _structure(view: _View, flaw: Flaw) -> dict[str, Any]:
    at, pointer = place(flaw.at, flaw.pointer, view.critique.judgement.path, view.audience)
    return {
        "object": flaw.claim.object,
        "claim": flaw.claim.text,
        "evidence": list(flaw.claim.evidence),
        "check": flaw.check,
        "text": flaw.text,
        "by": flaw.by,
        "weakness": flaw.weakness,
        "weight": flaw.claim.weight if view.audience == "internal" else None,
        "score": round(view.score(flaw), 6),
        "pointer": pointer,
        "file": at.file,
        "line": at.line,
        "column": at.column,
    }


def _record(view: _View, each: Recorded) -> dict[str, Any]:
    at, pointer = place(each.at, each.pointer, view.critique.judgement.path, view.audience)
    return {
        "id": each.id,
        "of": each.of,
        "text": each.text,
        "by": each.by,
        "date": each.date or None,
        "severity": each.severity or None,
        "answer": each.answer or None,
        "pointer": pointer,
        "file": at.file,
        "line": at.line,
        "column": at.column,
    }


def critic_request(critique: Critique, audience: str) -> bytes:
    """Return what an outside critic is told: the claims that the audience may see, one JSON object."""
    claims, _ = seen(critique.claims, audience)
    known = {each.object for each in claims}
    judgement = critique.judgement
    figures = {f"evidence:{item['id']}": item for item in judgement.facts.get("evidence", ())}
    body = {
        "schema": REQUEST,
        "plan": judgement.plan_id,
        "title": judgement.title,
        "at": judgement.at,
        "stage": critique.stage,
        "claims": [
            {
                "id": each.object,
                "text": each.text,
                "evidence": [name for name in each.evidence if f"evidence:{name}" in known],
                "figures": _figures(figures.get(each.object), judgement, audience),
            }
            for each in claims
        ],
    }
    return (json.dumps(body, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _figures(item: Any, judgement: Judgement, audience: str) -> list[dict[str, Any]]:  # noqa: ANN401 - an item of the facts, or None
    from release.analysis.attack import figures_of

    def shown(figure: Mapping[str, Any]) -> bool:
        """Tell whether the audience may see a figure, and what it was computed from."""
        made_from = [figure, *(item.get(name) for name in ("data", "params"))]
        places = [each["$at"] for each in made_from if isinstance(each, Mapping) and "$at" in each]
        return all(judgement.labels(each).visible_to(audience) for each in places)

    return [
        {
            "result": each.name,
            "by": {key: value for key, value in each.by.items() if not key.startswith("$")},
            **{key: each.figure[key] for key in FIGURE_KEYS if key in each.figure},
        }
        for each in (figures_of(item) if item is not None else ())
        if shown(each.figure)
    ]


def critique_schema() -> dict[str, Any]:
    """Return the JSON Schema of `release-critique/1`."""

    def listed(items: dict[str, Any], text: str) -> dict[str, Any]:
        return {"type": "array", "items": items, "description": text}

    part = {"type": "number", "minimum": 0, "maximum": 1}
    where = {"pointer": TEXT, "file": TEXT, "line": PLACE, "column": PLACE}
    flaw = closed(
        {
            "object": described(TEXT, "`kind:id` of the claim."),
            "claim": TEXT,
            "evidence": listed(TEXT, "Ids of what backs the claim."),
            "check": described(TEXT, "The attack; `critic` for those of outside critics."),
            "text": TEXT,
            "by": described(TEXT, "`release`, or the outside critic."),
            "weakness": part,
            "weight": or_null(described(part, "How much of the verdict rests on the claim.")),
            "score": described(part, "Weight times weakness; for others than insiders the weakness."),
            **where,
        },
        "One weakness, the worst first.",
    )
    recorded = closed(
        {
            "id": TEXT,
            "of": TEXT,
            "text": TEXT,
            "by": TEXT,
            "date": or_null(TEXT),
            "severity": or_null(TEXT),
            "answer": or_null(described(TEXT, "Null while it is open.")),
            **where,
        },
        "One critique of the plan.",
    )
    return output_schema(
        SCHEMA,
        {
            **ABOUT,
            "stage": or_null(TEXT),
            "verdict": VERDICT,
            "claims": described(COUNT, "How many claims were attacked."),
            "flaws": listed(flaw, "By score."),
            "recorded": listed(recorded, "Critiques on record, open ones first."),
            "withheld": described(COUNT, "Not shown to this audience."),
        },
        "What `release critique --format json` prints.",
    )
