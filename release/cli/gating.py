"""What `release gate` and `release decide` share: judging one stage with all that the gate asks for."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from release import api
from release.base.errors import InputError, InvalidInput, Position
from release.cli.asking import no_stage
from release.gate.approvals import Required
from release.gate.gating import Gate, GateInput, LedgerState, gate_stage
from release.gate.judge import PolicyOptions
from release.gate.judgement import Judgement
from release.ledger.chain import Chain, read_chain
from release.ledger.deciding import ledger_state
from release.ledger.entry import LEDGER_FILE
from release.ledger.verifying import verify_chain
from release.plan.plan import Plan

_CHUNK = 1 << 20


def ledger_of(plan: Plan) -> tuple[Chain, str]:
    """Return the ledger of a plan, and its path as shown."""
    shown = f"{plan.path.rpartition('/')[0]}/{LEDGER_FILE}".lstrip("/") if "/" in plan.path else LEDGER_FILE
    if plan.path.startswith("/"):
        shown = f"/{shown}"
    return read_chain(plan.folder / LEDGER_FILE, shown), shown


def gate_of(
    plan: Plan,
    stage: str,
    *,
    at: str | None,
    options: PolicyOptions,
    artifacts: list[str] | None = None,
    warnings_hold: bool = False,
    allowed_signers: Path | None = None,
    checkpoint: Mapping[str, Any] | None = None,
    deciding: bool = False,
) -> Gate:
    """Judge one stage of a plan, and gate it.

    Args:
        plan: the plan.
        stage: the stage.
        at: the date, or None for today.
        options: packs, parameters, signers.
        artifacts: files about to be published.
        warnings_hold: whether a warning holds too.
        allowed_signers: who may sign decisions; every line of the ledger must then be signed by its author.
        checkpoint: count and head of the ledger as somebody else kept them; what it saw must still be there.
        deciding: whether it is decided anew, so that the latest decision is no reason any more.

    Raises:
        InvalidInput: the stage does not exist, or an input is wrong.
    """
    judgement = api.judge(plan, api.date_of(at), explicit=at is not None, options=options)
    check_stage(judgement, stage)
    ledger = _ledger(ledger_of(plan)[0], stage, allowed_signers, checkpoint)
    told = GateInput(
        required=Required(judgement.required_roles, judgement.required_approvals),
        artifacts=None if artifacts is None else {name: file_digest(name) for name in artifacts},
        ledger=LedgerState(broken=ledger.broken) if deciding else ledger,
        warnings_hold=warnings_hold,
    )
    return gate_stage(judgement, stage, told)


def _ledger(
    chain: Chain, stage: str, allowed_signers: Path | None, checkpoint: Mapping[str, Any] | None
) -> LedgerState:
    """Return what the ledger says of a stage.

    With allowed signers nothing unsigned is believed; with a checkpoint nothing is that lacks what it saw.
    """
    if not chain.faults and (allowed_signers is not None or checkpoint is not None):
        faults = verify_chain(chain, allowed_signers=allowed_signers, checkpoint=checkpoint).faults
        if faults:
            return LedgerState(broken=f"decisions.jsonl cannot be believed: {faults[0]}")
    return ledger_state(chain, stage)


def check_stage(judgement: Judgement, stage: str) -> None:
    """Refuse a stage that the plan does not have, or that was cancelled."""
    _check_stage({each.id: each.status for each in judgement.stages}, stage)


def check_written_stage(plan: Plan, stage: str) -> None:
    """Refuse a stage that the plan does not have, or that was cancelled, without judging the plan."""
    _check_stage({str(each["id"]): each.get("status") for each in plan.data["stages"]}, stage)


def _check_stage(stages: Mapping[str, object], stage: str) -> None:
    if stage not in stages:
        raise InvalidInput([no_stage(stage, stages)])
    if stages[stage] == "cancelled":
        hint = "a stage that was called off is neither gated nor decided on"
        raise InvalidInput([InputError("IN-088", f"stage '{stage}' is cancelled", None, hint)])


def file_digest(name: str) -> str:
    """Return the SHA-256 of a file in hexadecimal digits.

    Raises:
        InvalidInput: it cannot be read.
    """
    digest = hashlib.sha256()
    if os.path.lexists(name) and not Path(name).is_file():
        hint = "give the files that are about to be published"
        raise InvalidInput([InputError("IN-087", f"{name} is no regular file", Position(name), hint)])
    try:
        with Path(name).open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
    except OSError as error:
        message = f"{name} cannot be read: {error.strerror}"
        hint = "give the files that are about to be published"
        raise InvalidInput([InputError("IN-087", message, Position(name), hint)]) from None
    return digest.hexdigest()
