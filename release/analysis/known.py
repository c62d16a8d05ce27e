"""On which day each object of a plan became known, came into force, or ran out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, TypeAlias

from release.base.dates import last_moment
from release.base.record import Record
from release.plan.plan import Plan

Node: TypeAlias = Mapping[str, Any]


class Known(Record):
    """Something that became known.

    Attributes:
        day: ISO day, UTC.
        object: `kind:id`.
        text: what it was, in a few words.
        pointer: where it stands in the plan.
        effect: `known`, `released`, `withdrawn` or `expired`.
    """

    day: str
    object: str
    text: str
    pointer: str
    effect: str = "known"


def known_in(plan: Plan) -> list[Known]:
    """Return everything with a date, by day, then in the order of the plan."""
    data = plan.data
    found = [
        *_stages(data),
        *_assessed(data, "risks", "risk"),
        *_assessed(data, "benefits", "benefit"),
        *_partners(data),
        *_evidence(data),
        *_mitigations(data),
        *_monitoring(data),
        *_events(data),
        *_listed(data, "sources", "source", "date", "title"),
        *_critiques(data),
        *_approvals(data),
        *_waivers(data),
        *_attestations(data),
    ]
    return sorted(found, key=lambda each: each.day)


def _day(date: str) -> str:
    return last_moment(date).day.isoformat()


def _day_after(date: str) -> str:
    return (last_moment(date).day + timedelta(days=1)).isoformat()


def _one(node: Node, field: str, name: str, text: str) -> Iterator[Known]:
    if field in node:
        yield Known(_day(node[field]), name, text, node["$at"])


def _listed(data: Node, section: str, kind: str, field: str, words: str) -> Iterator[Known]:
    for node in data.get(section, ()):
        yield from _one(node, field, f"{kind}:{node['id']}", str(node.get(words, node["id"])))


def _events(data: Node) -> Iterator[Known]:
    for node in data.get("events", ()):
        field = "learned" if "learned" in node else "date"
        if "learned" not in node.get("$unknown", ()):
            yield from _one(node, field, f"event:{node['id']}", str(node.get("text", node["id"])))


def _stages(data: Node) -> Iterator[Known]:
    for stage in data["stages"]:
        name = f"stage:{stage['id']}"
        title = str(stage.get("title", stage["id"]))
        dates = stage.get("dates", {})
        for effect in ("released", "withdrawn"):
            date = dates.get(effect)
            if date is not None:
                yield Known(_day(date), name, title, dates.get("$at", stage["$at"]), effect)
        for artefact in stage.get("artefacts", ()):
            yield from _one(
                artefact, "date", name, str(artefact.get("title", artefact.get("kind", "artefact")))
            )
        for criterion in stage.get("criteria", ()):
            yield from _one(
                criterion, "written", f"criterion:{criterion['id']}", f"criterion of {stage['id']}"
            )
        for response in stage.get("responses", ()):
            yield from _one(response, "date", name, f"answer of {stage['id']} to {response['to']}")
        for part in ("review", "forecast_review"):
            if part in stage:
                yield from _one(stage[part], "on", name, f"{part.replace('_', ' ')} of {stage['id']}")


def _assessed(data: Node, section: str, kind: str) -> Iterator[Known]:
    for node in data.get(section, ()):
        for each in node.get("assessments", ()):
            yield from _one(
                each, "date", f"{kind}:{node['id']}", f"assessed for {each.get('stage', 'a stage')}"
            )


def _partners(data: Node) -> Iterator[Known]:
    for partner in data.get("partners", ()):
        name = f"partner:{partner['id']}"
        if "agreement" in partner:
            yield from _one(partner["agreement"], "signed", name, "agreement signed")
        for access in partner.get("access", ()):
            yield from _one(
                access, "from", name, f"access to {access.get('stage', access.get('variant', ''))}"
            )
        for finding in partner.get("findings", ()):
            text = str(finding.get("text", finding["id"]))
            yield from _one(finding, "date", f"finding:{finding['id']}", text)


def _evidence(data: Node) -> Iterator[Known]:
    for item in data.get("evidence", ()):
        name, text = f"evidence:{item['id']}", str(item.get("claim", item["kind"]))
        field = "available" if "available" in item else "conducted"
        if "available" not in item.get("$unknown", ()):
            yield from _one(item, field, name, text)
        if "expires" in item:
            yield Known(_day_after(item["expires"]), name, "no longer relied on", item["$at"], "expired")


def _mitigations(data: Node) -> Iterator[Known]:
    for node in data.get("mitigations", ()):
        name, text = f"mitigation:{node['id']}", str(node.get("title", node["id"]))
        yield from _one(node, "since", name, text)
        if "until" in node:
            yield Known(_day_after(node["until"]), name, "no longer in place", node["$at"], "expired")


def _monitoring(data: Node) -> Iterator[Known]:
    for signal in data.get("monitoring", ()):
        name = f"monitoring:{signal['id']}"
        for each in signal.get("observations", ()):
            count = each.get("count", "unknown")
            text = f"{each.get('kind', 'count')} {count}, {each.get('from', '')} to {each.get('to', '')}"
            yield from _one(each, "to", name, text)
        if "action_taken" in signal:
            action = signal["action_taken"]
            yield from _one(action, "on", name, str(action.get("what", "action taken")))


def _critiques(data: Node) -> Iterator[Known]:
    for node in data.get("critiques", ()):
        name = f"critique:{node['id']}"
        yield from _one(node, "date", name, f"critique of {node['of']}")
        if "answer" in node:
            yield from _one(node["answer"], "date", name, f"answer on {node['of']}")


def _approvals(data: Node) -> Iterator[Known]:
    for node in data.get("approvals", ()):
        text = f"{node.get('role', 'somebody')} decides {node.get('decision', 'nothing yet')}"
        yield from _one(node, "date", f"approval:{node['stage']}/{node.get('role', '')}", text)


def _waivers(data: Node) -> Iterator[Known]:
    for node in data.get("waivers", ()):
        name = f"waiver:{node['rule']}"
        yield from _one(node, "granted", name, f"{node['rule']} is waived")
        if "expires" in node:
            yield Known(_day_after(node["expires"]), name, "the waiver has ended", node["$at"], "expired")


def _attestations(data: Node) -> Iterator[Known]:
    for node in data.get("attestations", ()):
        name = f"attestation:{node['id']}"
        yield from _one(node, "on", name, f"attested: {node.get('answer', 'unknown')}")
        if "until" in node:
            yield Known(_day_after(node["until"]), name, "the attestation has ended", node["$at"], "expired")
