"""What carries a verdict: for people, and as `release-influence/1`."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from release.analysis.date_margins import DateLimit, DateMargin
from release.analysis.flipping import FlipSet
from release.analysis.influence import Influence, Ranked
from release.analysis.limits import Limit
from release.analysis.margins import Margin
from release.analysis.parameter_margins import ParameterMargin
from release.base.json_schema import COUNT, PLACE, TEXT, closed, described, listed, or_null, output_schema
from release.base.visible import visible
from release.formats._colour import palette
from release.formats._format import FormatOptions
from release.formats._schema_parts import DATE_JUDGED, TOOL, VERDICT
from release.formats._summary import WORDS

SCHEMA = "release-influence/1"
_NO_UNITS = frozenset({"proportion", "probability", "mean"})
_WORDS = {
    "carries": "without it the verdict is",
    "needed": "part of a set that turns it",
    "shapes": "changes answers, not the verdict",
    "idle": "nothing changes without it",
}


def to_text(found: Influence, options: FormatOptions) -> str:
    """Return what carries the verdict; the last line sums it up."""
    colours = palette(enabled=options.colour)
    lines: list[str] = []
    if not options.quiet:
        judgement = found.judgement
        head = f"What carries the verdict of stage {found.stage} of {judgement.title}, as of {judgement.at}"
        lines += [colours.strong(line) for line in textwrap.wrap(visible(head), options.width)]
        lines += _wrapped(_standing(found), options.width, "")
        for heading, body in (
            ("Taken out alone", _alone(found)),
            ("Smallest sets that turn it", _sets(found)),
            ("How far a figure may move", _margins(found)),
            ("How far a date may move", _dates(found)),
            ("How far a parameter may move", _parameters(found)),
            ("What would turn it to go", _bring(found)),
        ):
            said = [line for text in body for line in _wrapped(text, options.width, "  ")]
            if said:
                lines += ["", colours.strong(heading), *said]
        lines.append("")
    lines.append(colours.verdict(found.verdict, visible(_summary(found))))
    return "".join(f"{line}\n" for line in lines)


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    return textwrap.wrap(
        visible(text), width, initial_indent=indent, subsequent_indent=f"{indent}    ", break_on_hyphens=False
    )


def _standing(found: Influence) -> str:
    if found.verdict == "go":
        return "GO: nothing that is known stands against it."
    told = f"{WORDS[found.verdict]}: {found.failed} errors fail and {found.unknown} cannot be told."
    if found.rests_on_unknown:
        return f"{told} Nothing that is known speaks against it: what is not known holds it."
    return told


def _alone(found: Influence) -> Iterator[str]:
    idle = [each.alone.part.object for each in found.ranking if each.role == "idle"]
    for each in found.ranking:
        if each.role != "idle":
            yield f"{each.alone.part.object}: {_role(each)}{_moved(each)}{_declared(each)}"
    if idle:
        yield f"nothing changes without any one of {len(idle)} others: {', '.join(idle)}"


def _role(each: Ranked) -> str:
    end = f" {WORDS[each.alone.verdict]}" if each.role == "carries" else ""
    return f"{_WORDS[each.role]}{end}"


def _moved(each: Ranked) -> str:
    told = []
    for word, changes in (("opens", each.alone.opened), ("closes", each.alone.closed)):
        if changes:
            told.append(f"{word} {', '.join(dict.fromkeys(rule for rule, _, _ in changes))}")
    return f"; {'; '.join(told)}" if told else ""


def _declared(each: Ranked) -> str:
    return "; its figures are declared, not computed" if each.provenance == "declared" else ""


def _sets(found: Influence) -> Iterator[str]:
    for each in found.flips.sets:
        yield f"{WORDS[each.verdict]} without {_named(each)}"
    example = found.flips.example
    if example is not None:
        yield f"{WORDS[example.verdict]} without {_named(example)} (one example; nothing in it can be spared)"
    flips = found.flips
    if flips.exhaustive:
        yield "All sets were tried." if flips.sets else "All sets were tried: none turns it."
        return
    none = "" if flips.sets else ", none turns it"
    yield f"All sets of up to {flips.complete_to} were tried{none}; larger ones were not."
    if not flips.sets and flips.example is None:
        yield f"Without all {len(flips.alone)} at once it is {WORDS[flips.without_all]} as well."


def _named(each: FlipSet) -> str:
    return " and ".join(part.object for part in each.parts)


def _margins(found: Influence) -> Iterator[str]:
    still = 0
    for each in found.margins:
        name = f"{each.object} {each.field} = {_figure(each)}"
        told = _turns(each, partial(_at, value=each.value)) or _answers(each)
        still += not told
        if told:
            yield f"{name}: {told}"
    if still:
        said = (
            "1 more figure is read, and changes"
            if still == 1
            else f"{still} more figures are read, and change"
        )
        yield f"{said} nothing as far as was tried"


def _dates(found: Influence) -> Iterator[str]:
    still = [f"{each.object} {each.field}" for each in found.dates if not (each.down or each.up)]
    for each in found.dates:
        told = _turns(each, _on) or _answers(each)
        if told:
            yield f"{each.object} {each.field} = {each.value}: {told}"
    if still:
        reach = "as far as was tried, up to three years either way"
        yield f"nothing changes with {', '.join(still)} ({reach})"


def _parameters(found: Influence) -> Iterator[str]:
    still = [each.name for each in found.parameters if not (each.down or each.up)]
    for each in found.parameters:
        told = _turns(each, partial(_at, value=each.value)) or _answers(each)
        if told:
            whose = "" if each.origin == "default" else f" ({each.origin})"
            yield f"{each.name} = {_number(each.value)}{whose}: {told}"
    if still:
        yield f"nothing changes with {', '.join(still)}"


def _turns(each: Any, told: Callable[[Any], str]) -> str:  # noqa: ANN401 - any of the three margins
    """Return where the verdict changes, or nothing."""
    ways = (("down", each.verdict_down), ("up", each.verdict_up))
    return "; ".join(f"{word} to {told(limit)}" for word, limit in ways if limit is not None)


def _answers(each: Any) -> str:  # noqa: ANN401 - any of the three margins
    """Return where answers change that do not change the verdict, or nothing."""
    found = [
        f"{word} at {_place(limit)} ({', '.join(dict.fromkeys(rule for rule, _ in limit.rules))})"
        for word, limit in (("down", each.down), ("up", each.up))
        if limit is not None
    ]
    return f"only answers change, {'; '.join(found)}" if found else ""


def _place(limit: Limit | DateLimit) -> str:
    return limit.value if isinstance(limit, DateLimit) else _number(limit.value)


def _on(limit: DateLimit) -> str:
    return (
        f"{limit.value} for {WORDS[limit.verdict]}, {limit.days} {'day' if limit.days == 1 else 'days'} away"
    )


def _figure(each: Margin) -> str:
    interval = "" if each.low is None or each.high is None else f" [{each.low:.6g}, {each.high:.6g}]"
    return f"{_number(each.value)}{interval}{_unit(each)}"


def _unit(each: Margin) -> str:
    """Return the unit, where it says more than that the figure is a number."""
    return f" {each.unit}" if each.unit and each.unit not in _NO_UNITS else ""


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else f"{value:.6g}"


def _at(limit: Limit, value: float) -> str:
    away = f"{abs(limit.value - value):.3g}"
    errors = "" if limit.errors is None else f", {away} or {limit.errors:.2g} standard errors away"
    return f"{_number(limit.value)} for {WORDS[limit.verdict]}{errors}"


def _bring(found: Influence) -> Iterator[str]:
    if found.order is not None:
        for number, item in enumerate(found.order.items, 1):
            only = ", only the developer" if item.only_developer else ""
            yield f"{number}. {item.what} (by {item.holder.by}{only})"


def _summary(found: Influence) -> str:
    carrying = sum(each.role == "carries" for each in found.ranking)
    moving = sum(bool(each.verdict_down or each.verdict_up) for each in found.margins)
    return (
        f"{WORDS[found.verdict]}: {carrying} of {len(found.ranking)} carry it alone, "
        f"{len(found.flips.sets)} sets turn it, {moving} of {len(found.margins)} figures can"
    )


def to_json(found: Influence, options: FormatOptions) -> str:
    """Return `release-influence/1` with a final newline."""
    judgement = found.judgement
    flips = found.flips
    body = {
        "schema": SCHEMA,
        "tool": {"name": "staged-release", "version": options.version},
        "at": judgement.at,
        "plan": judgement.plan_id,
        "path": judgement.path,
        "stage": found.stage,
        "verdict": found.verdict,
        "failed": found.failed,
        "unknown": found.unknown,
        "rests_on_unknown": found.rests_on_unknown,
        "ranking": [_ranked(each, rank) for rank, each in enumerate(found.ranking, 1)],
        "sets": [_set(each) for each in flips.sets],
        "complete_to": flips.complete_to,
        "exhaustive": flips.exhaustive,
        "example": None if flips.example is None else _set(flips.example),
        "without_all": flips.without_all,
        "margins": [_margin(each) for each in found.margins],
        "dates": [_date(each) for each in found.dates],
        "parameters": [_parameter(each) for each in found.parameters],
        "bring": []
        if found.order is None
        else [
            {
                "what": item.what,
                "by": item.holder.by,
                "only_developer": item.only_developer,
                "checked": item.checked,
            }
            for item in found.order.items
        ],
    }
    return json.dumps(body, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _ranked(each: Ranked, rank: int) -> dict[str, Any]:
    def changes(listed: tuple[tuple[str, str, str], ...]) -> list[dict[str, str]]:
        return [{"rule": rule, "object": name, "status": status} for rule, name, status in listed]

    return {
        "rank": rank,
        "object": each.alone.part.object,
        "role": each.role,
        "verdict": each.alone.verdict,
        "size": each.size or None,
        "provenance": each.provenance or None,
        "opened": changes(each.alone.opened),
        "closed": changes(each.alone.closed),
    }


def _set(each: FlipSet) -> dict[str, Any]:
    return {"objects": [part.object for part in each.parts], "verdict": each.verdict}


def _margin(each: Margin) -> dict[str, Any]:
    return {
        "object": each.object,
        "field": each.field,
        "value": each.value,
        "low": each.low,
        "high": each.high,
        "unit": each.unit or None,
        "standard_error": each.error,
        **_turning(each),
    }


def _date(each: DateMargin) -> dict[str, Any]:
    return {
        "object": each.object,
        "field": each.field,
        "value": each.value,
        **_turning(each),
    }


def _parameter(each: ParameterMargin) -> dict[str, Any]:
    return {
        "name": each.name,
        "value": each.value,
        "origin": each.origin,
        "locked": each.locked,
        **_turning(each),
    }


def _turning(each: Any) -> dict[str, Any]:  # noqa: ANN401 - any of the three margins
    return {
        "down": _limit(each.verdict_down),
        "up": _limit(each.verdict_up),
        "answer_down": _limit(each.down),
        "answer_up": _limit(each.up),
        "tried": list(each.tried),
    }


def _limit(limit: Limit | DateLimit | None) -> dict[str, Any] | None:
    if limit is None:
        return None
    away = {"days": limit.days} if isinstance(limit, DateLimit) else {"standard_errors": limit.errors}
    return {
        "value": limit.value,
        "last": limit.last,
        **away,
        "verdict": limit.verdict,
        "rules": [{"rule": rule, "object": name} for rule, name in limit.rules],
    }


def _turning_schema(word: str, of: dict[str, Any], away: dict[str, Any]) -> dict[str, Any]:
    """Return the keys that say where something changes as a value is moved.

    Args:
        word: what a value is called.
        of: the schema of one.
        away: the key that says how far it is moved, and its schema.
    """
    limit = or_null(
        closed(
            {
                "value": described(of, f"The first {word} beyond the change."),
                "last": described(of, f"The last {word} before it."),
                **away,
                "verdict": described(VERDICT, "The verdict beyond."),
                "rules": listed(
                    closed({"rule": TEXT, "object": TEXT}, "One error."), "What opens or closes."
                ),
            },
            "Where something changes.",
        )
    )
    return {
        **dict.fromkeys(("down", "up", "answer_down", "answer_up"), limit),
        "tried": {"type": "array", "items": of, "minItems": 2, "maxItems": 2},
    }


def influence_schema() -> dict[str, Any]:
    """Return the JSON Schema of `release-influence/1`."""
    yes = {"type": "boolean"}
    number = {"type": "number"}
    finding = closed({"rule": TEXT, "object": TEXT, "status": {"enum": ["fail", "unknown"]}}, "One error.")
    part = closed(
        {
            "rank": PLACE,
            "object": TEXT,
            "role": {
                "enum": ["carries", "needed", "shapes", "idle"],
                "description": "Turns it alone; with others; changes answers only; changes nothing.",
            },
            "verdict": described(VERDICT, "The verdict without it."),
            "size": or_null(described(COUNT, "Size of the smallest set with it that turns it.")),
            "provenance": or_null({"enum": ["computed", "declared"]}),
            "opened": listed(finding, "Errors that open without it."),
            "closed": listed(finding, "Errors that close without it."),
        },
        "One part, the most influential first.",
    )
    flip = closed(
        {"objects": listed(TEXT, "What is taken out."), "verdict": VERDICT}, "A set, and the verdict."
    )
    numbers = _turning_schema("point", number, {"standard_errors": or_null(number)})
    away = described(PLACE, "How many days away the first is.")
    dates = _turning_schema("date", TEXT, {"days": away})
    margin = closed(
        {
            "object": TEXT,
            "field": TEXT,
            "value": number,
            "low": or_null(number),
            "high": or_null(number),
            "unit": or_null(TEXT),
            "standard_error": or_null(number),
            **numbers,
        },
        "One figure: where the verdict changes, and where the first answer does.",
    )
    date = closed(
        {
            "object": TEXT,
            "field": TEXT,
            "value": TEXT,
            **dates,
        },
        "One date of a stage: where the verdict changes, and where the first answer does.",
    )
    parameter = closed(
        {
            "name": TEXT,
            "value": number,
            "origin": {"enum": ["default", "organisation", "plan", "command"]},
            "locked": described(yes, "An organisation lets nobody change it."),
            **numbers,
        },
        "One parameter of a pack: where the verdict changes, and where the first answer does.",
    )
    bring = closed(
        {"what": TEXT, "by": TEXT, "only_developer": yes, "checked": yes}, "One item of `release todo`."
    )
    return output_schema(
        SCHEMA,
        {
            "tool": TOOL,
            "at": DATE_JUDGED,
            "plan": TEXT,
            "path": TEXT,
            "stage": TEXT,
            "verdict": VERDICT,
            "failed": COUNT,
            "unknown": COUNT,
            "rests_on_unknown": described(yes, "Nothing fails; what is not known holds it."),
            "ranking": listed(part, "Every part."),
            "sets": listed(flip, "Smallest sets that turn the verdict."),
            "complete_to": described(COUNT, "Sets up to this size were all tried."),
            "exhaustive": described(yes, "So were all sets."),
            "example": or_null(flip),
            "without_all": described(VERDICT, "The verdict without all parts at once."),
            "margins": listed(margin, "Every figure that rules read."),
            "dates": listed(date, "Every date of a stage that is written."),
            "parameters": listed(parameter, "Every parameter that is a number and that rules read."),
            "bring": listed(bring, "What would turn it to go."),
        },
        "What `release influence --format json` prints.",
    )
