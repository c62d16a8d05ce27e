"""`release ledger`: verify, show and checkpoint the record of decisions."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from release.base.errors import InputError, InvalidInput, Position
from release.base.visible import visible
from release.cli import options as common
from release.cli.lazy import PLAIN
from release.cli.output import write_result

app = typer.Typer(name="ledger", help="Verify, show and checkpoint decisions.", no_args_is_help=True, **PLAIN)


class LedgerFormat(StrEnum):
    """How the ledger is written."""

    text = "text"
    json = "json"


Format = Annotated[LedgerFormat, typer.Option("--format", "-f", help="How it is written.")]
Signers = Annotated[
    str | None,
    typer.Option(
        "--allowed-signers", metavar="FILE", help="Who may sign, as `ssh-keygen -Y verify` reads it."
    ),
]


@app.command("verify")
def verify_ledger(
    plan: common.PlanPath = ".",
    *,
    allowed_signers: Signers = None,
    checkpoint: Annotated[
        str | None, typer.Option("--checkpoint", metavar="FILE", help="A checkpoint kept elsewhere.")
    ] = None,
    output_format: Format = LedgerFormat.text,
    output: common.Output = None,
) -> int:
    """Verify chain, signatures and digests; exit 1 when something does not hold."""
    from release import api
    from release.cli.gating import ledger_of
    from release.cli.outside import inside_notice
    from release.ledger.history import PlanHistory
    from release.ledger.verifying import parse_checkpoint, verify_chain

    read = api.load_plan(plan)
    chain, shown = ledger_of(read)
    told = [inside_notice(read.folder, each) for each in (allowed_signers, checkpoint) if each is not None]
    found = verify_chain(
        chain,
        allowed_signers=None if allowed_signers is None else _existing(allowed_signers),
        checkpoint=None
        if checkpoint is None
        else parse_checkpoint(_existing(checkpoint).read_bytes(), checkpoint),
        history=PlanHistory(read),
    )
    notices = [*found.notices, *(each for each in told if each is not None)]
    if output_format is LedgerFormat.json:
        body = {
            "schema": "release-ledger-verify/1",
            "entries": len(chain.entries),
            "head": chain.head,
            "faults": list(found.faults),
            "notices": notices,
        }
        write_result(json.dumps(body, indent=2, ensure_ascii=False) + "\n", output)
    else:
        lines = [f"{visible(shown)}: {visible(each)}" for each in found.faults]
        lines += [f"notice: {visible(each)}" for each in notices]
        end = _counted(len(found.faults), "fault") if found.faults else "holds"
        lines.append(f"{_counted(len(chain.entries), 'decision')}, head {chain.head[:16]}: {end}")
        write_result("".join(f"{line}\n" for line in lines), output)
    return 1 if found.faults else 0


@app.command("show")
def show_ledger(
    plan: common.PlanPath = ".", *, output_format: Format = LedgerFormat.text, output: common.Output = None
) -> int:
    """Show who decided what, when and why; a decision against the verdict is marked."""
    from release import api
    from release.cli.gating import ledger_of

    chain, _ = ledger_of(api.load_plan(plan))
    if output_format is LedgerFormat.json:
        body = {"schema": "release-ledger/1", "entries": list(chain.entries), "faults": list(chain.faults)}
        write_result(json.dumps(body, indent=2, ensure_ascii=False) + "\n", output)
    else:
        lines = [line for entry in chain.entries for line in _lines(entry)]
        lines += [f"broken: {visible(fault)}" for fault in chain.faults]
        write_result("".join(f"{line}\n" for line in lines or ["no decision is on record"]), output)
    return 0


def _lines(entry: Mapping[str, Any]) -> Iterator[str]:
    judged = entry.get("judged", {}).get("verdict")
    against = (
        f" AGAINST the verdict {judged}" if entry["decision"] == "go" and judged not in {None, "go"} else ""
    )
    signed = "signed" if "signature" in entry else "not signed"
    head = f"{entry['seq'] + 1:>3}  {entry['time']}  {entry['stage']}: {entry['decision']}{against}"
    yield visible(head)
    why = visible(f"by {entry['by']} ({signed}): {entry['reason']}")
    yield from textwrap.wrap(why, 80, initial_indent="     ", subsequent_indent="     ")


@app.command("checkpoint")
def checkpoint_ledger(
    plan: common.PlanPath = ".",
    *,
    by: Annotated[str, typer.Option("--by", metavar="PRINCIPAL", help="Who vouches for it.")] = "",
    key: common.Key = None,
    output: common.Output = None,
) -> int:
    """Print count and head of the ledger, to be kept where its writers cannot reach it."""
    from release import api
    from release.cli.gating import ledger_of
    from release.ledger.chain import refused
    from release.ledger.verifying import checkpoint_of

    chain, shown = ledger_of(api.load_plan(plan))
    if chain.faults:
        raise refused(shown, f"is broken: {chain.faults[0]}")
    write_result(json.dumps(checkpoint_of(chain, by=by, key=key), sort_keys=True) + "\n", output)
    return 0


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


def _existing(name: str) -> Path:
    path = Path(name)
    if not path.is_file():
        raise InvalidInput([InputError("IN-085", f"{name} does not exist", Position(name), "give its path")])
    return path
