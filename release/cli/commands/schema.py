"""`release schema`: the JSON Schema of a file that the tool reads or writes."""

from __future__ import annotations

import importlib
import json
from typing import Annotated

import typer

from release.base.errors import InputError, InvalidInput
from release.base.nearest import nearest
from release.cli import options as common
from release.cli.output import write_result

_COMMANDS = "release.formats._command_schemas"
SCHEMAS: dict[str, str] = {
    "plan": "release.api:plan_schema",
    "pack": "release.policy.pack_schema:pack_schema",
    "lock": "release.evidence.lock_schema:lock_schema",
    "check": "release.formats._check_schema:check_schema",
    "gate": "release.formats._gate:gate_schema",
    "todo": "release.formats._todo:todo_schema",
    "status": "release.formats._status:status_schema",
    "replay": "release.formats._replay:replay_schema",
    "diff": "release.formats._diff:diff_schema",
    "influence": "release.formats._influence:influence_schema",
    "critique": "release.formats._critique:critique_schema",
    "critic-request": "release.formats._critic_schemas:critic_request_schema",
    "critic-response": "release.formats._critic_schemas:critic_response_schema",
    "error": "release.formats._check_schema:error_schema",
    "evidence": "release.evidence.lock_schema:evidence_schema",
    "forecast": "release.evidence.lock_schema:forecast_schema",
    "report": "release.reports.twin:report_schema",
    "summary-request": "release.reports.rewording:request_schema",
    "summary": "release.reports.rewording:answer_schema",
    "ledger": f"{_COMMANDS}:ledger_schema",
    "ledger-verify": f"{_COMMANDS}:ledger_verify_schema",
    "checkpoint": f"{_COMMANDS}:checkpoint_schema",
    "evidence-verify": f"{_COMMANDS}:evidence_verify_schema",
    "explain": f"{_COMMANDS}:explain_schema",
    "policy-list": f"{_COMMANDS}:policy_list_schema",
    "policy-show": f"{_COMMANDS}:policy_show_schema",
    "policy-test": f"{_COMMANDS}:policy_test_schema",
    "policy-lint": f"{_COMMANDS}:policy_lint_schema",
}


def schema(
    name: Annotated[str, typer.Argument(metavar="NAME", help=f"One of {', '.join(SCHEMAS)}.")],
    *,
    output: common.Output = None,
) -> int:
    """Print the JSON Schema of a file that the tool reads or writes."""
    if name not in SCHEMAS:
        near = nearest(name, SCHEMAS)
        hint = f"did you mean '{near}'?" if near else f"there are {', '.join(SCHEMAS)}"
        raise InvalidInput([InputError("IN-088", f"there is no schema '{name}'", None, hint)])
    module, _, function = SCHEMAS[name].partition(":")
    body = getattr(importlib.import_module(module), function)()
    write_result(json.dumps(body, indent=2, ensure_ascii=False) + "\n", output)
    return 0
