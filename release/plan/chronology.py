"""Whether the dates of a plan agree with each other and with what it says of its stages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from release.base.dates import Moment, moment
from release.base.errors import ErrorCollector
from release.base.visible import quoted
from release.plan.stage_dates import Clock
from release.plan.tree import Tree

Node = Mapping[str, Any]

_DATE_LENGTH: Final = 10
_SPANS: Final = {
    "mitigations": ("since", "until"),
    "waivers": ("granted", "expires"),
    "attestations": ("on", "until"),
    "events": ("date", "learned"),
}


def check_dates(
    data: Node,
    tree: Tree,
    errors: ErrorCollector,
    *,
    latest: Moment | None = None,
    doubtful: Collection[str] | None = frozenset(),
) -> None:
    """Note every span that ends before it starts, and every status that its stage's dates contradict.

    Args:
        data: the tidied plan.
        tree: tells the places.
        errors: takes what is found.
        latest: the moment at which the written status has to be true; where it is None only what is true
            of no moment is noted.
        doubtful: stages in which something is wrong already, such as `stages/0`; their status is not judged.
            None doubts all.
    """
    for node, start, end in _spans(data):
        if start in node and end in node and _later(node[start], node[end]):
            place = tree.position(tree.route(f"{node['$at']}/{end}"))
            message = f"{quoted(end)} {node[end]} lies before {quoted(start)} {node[start]}"
            errors.add("IN-035", message, place, "put the dates right")
    clock = None if latest is None else Clock(latest)
    for stage in data.get("stages", ()):
        if doubtful is not None and stage["$at"][1:] not in doubtful:
            _check_status(stage, clock, tree, errors)


def _spans(data: Node) -> Iterator[tuple[Node, str, str]]:
    """Yield every object that has a start and an end, with their keys."""
    for section, (start, end) in _SPANS.items():
        for each in data.get(section, ()):
            yield each, start, end
    for stage in data.get("stages", ()):
        yield stage.get("dates", {}), "released", "withdrawn"
    for partner in data.get("partners", ()):
        yield partner.get("agreement", {}), "signed", "ends"
        for access in partner.get("access", ()):
            yield access, "from", "until"
    for signal in data.get("monitoring", ()):
        for observation in signal.get("observations", ()):
            yield observation, "from", "to"


def _later(start: str, end: str) -> bool:
    """Tell whether `start` is after `end`; a bare date means its whole day."""
    if len(start) > _DATE_LENGTH and len(end) > _DATE_LENGTH:
        return moment(start) > moment(end)
    if len(start) == len(end):
        return start > end
    return moment(start).day > moment(end).day


def _check_status(stage: Node, clock: Clock | None, tree: Tree, errors: ErrorCollector) -> None:
    status = stage.get("status")
    if status is None or "dates" in stage.get("$unknown", ()):
        return
    why, hint = contradiction(status, stage.get("dates", {}), clock)
    if why:
        place = tree.position(tree.route(f"{stage['$at']}/status"))
        errors.add("IN-034", f"the status {quoted(status)} contradicts the dates: {why}", place, hint)


def contradiction(status: str, dates: Node, clock: Clock | None) -> tuple[str, str]:
    """Say what in a stage's dates contradicts its status, and what to do; nothing where they agree.

    A status is what is true when the plan is read; without a clock only the absence of a date contradicts.
    """
    unknown = dates.get("$unknown", ())
    needed = {"released": ("released",), "withdrawn": ("released", "withdrawn")}.get(status, ())
    for name in needed:
        if name not in dates and name not in unknown:
            hint = f"write the date, or `unknown`, under `dates: {{{name}: …}}`"
            return f"there is no `dates.{name}`", hint
    if clock is None:
        return "", ""
    come = {name for name in ("released", "withdrawn") if name in dates and clock.reached(dates[name])}
    for name in needed:
        if name in dates and name not in come:
            now = "released" if name == "withdrawn" and "released" in come else "planned"
            intended = "; a date that is only intended is `planned`" if name == "released" else ""
            return f"{quoted(name)} {dates[name]} has not come yet", f"write `status: {now}`{intended}"
    if status != "withdrawn" and "withdrawn" in come:
        return f"it was withdrawn on {dates['withdrawn']}", "write `status: withdrawn`"
    if not needed and "released" in come:
        hint = "write `status: released`; a date that is only intended is `planned`"
        return f"it was released on {dates['released']}", hint
    return "", ""


def check_supersession(sources: Iterable[Node], tree: Tree, errors: ErrorCollector) -> None:
    """Note every circle of sources that replace each other."""
    replaces = {
        source["id"]: source["supersedes"] for source in sources if "id" in source and "supersedes" in source
    }
    settled: set[str] = set()
    for first in replaces:
        way: dict[str, None] = {}
        here: str | None = first
        while here is not None and here not in settled and here not in way:
            way[here] = None
            here = replaces.get(here)
        if here is not None and here not in settled:
            passed = list(way)
            _report_circle(passed[passed.index(here) :], sources, tree, errors)
        settled.update(way)


def _report_circle(circle: list[str], sources: Iterable[Node], tree: Tree, errors: ErrorCollector) -> None:
    last = next(source for source in sources if source.get("id") == circle[-1])
    place = tree.position(tree.route(f"{last['$at']}/supersedes"))
    names = ", ".join(quoted(name) for name in circle)
    errors.add(
        "IN-036", f"these sources replace each other in a circle: {names}", place, "cut it at one of them"
    )
