"""Computes what belongs into the lock of a plan, and anew only what has changed."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from release.base.errors import ErrorCollector, InputError, InvalidInput, Position
from release.base.pointers import pointer_token
from release.evidence.agreement import compare, mismatches, worst
from release.evidence.archive import archived_text
from release.evidence.inputs import (
    Digests,
    Task,
    digest_of,
    file_of,
    format_of,
    plain,
    shown_below,
    stage_order,
    tasks_of,
)
from release.evidence.kind import Computation
from release.evidence.lock import Item, Lock, computation_json, rounded
from release.evidence.lock_state import why_stale
from release.evidence.measure import measured, refused, setting_of
from release.evidence.prose import figures_in, not_borne_out, not_quoted, numbers_of
from release.evidence.quotation import folded, stands_in
from release.evidence.store import EngineChoice, interrupt_all, open_rows
from release.evidence.store_mapping import RowSource
from release.evidence.usage import is_number

if TYPE_CHECKING:
    from release.plan.plan import Plan

SELECTED = "the rows were used to choose the model, so their figures flatter it: give rows of another split"

_BETWEEN_INTERRUPTS: Final = 0.02

Progress = Callable[[str, str], None]
"""Told (evidence id, what happens to it), from whichever thread it happens in."""


@dataclass(frozen=True, slots=True)
class Locked:
    """What the lock of a plan is to hold.

    Attributes:
        items: evidence id to its entry, sorted.
        computed: ids that were computed now.
        reused: ids whose entry of the lock before still holds.
    """

    items: Mapping[str, Item]
    computed: tuple[str, ...]
    reused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Options:
    """How to compute.

    Attributes:
        jobs: items computed at the same time.
        engine: the engine for the rows.
        progress: told what happens.
    """

    jobs: int = 1
    engine: EngineChoice = field(default_factory=EngineChoice)
    progress: Progress = lambda _evidence, _event: None


def lock_plan(plan: Plan, before: Lock | None, options: Options | None = None) -> Locked:
    """Compute all items of a plan; what has not changed since the lock `before` is taken over from it.

    Raises:
        InvalidInput: rows, mappings or parameters are wrong; the errors of all items at once, and nothing is
            locked.
    """
    tasks = tasks_of(plan)
    digests = Digests(plan.folder)
    reusable: dict[str, Item] = {}
    if before is not None:
        for name, task in tasks.items():
            entry = before.items[name] if before.intact(name) else None
            at_hand = all(digests.of(path) is not None for path in task.paths)
            if entry is not None and at_hand and not why_stale(task, entry, digests):
                reusable[name] = entry
    wanted = [task for name, task in tasks.items() if name not in reusable]
    found = compute_all(plan, wanted, options or Options())
    items = dict(sorted({**reusable, **found}.items()))
    return Locked(items, tuple(sorted(found)), tuple(sorted(reusable)))


def compute_all(plan: Plan, tasks: Sequence[Task], options: Options) -> dict[str, Item]:
    """Compute some items of a plan, several at a time.

    Raises:
        InvalidInput: the errors of all of them.
    """
    errors = ErrorCollector(texts=dict(plan.texts))
    found: dict[str, Item] = {}

    def run(task: Task) -> Item | InvalidInput:
        options.progress(task.id, "computing")
        try:
            entry = _entry(plan, task, options)
        except InvalidInput as invalid:
            options.progress(task.id, "refused")
            return invalid
        options.progress(task.id, "computed")
        return entry

    answers = _at_once(run, tasks, max(1, options.jobs))
    for task, answer in zip(tasks, answers, strict=True):
        if isinstance(answer, InvalidInput):
            errors.extend(answer)
        else:
            found[task.id] = answer
    errors.raise_if_any()
    return found


def compute_task(plan: Plan, task: Task, options: Options) -> Computation:
    """Compute the figures of one item that has rows, with the parameters that its task says.

    Raises:
        InvalidInput: rows, mappings or parameters are wrong.
    """
    files = {path: _file(plan, task, path) for path in task.paths}
    return _computed(plan, task, files, options)[0]


def _at_once(
    run: Callable[[Task], Item | InvalidInput], tasks: Sequence[Task], jobs: int
) -> list[Item | InvalidInput]:
    """Run tasks in threads, also when it is one: in the main thread the engine would swallow a signal.

    When this thread is told to stop, the queries that run are told too.
    """
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        futures = [pool.submit(run, task) for task in tasks]
        try:
            return [future.result() for future in futures]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            while not all(future.done() for future in futures):
                interrupt_all()  # again and again: a query that begins just after is not told by the first
                time.sleep(_BETWEEN_INTERRUPTS)
            raise


def _entry(plan: Plan, task: Task, options: Options) -> Item:
    """Compute one item; the digests are those of the bytes that were there before and after."""
    files = {path: _file(plan, task, path) for path in task.paths}
    inputs: dict[str, dict[str, Any]] = {path: {"sha256": digest_of(file)} for path, file in files.items()}
    _check_promise(plan, task, inputs)
    found = Computation({})
    params: Mapping[str, Any] = {}
    if task.kind is not None:
        found, params, rows = _computed(plan, task, files, options)
        inputs[task.data]["rows"] = rows
    for path, file in files.items():
        if digest_of(file) != inputs[path]["sha256"]:
            message = "the file changed while it was read"
            raise InvalidInput([InputError("IN-067", message, Position(shown_below(plan, path)))])
    figures = computation_json(found)
    declared = task.item.get("declared", [])
    compared = (
        compare(declared, figures["results"], figures["slices"], tolerance=task.item.get("tolerance"))
        if task.kind is not None
        else []
    )
    if task.kind is not None:
        figures["facts"]["mismatches"] = mismatches(compared)
    figures["facts"] |= _prose_facts(task, figures, files)
    agreement = worst(compared) if task.kind is not None else "not-computed"
    return {
        "kind": task.item["kind"],
        "kind_version": task.version,
        "definition": task.definition,
        "inputs": dict(sorted(inputs.items())),
        "params": rounded(dict(params)),
        **figures,
        "declared": [rounded(_declared(each)) for each in compared],
        "agreement": agreement,
    }


def _declared(each: Any) -> dict[str, Any]:  # noqa: ANN401 - a Compared
    return {
        "result": each.result,
        "by": dict(each.by),
        "value": each.declared,
        "computed": each.computed,
        "agreement": each.agreement,
        **({"part": each.part} if each.part != "value" else {}),
    }


def _file(plan: Plan, task: Task, path: str) -> Path:
    at = task.item["$at"]
    if path == task.data:
        return file_of(plan, path, f"{at}/data/path")
    place = next(
        (
            f"{source['$at']}/archived"
            for source in plan.data.get("sources", ())
            if source.get("archived") == path
        ),
        at,
    )
    return file_of(plan, path, place)


def _check_promise(plan: Plan, task: Task, inputs: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuse files whose digests are not those that the plan names."""
    errors = ErrorCollector(texts=dict(plan.texts))
    promises = [(task.data, task.item.get("data", {}).get("sha256"), f"{task.item['$at']}/data/sha256")]
    promises += [
        (source.get("archived"), source.get("sha256"), f"{source['$at']}/sha256")
        for source in plan.data.get("sources", ())
        if source["id"] in task.archives
    ]
    for path, promised, pointer in promises:
        if path in inputs and promised is not None and _hex(promised) != _hex(inputs[path]["sha256"]):
            message = f"{path} has the digest {inputs[path]['sha256']}, not this one"
            errors.add(
                "IN-074", message, plan.position(pointer), "Restore the file, or write its digest here."
            )
    errors.raise_if_any()


def _hex(digest: str) -> str:
    return digest.removeprefix("sha256:").lower()


def _computed(
    plan: Plan, task: Task, files: Mapping[str, Path], options: Options
) -> tuple[Computation, Mapping[str, Any], int]:
    kind = task.kind
    if kind is None:
        raise TypeError("only items with a kind are computed")
    at = task.item["$at"]
    data = task.item["data"]
    columns = plain(data.get("columns", {}))
    stages = tuple(stage_order(plan))
    known = tuple(stage["id"] for stage in plan.data.get("stages", ()))
    variants = tuple(variant["id"] for variant in plan.data.get("variants", ()))
    places = {
        f"columns/{role}": plan.position(f"{at}/data/columns/{pointer_token(role)}") for role in columns
    }
    filters = plain(data.get("filters", {}))
    places |= {
        f"filters/{name}": plan.key_position(f"{at}/data/filters/{pointer_token(name)}") for name in filters
    }
    places["columns"] = plan.position(f"{at}/data/columns") if columns else plan.position(f"{at}/data")
    written = plain(task.item.get("params", {}))
    source = RowSource(
        files[task.data],
        shown_below(plan, task.data),
        format_of(data, plan.position(f"{at}/data/path")),
        columns,
        filters,
        known,
        variants,
        places,
    )
    roles = set(columns) | (
        {"stage"} if any(isinstance(each, Mapping) for each in columns.values()) else set()
    )
    texts = {name: archived_text(files[path]) for name, path in task.archives.items()}
    setting = setting_of(
        kind,
        written,
        roles=roles,
        places={name: plan.position(f"{at}/params/{pointer_token(name)}") for name in written},
        stages=stages,
        variants=variants,
        archive={name: text for name, text in texts.items() if text is not None},
    )
    with open_rows(source, kind, choice=options.engine) as rows:
        # The rows are read and checked all the same; what they say of themselves is no evidence.
        found = refused(kind, rows, SELECTED) if _selected(task.item) else measured(kind, rows, setting)
        return found, setting.params, rows.count + rows.missing


def _selected(item: Mapping[str, Any]) -> bool:
    split = item.get("split")
    return isinstance(split, Mapping) and split.get("used_for_selection") is True


def _prose_facts(task: Task, figures: Mapping[str, Any], files: Mapping[str, Path]) -> dict[str, Any]:
    """Return what the claim's text and quotation say about each other and about the rows."""
    source = task.item.get("source", {})
    quote = source.get("quote", "") if isinstance(source, Mapping) else ""
    claim = figures_in(str(task.item.get("claim", "")))
    sliced = (figure for piece in figures["slices"] for figure in piece["results"].values())
    plain_facts = (
        value if isinstance(value, Mapping) else {"value": value} for value in figures["facts"].values()
    )
    numbers = numbers_of([*figures["results"].values(), *sliced, *plain_facts])
    facts: dict[str, Any] = {}
    if task.kind is not None:
        known = numbers + _known_numbers(task)
        unquoted = not_quoted(claim, quote) if quote else claim
        facts["prose_mismatches"] = not_borne_out([each for each in unquoted if each.result], known)
    name = source.get("source") if isinstance(source, Mapping) else None
    if quote and name in task.archives:
        text = archived_text(files[task.archives[str(name)]])
        if text is not None:
            facts["quotation_found"] = stands_in(quote, folded(text))
        facts["figures_not_in_source"] = not_borne_out(not_quoted(claim, quote), numbers)
    return facts


def _known_numbers(task: Task) -> list[Fraction]:
    """Return numbers that a claim may mention beside results: parameters, tolerance, what is declared."""
    params = plain(task.item.get("params", {})).values()
    flat = [inner for value in params for inner in (value if isinstance(value, list) else [value])]
    declared = [each.get(name) for each in task.item.get("declared", []) for name in ("value", "low", "high")]
    return [
        Fraction(repr(float(number)))
        for number in [*flat, *declared, task.item.get("tolerance")]
        if is_number(number)
    ]
