"""`release evidence`: compute, verify and show evidence."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from release.base.errors import InputError, InvalidInput, Position
from release.base.nearest import nearest
from release.base.registry import Registry
from release.base.visible import visible
from release.cli import options as common
from release.cli.lazy import PLAIN
from release.cli.output import wrapped, write_error, write_result

if TYPE_CHECKING:
    from release.evidence.lock import Lock
    from release.evidence.locking import Options
    from release.ledger.producers import Signed
    from release.plan.plan import Plan

app = typer.Typer(name="evidence", help="Compute, verify and show evidence.", no_args_is_help=True, **PLAIN)


class EvidenceFormat(StrEnum):
    """How evidence is written."""

    text = "text"
    json = "json"


class Engine(StrEnum):
    """What computes over the rows."""

    duckdb = "duckdb"
    spark = "spark"


FORMATS = ", ".join(Registry("release.importers", "IMPORTER").shipped)

PlanPath = Annotated[str, typer.Argument(metavar="PLAN", help="A release folder or its plan file.")]
Jobs = Annotated[
    int | None, typer.Option("--jobs", "-j", min=1, help="Items computed at the same time [default: CPUs].")
]
EngineName = Annotated[Engine, typer.Option("--engine", help="What computes over the rows.")]
EngineUrl = Annotated[
    str | None, typer.Option("--engine-url", metavar="URL", help="Where a distributed engine answers.")
]
Format = Annotated[EvidenceFormat, typer.Option("--format", "-f", help="How it is written.")]


@app.command("lock")
def lock_evidence(
    plan: PlanPath = ".",
    *,
    jobs: Jobs = None,
    engine: EngineName = Engine.duckdb,
    engine_url: EngineUrl = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
) -> int:
    """Compute evidence from its rows and write release.lock; only what changed is computed again."""
    from release import __version__, api
    from release.evidence.lock import LOCK_FILE, lock_bytes
    from release.evidence.locking import lock_plan

    read = api.load_plan(plan)
    before = _lock_before(read)
    locked = lock_plan(read, before, _options(jobs, engine, engine_url, quiet=quiet))
    content = lock_bytes(read.id, locked.items, tool=__version__)
    target = read.folder / LOCK_FILE
    if not target.is_file() or target.read_bytes() != content:
        write_result(content, str(target))
    refused = sorted(name for name, item in locked.items.items() if _refused(item))
    for why, names in _by_reason({name: _refused(locked.items[name]) for name in refused}).items():
        write_error("".join(f"{line}\n" for line in wrapped(f"{', '.join(names)}: {why}")))
    counts = f"{len(locked.computed)} computed, {len(locked.reused)} unchanged, {len(refused)} with a refusal"
    write_error(f"{LOCK_FILE}: {counts}\n")
    return 0


@app.command("verify")
def verify_evidence(
    plan: PlanPath = ".",
    *,
    jobs: Jobs = None,
    engine: EngineName = Engine.duckdb,
    engine_url: EngineUrl = None,
    trusted_signers: Annotated[
        str | None,
        typer.Option(
            "--trusted-signers",
            metavar="FILE",
            help="Verify signatures over rows too, against these keys, as `ssh-keygen -Y verify` reads them.",
        ),
    ] = None,
    output_format: Format = EvidenceFormat.text,
    output: common.Output = None,
) -> int:
    """Compute everything again and compare it with release.lock; exit 1 when something differs.

    With --trusted-signers a signature that does not hold is a difference, and unsigned rows are named.
    """
    from release import api
    from release.evidence.lock_state import lock_of
    from release.evidence.verifying import Difference, verify

    read = api.load_plan(plan)
    lock = lock_of(read)
    if lock is None:
        differences = [Difference("", "missing", "there is no release.lock")]
    else:
        differences = verify(read, lock, _options(jobs, engine, engine_url, quiet=True))
    signed = _signatures(read, trusted_signers)
    differences += [
        Difference(each.evidence, "signature", f"{each.evidence}: the signature does not hold: {each.fault}")
        for each in signed
        if each.fault
    ]
    if output_format is EvidenceFormat.json:
        body: dict[str, object] = {
            "schema": "release-evidence-verify/1",
            "differences": [
                {"evidence": each.evidence, "what": each.what, "message": each.message}
                for each in differences
            ],
        }
        if trusted_signers is not None:
            body["signatures"] = [{"evidence": each.evidence, "by": each.by or None} for each in signed]
        write_result(json.dumps(body, indent=2, ensure_ascii=False) + "\n", output)
    else:
        lines = [line for each in differences for line in wrapped(visible(each.message))]
        lines += [line for each in signed if not each.fault for line in wrapped(f"notice: {_said(each)}")]
        lines += wrapped(_outcome(len(differences)))
        write_result("".join(f"{line}\n" for line in lines), output)
    return 1 if differences else 0


def _outcome(differences: int) -> str:
    if not differences:
        return "release.lock says what the rows say"
    count = "1 difference" if differences == 1 else f"{differences} differences"
    return f"{count}; next: find out why, then run `release evidence lock` and commit release.lock"


def _signatures(read: Plan, trusted_signers: str | None) -> Sequence[Signed]:
    from release.cli.outside import inside_notice
    from release.ledger.producers import signatures

    if trusted_signers is None:
        return ()
    path = Path(trusted_signers)
    if not path.is_file():
        message, hint = f"{trusted_signers} does not exist", "give a file of trusted signers"
        raise InvalidInput([InputError("IN-085", message, Position(trusted_signers), hint)])
    told = inside_notice(read.folder, trusted_signers)
    if told is not None:
        write_error(f"warning: {visible(told)}\n")
    return signatures(read, path)


def _said(each: Signed) -> str:
    who = f"are signed by {each.by}" if each.by else "are not signed"
    return visible(f"the rows of {each.evidence} {who}")


@app.command("sign")
def sign_evidence(
    plan: PlanPath,
    evidence: Annotated[str, typer.Argument(metavar="ID", help="The item whose rows are signed.")],
    *,
    by: Annotated[
        str, typer.Option("--by", metavar="PRINCIPAL", help="Who signs, as the signers file says.")
    ],
    key: common.Key = None,
    output: common.Output = None,
) -> int:
    """Sign the rows of an item as who produced them; name the file under `signature` in the plan."""
    from release import api
    from release.ledger.producers import envelope

    if key is None or not by.strip():
        raise InvalidInput([InputError("IN-086", "a signature needs --by and --key", None, "give both")])
    write_result(envelope(api.load_plan(plan), evidence, by=by, key=key), output)
    return 0


@app.command("show")
def show_evidence(
    plan: PlanPath = ".",
    ids: Annotated[list[str] | None, typer.Argument(metavar="ID", help="Only these items.")] = None,
    *,
    output_format: Format = EvidenceFormat.text,
    output: common.Output = None,
) -> int:
    """Show the figures of a plan's evidence, computed where the lock has them, else declared."""
    from release import api
    from release.evidence.lock_state import lock_of, lock_state
    from release.evidence.show import evidence_json, evidence_text

    read = api.load_plan(plan)
    lock = lock_of(read)
    shown = evidence_json(_chosen(read, ids or []), lock, lock_state(read, lock))
    if output_format is EvidenceFormat.json:
        write_result(json.dumps(shown, indent=2, ensure_ascii=False) + "\n", output)
    else:
        write_result(evidence_text(shown), output)
    return 0


@app.command("import")
def import_evidence(
    log_format: Annotated[
        str,
        typer.Argument(metavar="FORMAT", help=f"auto, {FORMATS}."),
    ],
    sources: Annotated[list[str], typer.Argument(metavar="SOURCE", help="Logs, or folders of logs.")],
    *,
    plan: Annotated[str, typer.Option("--into", metavar="PLAN", help="A release folder or its plan file.")],
    evidence: Annotated[str, typer.Option("--id", metavar="ID", help="Id of the evidence item.")],
    kind: Annotated[
        str, typer.Option(metavar="KIND", help="Evidence kind [default: the format's usual].")
    ] = "",
    stage: Annotated[str, typer.Option(metavar="STAGE", help="Stage whose model was run.")] = "",
    model_map: Annotated[
        list[str] | None,
        typer.Option("--model-map", metavar="MODEL=STAGE", help="Stage of a model; may be repeated."),
    ] = None,
    claim: Annotated[str, typer.Option(metavar="TEXT", help="What the evidence is said to show.")] = "",
    metric: Annotated[
        str, typer.Option(metavar="NAME", help="The score to take, where a log has several.")
    ] = "",
    column: Annotated[
        list[str] | None,
        typer.Option("--column", metavar="ROLE=COLUMN", help="Column that plays a role; for tables."),
    ] = None,
    partial: Annotated[
        bool, typer.Option("--partial", help="Take runs that did not finish, and say so.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace rows that are there.")] = False,
    write: Annotated[bool, typer.Option("--write", help="Add the item to the plan too.")] = False,
) -> int:
    """Turn logs of other evaluation tools into rows, and print the evidence item that goes with them."""
    from release import api
    from release.cli.importing import import_into
    from release.importers._logs.importing import Wanted

    wanted = Wanted(
        format=log_format,
        sources=tuple(sources),
        evidence=evidence,
        kind=kind,
        stage=stage,
        models=common.pairs("--model-map", model_map),
        claim=claim,
        metric=metric,
        columns=common.pairs("--column", column),
        partial=partial,
    )
    import_into(api.load_plan(plan), wanted, force=force, write=write)
    return 0


def _lock_before(read: Plan) -> Lock | None:
    """Return the lock that is there; one that cannot be read is no reason not to write a good one."""
    from release.evidence.lock_state import lock_of

    try:
        return lock_of(read)
    except InvalidInput as invalid:
        write_error(f"the old release.lock cannot be read and is replaced: {visible(str(invalid))}\n")
        return None


def _chosen(read: Plan, ids: list[str]) -> list[dict[str, object]]:
    items = {item["id"]: item for item in read.data.get("evidence", ())}
    for name in ids:
        if name not in items:
            near = nearest(name, items)
            hint = f"did you mean '{near}'?" if near else "see `release evidence show` without an id"
            raise InvalidInput([InputError("IN-088", f"there is no evidence '{name}'", None, hint)])
    return [item for name, item in items.items() if not ids or name in ids]


def _refused(item: object) -> str:
    """Return why an item's kind refused, wholly or in part, or nothing."""
    results = item.get("results", {}) if isinstance(item, dict) else {}
    reasons = sorted({figure["reason"] for figure in results.values() if figure.get("reason")})
    return "; ".join(reasons)


def _by_reason(refused: Mapping[str, str]) -> Mapping[str, Sequence[str]]:
    """Return the names that have a reason in common, so that each reason is said once.

    >>> _by_reason({"a": "one stage", "b": "no rows", "c": "one stage"})
    {'one stage': ['a', 'c'], 'no rows': ['b']}
    """
    found: dict[str, list[str]] = {}
    for name, why in refused.items():
        found.setdefault(why, []).append(name)
    return found


def _options(jobs: int | None, engine: Engine, url: str | None, *, quiet: bool) -> Options:
    from release.evidence.locking import Options
    from release.evidence.store import EngineChoice

    said = threading.Lock()

    def progress(evidence: str, event: str) -> None:
        if not quiet and sys.stderr.isatty():
            with said:
                write_error(f"{visible(evidence)}: {visible(event)}\n")

    chosen = EngineChoice(engine.value) if url is None else EngineChoice(engine.value, url)
    return Options(jobs or os.cpu_count() or 1, chosen, progress)
