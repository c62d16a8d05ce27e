"""`release decide`: put a decision on record."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from release.cli import options as common
from release.cli.output import write_error, write_result


class DecisionWord(StrEnum):
    """What may be decided."""

    go = "go"
    hold = "hold"
    no_go = "no-go"
    withdraw = "withdraw"


def decide(
    plan: common.PlanPath = ".",
    *,
    stage: Annotated[str, typer.Option("--stage", metavar="ID", help="The stage decided on.")],
    decision: Annotated[DecisionWord, typer.Option("--decision", help="What is decided.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it stays on record.")],
    by: Annotated[
        str, typer.Option("--by", metavar="PRINCIPAL", help="Who decides, as the signers file says.")
    ],
    key: common.Key = None,
    at: common.At = None,
    policy: common.Policy = None,
    param: common.Param = None,
    report: Annotated[
        str | None, typer.Option("--report", metavar="FILE", help="The report that the decision rests on.")
    ] = None,
) -> int:
    """Put a decision on a stage on record, signed and for ever.

    The line holds the digests of plan, lock, packs and verdict. A decision against the verdict is taken, and
    shows as such in `release ledger show` and `release ledger verify`.

    Exit codes: 0 on record, 2 refused: nothing was appended.
    """
    from release import __version__, api
    from release.audience.gate_view import gate_view
    from release.base.canonical import sha256
    from release.cli.config import configuration
    from release.cli.gating import file_digest, gate_of, ledger_of
    from release.formats._format import FormatOptions
    from release.formats._gate import to_json
    from release.ledger.deciding import Decision
    from release.ledger.deciding import decide as put_on_record

    read = api.load_plan(plan, at=at)
    config = configuration([read.path], policy=policy, param=param)
    gated = gate_of(
        read,
        stage,
        at=at,
        options=config.policy_options(read.path),
        warnings_hold=config.fail_on(None) is not common.FailOn.error,
        deciding=True,
    )
    judgement = gated.judgement
    verdict = to_json(gate_view(gated, "internal"), FormatOptions(version=__version__))
    digests: dict[str, str | None] = {
        "plan": judgement.digest,
        "lock": judgement.lock_digest,
        "packs": judgement.packs_digest,
        "verdict": sha256(verdict.encode("utf-8")),
    }
    if report is not None:
        digests["report"] = f"sha256:{file_digest(report)}"
    _, shown = ledger_of(read)
    made = put_on_record(
        read.folder,
        shown,
        Decision(
            time=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            stage=stage,
            decision=decision.value,
            by=by,
            reason=reason,
            digests=digests,
            judged={"verdict": gated.verdict, "at": judgement.at},
            tool=__version__,
        ),
        key,
    )
    if made.saved:
        write_error(f"an unfinished line was moved to {made.saved}\n")
    if decision is DecisionWord.go and gated.verdict != "go":
        write_error(f"this go is against the verdict {gated.verdict}, and shows as such\n")
    write_result(json.dumps(made.entry, ensure_ascii=False, sort_keys=True) + "\n", None)
    return 0
