"""From logs to rows and an evidence item: what the command `release evidence import` does, but for files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any, BinaryIO, Final

from release.base.errors import ErrorCollector, InputError, InvalidInput, Position
from release.base.nearest import nearest
from release.base.registry import UnknownName
from release.base.visible import quoted
from release.evidence.inputs import stage_order
from release.evidence.kind import Computation, Kind, kind_called, kinds
from release.importers._logs.complaint import NOT_THIS_FORMAT, UNFINISHED, asked, wrong
from release.importers._logs.fields import label
from release.importers._logs.importer import (
    IMPORTERS,
    Importer,
    Provenance,
    Reported,
    Request,
    Source,
    importer_called,
)
from release.importers._logs.rows import SAMPLE, RowWriter, Stages
from release.importers._logs.snippet import Value, item_yaml
from release.plan.plan import Plan

AUTO: Final = "auto"
_LISTED: Final = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for on the command line.

    Attributes:
        format: name of an importer, or `auto`.
        sources: the paths as typed.
        evidence: id of the item.
        kind: evidence kind, or "" for the usual one of the format.
        stage: the stage of models without one of their own, or "".
        models: model to stage.
        claim: what the item is said to show, or "".
        metric: the score to take, or "".
        columns: role to column.
        partial: take runs that did not finish too.
    """

    format: str
    sources: tuple[str, ...]
    evidence: str
    kind: str = ""
    stage: str = ""
    models: Mapping[str, str] = field(default_factory=dict)
    claim: str = ""
    metric: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import.

    Attributes:
        path: of the rows, relative to the release folder.
        rows: how many there are.
        sha256: digest of the file of rows.
        kind: the evidence kind.
        item: the evidence item, key to value.
        columns: role to column.
        logs: where the rows come from, in the order in which they were read.
        stages: ids of the stages that the rows are about, in plan order.
        known: ids of all stages of the plan.
        variants: ids of all variants of the plan.
    """

    path: str
    rows: int
    sha256: str
    kind: str
    item: Mapping[str, Value]
    columns: Mapping[str, str]
    logs: tuple[Provenance, ...]
    stages: tuple[str, ...]
    known: tuple[str, ...]
    variants: tuple[str, ...] = ()

    def yaml(self, indent: str = "  ") -> str:
        """Return the item as YAML."""
        return item_yaml(self.item, indent)


def path_of_rows(evidence: str) -> str:
    """Return where the rows of an item are put, relative to the release folder."""
    return f"evidence/{evidence}.csv"


def import_logs(plan: Plan, wanted: Wanted, out: BinaryIO) -> Imported:
    """Write the rows of some logs, and return the evidence item that goes with them.

    Raises:
        InvalidInput: a log is not whole, not what it says, or not to be trusted; or what was asked for does
            not fit it. What was written by then is of no use.
    """
    importer, logs = _logs(wanted)
    kind = _kind(wanted, importer)
    known = tuple(stage_order(plan))
    models = Stages(known, wanted.stage, wanted.models)
    writer = RowWriter(out, kind, models)
    variants = tuple(variant["id"] for variant in plan.data.get("variants", ()))
    request = Request(
        kind.name, wanted.metric, wanted.columns, known, variants, wanted.models, bool(wanted.stage)
    )
    read = tuple(_read(importer, log, request, writer) for log in logs)
    _check_whole(read, partial=wanted.partial)
    if not writer.count:
        raise wrong(NOT_THIS_FORMAT, "there is no sample in it", logs[0].shown, "was the run cancelled?")
    met = writer.stages or {*models.met.values(), *([wanted.stage] if wanted.stage else [])}
    met |= {
        stage["id"]
        for stage in plan.data.get("stages", ())
        if writer.variants.intersection(stage.get("variants", ()))
    }
    _check_stages(met, known, logs[0].shown)
    stages = tuple(stage for stage in known if stage in met)
    unused = sorted(set(wanted.models) - set(models.met) - writer.named)
    if unused:
        raise asked(f"no log is of the model {quoted(unused[0])}", f"models: {', '.join(sorted(models.met))}")
    item = _item(wanted, writer, read, stages, models.met)
    path = path_of_rows(wanted.evidence)
    return Imported(
        path, writer.count, writer.sha256, kind.name, item, writer.roles, read, stages, known, variants
    )


def computed(imported: Imported, path: Path, shown: str) -> Computation:
    """Return the figures of rows that were just written, so that rows no kind accepts are found at once.

    Raises:
        InvalidInput: the kind does not accept them.
    """
    from release.evidence.measure import measured, setting_of
    from release.evidence.store import open_rows
    from release.evidence.store_mapping import RowSource

    kind = kind_called(imported.kind)
    source = RowSource(
        path, shown, "csv", imported.columns, stages=imported.known, variants=imported.variants
    )
    params = {"cluster": SAMPLE} if SAMPLE in imported.columns else {}
    with open_rows(source, kind) as rows:
        setting = setting_of(
            kind, params, roles=set(rows.roles), stages=imported.known, variants=imported.variants
        )
        return measured(kind, rows, setting)


def _logs(wanted: Wanted) -> tuple[Importer, list[Source]]:
    sources = [Source(Path(each), each) for each in wanted.sources]
    names = IMPORTERS.names() if wanted.format == AUTO else (wanted.format,)
    found: dict[str, list[Source]] = {}
    for name in names:
        importer = _importer(name)
        if wanted.format == AUTO and not importer.kinds:
            continue
        logs = [log for source in sources for log in importer.logs(source)]
        if logs:
            found[name] = logs
    if len(found) > 1:
        hint = "name the format, or give the logs of one tool"
        raise asked(f"there are logs of several formats: {', '.join(sorted(found))}", hint)
    for name, logs in found.items():
        return _importer(name), logs
    shown = sources[0].shown if sources else ""
    title = "any known format" if wanted.format == AUTO else _importer(wanted.format).title
    hint = "plain tables are imported by `table`, with --column ROLE=COLUMN" if wanted.format == AUTO else ""
    raise wrong(NOT_THIS_FORMAT, f"there is no log of {title} here", shown, hint)


def _importer(name: str) -> Importer:
    try:
        return importer_called(name)
    except UnknownName as unknown:
        near = nearest(name, unknown.known)
        hint = f"did you mean '{near}'?" if near else f"formats: auto, {', '.join(unknown.known)}"
        message = f"there is no format {quoted(name)}"
        raise InvalidInput([InputError("IN-088", message, None, hint)]) from None


def _kind(wanted: Wanted, importer: Importer) -> Kind:
    allowed = importer.kinds or tuple(name for name in kinds() if kind_called(name).compute is not None)
    name = wanted.kind or (importer.kinds[0] if importer.kinds else "")
    if not name:
        raise asked("a table does not say what kind of evidence it holds", "add --kind KIND")
    if name not in allowed:
        near = nearest(name, allowed)
        hint = f"did you mean '{near}'? " if near else ""
        message = f"{importer.title} gives no rows of the kind {quoted(name)}"
        raise asked(message, f"{hint}Kinds: {', '.join(allowed)}.")
    return kind_called(name)


def _read(importer: Importer, log: Source, request: Request, writer: RowWriter) -> Provenance:
    with closing(importer.read(log, request)) as reading:
        while True:
            try:
                row = next(reading)
            except StopIteration as done:
                found: Provenance = done.value
                return found
            writer.write(row, log.shown)


def _check_whole(logs: Sequence[Provenance], *, partial: bool) -> None:
    """Refuse runs that did not finish, unless they are taken on purpose."""
    if partial:
        return
    errors = ErrorCollector()
    for log in logs:
        for reason in log.incomplete:
            hint = "run it to its end, or take what there is with --partial, which the item will say"
            errors.add(UNFINISHED, reason, Position(log.file), hint)
    errors.raise_if_any()


def _check_stages(met: set[str], known: Sequence[str], shown: str) -> None:
    for stage in sorted(met - set(known)):
        near = nearest(stage, known)
        hint = f"did you mean '{near}'?" if near else f"stages: {', '.join(known[:12])}"
        raise wrong("IN-084", f"{quoted(stage)} is no stage of the plan", shown, hint)


def _item(
    wanted: Wanted,
    writer: RowWriter,
    logs: Sequence[Provenance],
    stages: Sequence[str],
    met: Mapping[str, str],
) -> dict[str, Value]:
    dates = sorted(log.date for log in logs if log.date)
    item: dict[str, Any] = {
        "id": wanted.evidence,
        "kind": writer.kind.name,
        "stages": list(stages),
        **({"variants": sorted(writer.variants)} if writer.variants else {}),
        "claim": wanted.claim or "unknown",
    }
    if declared := _declared(writer, logs, met):
        item["declared"] = declared
    item["data"] = {
        "path": path_of_rows(wanted.evidence),
        "columns": writer.roles,
        "sha256": writer.sha256.removeprefix("sha256:"),
    }
    if SAMPLE in writer.roles:
        item["params"] = {"cluster": SAMPLE}
    item["evaluator"] = "unknown"
    item["conducted"] = dates[-1] if dates else "unknown"
    item["limitations"] = list(_limitations(logs))
    return item


def _declared(writer: RowWriter, logs: Sequence[Provenance], met: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the tools' own figures under the kind's names; where two speak of one slice, neither."""
    found: dict[str, dict[str, Any]] = {}
    doubtful = set()
    for figure in (each for log in logs for each in log.reported):
        entry = _entry(figure, writer, met)
        key = repr([entry["result"], entry["by"]])
        doubtful |= {key} if key in found else set()
        found[key] = entry
    return [entry for key, entry in found.items() if key not in doubtful][:_LISTED]


def _entry(figure: Reported, writer: RowWriter, met: Mapping[str, str]) -> dict[str, Any]:
    result = figure.result
    by = dict(figure.by)
    if writer.kind.name == "benchmark":
        result = "accuracy" if "correct" in writer.roles else "mean"
        by["stage"] = met[figure.model]
    return {"result": result, "by": by, "value": round(figure.value, 6)}


def _limitations(logs: Sequence[Provenance]) -> Iterator[str]:
    for log in logs[:_LISTED]:
        yield _origin(log)
        yield from _doubts(log)
    if len(logs) > _LISTED:
        yield f"{len(logs) - _LISTED} further logs were imported in the same way."


def _origin(log: Provenance) -> str:
    tool = f"{log.tool} {log.version}" if log.version else f"{log.tool}, version unknown"
    models = ", ".join(label(model) for model in log.models[:8]) or "unknown"
    file = label(PurePath(log.file).name, 120)
    counts = f"{log.present} of {log.expected}" if log.expected is not None else f"{log.present}"
    parts = [
        f"Imported from {file} ({log.sha256}) by {tool}: {label(log.task) or 'no name'}",
        f"model {models}",
        log.date or "no date",
        f"status {log.status or 'not stated'}; {counts} samples",
        *([f"score {label(log.metric)}"] if log.metric else []),
    ]
    return ", ".join(parts) + "."


def _doubts(log: Provenance) -> Iterator[str]:
    of_all = f"of {log.present} samples"
    if log.incomplete:
        yield f"This run is not whole: {'; '.join(log.incomplete)}."
    if log.errors:
        yield f"{log.errors} {of_all} ended in an error; they count as missing, not as wrong."
    if log.unscored:
        yield f"{log.unscored} {of_all} have no score; they count as missing."
    if log.epochs > 1:
        yield f"Each sample was run {log.epochs} times; its repetitions are rows of one cluster, the sample."
    yield from (f"{label(note, 300)}." for note in log.notes)
