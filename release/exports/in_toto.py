"""An in-toto Statement, version 1, that carries the verdict on a stage as a test result, version 0.1."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from typing import Any, Final

from release.audience.view import AudienceView, StageView, plain
from release.base.canonical import canonical_bytes, pretty_json, sha256
from release.base.findings import Finding
from release.exports._export import Export

STATEMENT: Final = "https://in-toto.io/Statement/v1"
TEST_RESULT: Final = "https://in-toto.io/attestation/test-result/v0.1"
PAYLOAD_TYPE: Final = "application/vnd.in-toto+json"
_SHA256 = re.compile(r"(?:sha256:)?([0-9a-f]{64})")


def statement(view: AudienceView, stage: StageView) -> dict[str, Any]:
    """Return the statement on one stage.

    It passed where the verdict is go and no finding that the audience may see stands or is waived, warned
    where it is go all the same, and failed where it is hold or no-go.
    """
    found = view.at_stage(stage.id)
    failed = _names(each for each in found if each.severity == "error" and each.status != "waived")
    warned = _names(each for each in found if each.severity == "warning" or each.status == "waived")
    result = "FAILED" if stage.verdict != "go" else "WARNED" if warned else "PASSED"
    return {
        "_type": STATEMENT,
        "subject": _subjects(view, stage),
        "predicateType": TEST_RESULT,
        "predicate": {
            "result": result,
            "configuration": [_configuration(view, stage)],
            "warnedTests": warned,
            "failedTests": failed,
        },
    }


def _names(found: Iterable[Finding]) -> list[str]:
    return sorted({f"{each.rule} {each.object}" for each in found})


def _subjects(view: AudienceView, stage: StageView) -> list[dict[str, Any]]:
    """Return the checkpoints of the stage by digest; where the audience sees none, what was judged."""
    item = next((each for each in view.content.stages if each.id == stage.id), None)
    names = {each.id for each in item.variants} if item else set()
    subjects = [
        {"name": f"{variant.id}/{checkpoint.name or 'checkpoint'}", "digest": {"sha256": digest[1]}}
        for variant in view.content.variants
        if variant.id in names
        for checkpoint in variant.checkpoints
        if (digest := _SHA256.fullmatch(checkpoint.sha256.lower()))
    ]
    if subjects:
        return subjects
    what = "plan" if view.insider else "plan-as-shown"
    return [{"name": f"{view.plan_id}/{what}", "digest": {"sha256": view.digest.removeprefix("sha256:")}}]


def _configuration(view: AudienceView, stage: StageView) -> dict[str, Any]:
    """Return what was judged and by which packs and parameters, whole and by digest."""
    content = canonical_bytes(
        {
            "at": view.at,
            "audience": view.audience,
            "packs": plain(view.packs),
            "params": plain(view.params),
            "plan": view.plan_id,
            "stage": stage.id,
            "tool": {"name": "staged-release", "version": view.tool},
        }
    )
    return {
        "name": "configuration.json",
        "mediaType": "application/json",
        "digest": {"sha256": sha256(content).removeprefix("sha256:")},
        "content": base64.b64encode(content).decode("ascii"),
        "annotations": {
            "at": view.at,
            "audience": view.audience,
            "plan": view.plan_id,
            "planDigest": view.digest,
            "stage": stage.id,
            "verdict": stage.verdict,
            "withheld": view.withheld,
        },
    }


def _render(view: AudienceView, stage: StageView) -> str:
    return pretty_json(statement(view, stage))


EXPORT = Export(
    title="in-toto Statement v1 with a test result of the stage", render=_render, payload_type=PAYLOAD_TYPE
)
