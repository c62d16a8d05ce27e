"""The work order of a stage: for people, as a checklist in Markdown, and as `release-todo/1`."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from typing import Any

from release.analysis.todo import Item, WorkOrder
from release.audience.questions import place, seen
from release.base.json_schema import COUNT, PLACE, TEXT, closed, described, listed, or_null, output_schema
from release.base.record import Record
from release.base.visible import visible
from release.formats._colour import palette
from release.formats._format import FormatOptions
from release.formats._schema_parts import ABOUT, VERDICT
from release.formats._summary import WORDS
from release.formats.markdown import text as escaped
from release.gate.reason import Reason

SCHEMA = "release-todo/1"
_HOLDERS = {
    "developer": "the developer",
    "partner": "the partner",
    "evaluator": "an evaluator",
    "anybody": "anybody",
}


class _View(Record):
    order: WorkOrder
    audience: str
    items: tuple[Item, ...]
    also: tuple[Reason, ...]
    withheld: int

    def number(self, index: int) -> int | None:
        """Return the number under which an item of the whole order is shown."""
        item = self.order.items[index]
        return next((place for place, each in enumerate(self.items, 1) if each is item), None)

    def together(self, item: Item) -> list[int]:
        """Return the numbers of the items that the findings of one need too."""
        return [number for each in item.together if (number := self.number(each)) is not None]

    @property
    def title(self) -> str:
        """Heading."""
        judgement = self.order.judgement
        return f"Work order for stage {self.order.stage} of {judgement.title}, as of {judgement.at}"

    @property
    def last(self) -> str:
        """The last line: verdict, counts, what comes next."""
        word = WORDS[self.order.verdict]
        if not self.items:
            seen_or_not = " that you may see" if self.withheld else ""
            return f"{word}: nothing is to be brought{seen_or_not}{self._called_off}"
        keys = {(finding.rule, finding.object) for item in self.items for finding in item.findings}
        only = sum(item.only_developer for item in self.items)
        alone = f"; {only} by the developer alone" if only else ""
        findings = "1 finding" if len(keys) == 1 else f"{len(keys)} findings"
        after = f"; then {self._then}" if self._after == "go" else ""
        return f"{word}: {len(self.items)} to bring for {findings}{alone}{after}{self._called_off}"

    @property
    def _then(self) -> str:
        """What follows when all is there; of a stage that is out only the record can still be mended."""
        out = self.order.status in {"released", "withdrawn"}
        return "complete" if out else "go"

    @property
    def _called_off(self) -> str:
        stage = self.order.judgement.stage(self.order.stage)
        cancelled = self.audience == "internal" and stage.status == "cancelled"
        return "; the stage is cancelled, and cannot go" if cancelled else ""

    @property
    def _after(self) -> str | None:
        return self.order.after if self.audience == "internal" else None


def _view(order: WorkOrder, audience: str) -> _View:
    items, withheld = seen(order.items, audience)
    also, hidden = seen(order.also, audience)
    return _View(order, audience, items, also, withheld + hidden + order.unseen)


def to_text(order: WorkOrder, audience: str, options: FormatOptions) -> str:
    """Return the work order for people."""
    view = _view(order, audience)
    colours = palette(enabled=options.colour)
    lines: list[str] = []
    if not options.quiet:
        lines += [colours.strong(line) for line in textwrap.wrap(visible(view.title), options.width)]
        for heading, chosen in _sections(view):
            lines += ["", colours.strong(heading)]
            for number, item in chosen:
                lines += ["", *_text_item(view, number, item, options.width)]
        lines += ["", *_rest(view, options.width)]
    lines.append(colours.verdict(order.verdict, view.last))
    return "".join(f"{line}\n" for line in lines)


def _sections(view: _View) -> Iterator[tuple[str, list[tuple[int, Item]]]]:
    numbered = list(enumerate(view.items, 1))
    for heading, only, nature in (
        ("Only the developer can bring", True, ""),
        ("To be made", False, "write"),
        ("Facts that the plan does not tell", False, "fact"),
    ):
        chosen = [
            (number, item)
            for number, item in numbered
            if item.only_developer is only and nature in {"", item.nature}
        ]
        if chosen:
            yield heading, chosen


def _text_item(view: _View, number: int, item: Item, width: int) -> Iterator[str]:
    yield from textwrap.wrap(
        f"{number:>2}. {visible(item.what)}",
        width,
        initial_indent="  ",
        subsequent_indent="      ",
        break_on_hyphens=False,
    )
    for word, said in _details(view, item):
        yield from textwrap.wrap(
            visible(f"{word}{said}"),
            width,
            initial_indent="      ",
            subsequent_indent="        ",
            break_on_hyphens=False,
        )


def _details(view: _View, item: Item) -> Iterator[tuple[str, str]]:
    holder = item.holder.seen_by(view.audience)
    who = f" ({holder.who})" if holder.who else ""
    yield "by: ", f"{_HOLDERS[holder.by]}{who}"
    together = view.together(item)
    extra = f"; together with {', '.join(map(str, together))}" if together else ""
    yield "clears: ", f"{', '.join(_cleared(item))}{extra}"
    if item.nature == "write":
        for message in _found(item):
            yield "found: ", message
        for fix in item.fix:
            yield "how: ", fix
        if view.audience == "internal":
            places = list(dict.fromkeys(str(finding.at) for finding in item.findings))
            yield "fails at ", f"{places[0]}{_more(len(places) - 1)}"
    elif view.audience == "internal" and item.places:
        first = item.places[0]
        yield "", f"{first.now} at {first.at}{_more(len(item.places) - 1)}"
        if not item.checked:
            yield "not tried: ", "no value was found with which the findings are cleared"


def _found(item: Item) -> list[str]:
    """Return what was found, where the title of a rule alone does not name the objects that it is about."""
    whole = [
        each for each in item.findings if each.object.partition(":")[0] in {"stage", "plan", "criterion"}
    ]
    titled = item.what == item.findings[0].title
    return list(dict.fromkeys(each.message for each in whole)) if titled else []


def _more(others: int) -> str:
    return f" and {others} more place{'s' * (others > 1)}" if others else ""


def _cleared(item: Item) -> list[str]:
    rules: dict[str, int] = {}
    for finding in item.findings:
        rules[finding.rule] = rules.get(finding.rule, 0) + 1
    return [f"{rule} ({count} times)" if count > 1 else rule for rule, count in rules.items()]


def _rest(view: _View, width: int) -> Iterator[str]:
    for reason in view.also:
        line = f"The gate also waits for the {reason.kind}: {reason.message}"
        yield from textwrap.wrap(visible(line), width, subsequent_indent="  ", break_on_hyphens=False)
    if view.audience == "internal" and view.order.left:
        named = ", ".join(f"{rule} on {name}" for rule, name in view.order.left)
        line = f"With the values that were tried, there would stand against it: {named}."
        yield from textwrap.wrap(visible(line), width, subsequent_indent="  ", break_on_hyphens=False)
    if view.withheld:
        yield f"{view.withheld} items are withheld from {view.audience}."
    if view.also or view.withheld or (view.audience == "internal" and view.order.left):
        yield ""


def to_markdown(order: WorkOrder, audience: str, options: FormatOptions) -> str:
    """Return the work order as a checklist."""
    del options
    view = _view(order, audience)
    lines = [f"# {escaped(view.title)}", "", f"Verdict: **{order.verdict}**."]
    for heading, chosen in _sections(view):
        lines += ["", f"## {heading}", ""]
        for number, item in chosen:
            lines.append(f"- [ ] **{number}. {escaped(item.what)}**")
            lines += [f"    - {word}{escaped(said)}" for word, said in _details(view, item)]
    rest = [escaped(line) for line in _rest(view, 10_000) if line]
    for line in rest:
        lines += ["", line]
    return "\n".join([*lines, "", escaped(view.last), ""])


def to_json(order: WorkOrder, audience: str, options: FormatOptions) -> str:
    """Return `release-todo/1` with a final newline."""
    view = _view(order, audience)
    judgement = order.judgement
    insider = audience == "internal"
    body = {
        "schema": SCHEMA,
        "tool": {"name": "staged-release", "version": options.version},
        "at": judgement.at,
        "audience": audience,
        "plan": judgement.plan_id,
        "path": judgement.path,
        "stage": order.stage,
        "verdict": order.verdict,
        "after": order.after if insider else None,
        "left": [{"rule": rule, "object": name} for rule, name in order.left] if insider else [],
        "items": [_structure(view, number, item) for number, item in enumerate(view.items, 1)],
        "also": [
            {"kind": each.kind, "id": each.id, "message": each.message, "clears": each.clears}
            for each in view.also
        ],
        "withheld": view.withheld,
    }
    return json.dumps(body, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _structure(view: _View, number: int, item: Item) -> dict[str, Any]:
    path = view.order.judgement.path
    holder = item.holder.seen_by(view.audience)
    places = []
    for each in item.places:
        at, pointer = place(each.at, each.pointer, path, view.audience)
        places.append(
            {
                "object": each.object,
                "field": each.field,
                "now": each.now,
                "pointer": pointer,
                "file": at.file,
                "line": at.line,
                "column": at.column,
                "example": each.example if view.audience == "internal" else None,
            }
        )
    return {
        "number": number,
        "what": item.what,
        "nature": item.nature,
        "by": holder.by,
        "who": holder.who,
        "only_developer": item.only_developer,
        "checked": item.checked,
        "together": view.together(item),
        "facts": places,
        "findings": [
            {
                "rule": finding.rule,
                "object": finding.object,
                "status": finding.status,
                "verdict": finding.verdict,
                "message": finding.message,
            }
            for finding in item.findings
        ],
        "fix": list(item.fix),
        "audience": list(item.label.words),
    }


def _item_schema() -> dict[str, Any]:
    fact = closed(
        {
            "object": described(TEXT, "`kind:id`."),
            "field": described(TEXT, "Path below the object; `*` for the items of a list."),
            "now": {"enum": ["unknown", "undisclosed", "absent"], "description": "What stands there."},
            "pointer": described(TEXT, "RFC 6901 pointer within `file`."),
            "file": TEXT,
            "line": PLACE,
            "column": PLACE,
            "example": {
                "description": "A value with which the findings are cleared; null where none is known."
            },
        },
        "A place in the plan that does not tell.",
    )
    finding = closed(
        {
            "rule": TEXT,
            "object": TEXT,
            "status": {"enum": ["fail", "unknown"]},
            "verdict": {"enum": ["hold", "no-go", None]},
            "message": TEXT,
        },
        "A finding that it clears.",
    )
    return closed(
        {
            "number": PLACE,
            "what": described(TEXT, "What to bring."),
            "nature": {"enum": ["write", "fact"], "description": "To be made, or so and not told."},
            "by": {"enum": ["developer", "partner", "evaluator", "anybody"], "description": "Who can."},
            "who": described(TEXT, "Their name, where the plan gives one."),
            "only_developer": {"type": "boolean", "description": "Whether nobody else can bring it."},
            "checked": {
                "type": "boolean",
                "description": "Whether a value was found that clears its findings.",
            },
            "together": listed(PLACE, "Numbers of other items that its findings need too."),
            "facts": listed(fact, "Where it is to be written."),
            "findings": listed(finding, "What it clears."),
            "fix": listed(TEXT, "What the rules say to do."),
            "audience": listed(TEXT, "Who may see this item."),
        },
        "One thing to bring.",
    )


def todo_schema() -> dict[str, Any]:
    """Return the JSON Schema of `release-todo/1`."""
    left = closed({"rule": TEXT, "object": TEXT}, "One finding.")
    also = closed({"kind": TEXT, "id": TEXT, "message": TEXT, "clears": TEXT}, "One reason of the gate.")
    return output_schema(
        SCHEMA,
        {
            **ABOUT,
            "stage": TEXT,
            "verdict": VERDICT,
            "after": described(or_null(VERDICT), "The verdict with all of it; null where that is not known."),
            "left": listed(left, "What would stand against the stage with the values that were tried."),
            "items": listed(_item_schema(), "What to bring, what only the developer can first."),
            "also": listed(also, "What else the gate waits for."),
            "withheld": described(COUNT, "Not shown to this audience."),
        },
        "What `release todo --format json` prints.",
    )
