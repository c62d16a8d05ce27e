"""A plan in which something of every kind is hidden from outsiders, and changes to what is hidden."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

Plan = dict[str, Any]
Change = Callable[[Plan], None]
HIDDEN = {"audience": "internal"}
AT = "2026-05-01"
PADS = 24


def _declared(value: float) -> Plan:
    return {
        "accuracy": {
            "value": value,
            "low": value - 0.05,
            "high": value + 0.05,
            "n": 400,
            "unit": "proportion",
        }
    }


def _evidence(name: str, stages: list[str], **more: Any) -> Plan:
    return {
        "id": name,
        "kind": "benchmark",
        "stages": stages,
        "claim": f"Claim {name}",
        "declared": _declared(0.8),
        "conducted": "2026-01-10",
        **more,
    }


def _assessment(stage: str, date: str, **more: Any) -> Plan:
    return {
        "stage": stage,
        "date": date,
        "by": "Team",
        "likelihood": "unlikely",
        "severity": "serious",
        "confidence": "low",
        "residual": "limited",
        "rationale": "Seldom seen.",
        **more,
    }


def plan() -> Plan:
    """Return the plan; each of its hidden objects can be changed."""
    return {
        "schema": "release-plan/1",
        "id": "family",
        "title": "A family",
        "developer": "Example Lab",
        "summary": "Two sizes, one after the other.",
        "defaults": {"audience": "public"},
        "policies": {
            "use": [
                "staged-release",
                "sourcing",
                "evaluation-rigour",
                "partner-report",
                "frontier-thresholds",
                "nist-ai-600-1",
            ]
        },
        "strategy": {"kind": "staged", "rationale": "Small first.", "references": [{"source": "post"}]},
        "actors": [
            {"id": "open-actor", "title": "Trolls", "tier": "low"},
            {"id": "dark-actor", "title": "Services", "tier": "advanced", **HIDDEN},
        ],
        "variants": [
            {"id": "small", "title": "Small", "parameters": 1000},
            {"id": "large", "title": "Large", "parameters": 2000},
            {"id": "dark-variant", "title": "Dark", "parameters": 3000, "aliases": ["dk"], **HIDDEN},
        ],
        "stages": [
            {
                "id": "zero",
                "title": "Zero",
                "variants": ["small"],
                "access": {"level": "closed", "reversible": True},
                "dates": {"released": "2023-09-01"},
                "status": "released",
                "owner": "Lead",
            },
            {
                "id": "first",
                "title": "First",
                "variants": ["small"],
                "access": {"level": "api", "reversible": True, "controls": ["usage-policy"]},
                "dates": {"released": "2026-02-01"},
                "status": "released",
                "observation": {"days": 30, "signals": ["open-signal"]},
                "criteria": [
                    {
                        "id": "open-criterion",
                        "text": "Seen enough",
                        "require": "size(stage.evidence) > 9",
                        "verdict": "hold",
                        "written": "2026-01-01",
                    },
                    {
                        "id": "dark-criterion",
                        "text": "Dark words",
                        "require": "plan.evidence.exists(e, e.id == 'open-a')",
                        "verdict": "hold",
                        "written": "2026-01-02",
                        **HIDDEN,
                    },
                ],
                "owner": "Lead",
            },
            {
                "id": "second",
                "title": "Second",
                "variants": ["large", "dark-variant"],
                "access": {"level": "open", "reversible": False},
                "dates": {"planned": "2026-06-01"},
                "leak_plan": {"text": "Dark leak plan", "tested": "2026-03-03", **HIDDEN},
                "status": "planned",
                "owner": "Lead",
            },
        ],
        "risks": [
            {
                "id": "open-risk",
                "title": "News",
                "category": "openai-2019/disinformation",
                "description": "It writes news.",
                "actors": ["open-actor", "dark-actor"],
                "owner": "Policy",
                "assessments": [
                    _assessment("first", "2026-01-20", evidence={"for": ["open-a"], "against": ["open-b"]}),
                    _assessment("second", "2026-04-02", evidence={"for": ["open-c"], **HIDDEN}),
                    _assessment("zero", "2023-08-01", likelihood="likely", evidence={"for": []}, **HIDDEN),
                ],
                "mitigations": ["open-mitigation", "dark-mitigation"],
            },
            {
                "id": "dark-risk",
                "title": "Dark risk",
                "category": "openai-2019/disinformation",
                "description": "Dark",
                "actors": ["dark-actor"],
                "owner": "Dark",
                "assessments": [_assessment("second", "2026-04-03", evidence={"for": ["dark-a"]})],
                **HIDDEN,
            },
        ],
        "benefits": [
            {
                "id": "open-benefit",
                "title": "Help",
                "beneficiaries": "All",
                "assessments": [
                    {
                        "stage": "first",
                        "date": "2026-01-21",
                        "magnitude": "moderate",
                        "confidence": "low",
                        "rationale": "So they say.",
                        "evidence": {"for": ["open-b"]},
                    }
                ],
            },
            {
                "id": "dark-benefit",
                "title": "Dark",
                "beneficiaries": "Dark",
                "assessments": [
                    {
                        "stage": "second",
                        "date": "2026-04-04",
                        "magnitude": "high",
                        "confidence": "low",
                        "rationale": "Dark.",
                        "evidence": {"for": []},
                    }
                ],
                **HIDDEN,
            },
        ],
        "mitigations": [
            {
                "id": "open-mitigation",
                "title": "Filter",
                "kind": "technical",
                "status": "in-place",
                "since": "2026-01-25",
                "evidence": ["open-b"],
                "owner": "Team",
            },
            {
                "id": "dark-mitigation",
                "title": "Dark filter",
                "kind": "technical",
                "status": "in-place",
                "since": "2026-01-26",
                "evidence": ["dark-a"],
                "owner": "Dark team",
                **HIDDEN,
            },
        ],
        "partners": [
            {
                "id": "uni",
                "name": "A university",
                "kind": "academic",
                "access": [{"stage": "first", "level": "api", "from": "2026-02-02"}],
                "question": "Do people believe it?",
                "due": "2026-05-20",
                "independent": True,
                "findings": [
                    {
                        "id": "open-finding",
                        "date": "2026-03-01",
                        "text": "Some do.",
                        "favours": "neutral",
                        "evidence": ["open-a"],
                        "stages": ["first"],
                    },
                    {
                        "id": "dark-finding",
                        "date": "2026-03-02",
                        "text": "Dark words.",
                        "favours": "hold",
                        "evidence": ["dark-a"],
                        "stages": ["second"],
                        **HIDDEN,
                    },
                ],
            },
            {
                "id": "dark-partner",
                "name": "Dark partner",
                "kind": "industry",
                "access": [{"stage": "second", "level": "api", "from": "2026-03-05"}],
                "question": "Dark?",
                "independent": False,
                "audience": ["partner:dark-partner"],
            },
        ],
        "evidence": [
            _evidence("open-a", ["first"], source={"source": "post"}, held_out=True),
            _evidence(
                "open-b", ["first"], kind="reported", declared={"rate": {"value": 0.5, "unit": "proportion"}}
            ),
            _evidence("open-c", ["second"], conducted="2026-04-01", source={"source": "dark-source"}),
            _evidence("open-d", ["second"], conducted="2026-04-01", source={"source": "post"}),
            _evidence(
                "dark-a", ["second"], conducted="2026-04-01", source={"source": "dark-source"}, **HIDDEN
            ),
            _evidence("dark-b", ["first"], conducted="2026-01-11", **HIDDEN),
        ],
        "monitoring": [
            {
                "id": "open-signal",
                "signal": "Talk",
                "source": ["Forums"],
                "exposure": {"unit": "days", "amount": 90},
                "threshold": {"count": 30, "verdict": "hold"},
                "response": "Wait",
                "observations": [
                    {
                        "from": "2026-02-01",
                        "to": "2026-02-20",
                        "stage": "first",
                        "count": 2,
                        "kind": "discussion",
                    },
                    {
                        "from": "2026-02-21",
                        "to": "2026-03-20",
                        "stage": "first",
                        "count": 3,
                        "kind": "incident",
                        **HIDDEN,
                    },
                ],
            },
            {
                "id": "dark-signal",
                "signal": "Dark talk",
                "source": ["Dark forums"],
                "exposure": {"unit": "days", "amount": 90},
                "threshold": {"count": 30, "verdict": "hold"},
                "response": "Dark wait",
                "observations": [],
                **HIDDEN,
            },
        ],
        "events": [
            {
                "id": "open-event",
                "date": "2026-03-10",
                "kind": "replication",
                "text": "A copy.",
                "stages": ["second"],
            },
            {
                "id": "dark-event",
                "date": "2026-03-11",
                "kind": "incident",
                "text": "Dark deed.",
                "stages": ["second"],
                "references": [{"source": "dark-source"}],
                **HIDDEN,
            },
        ],
        "sources": [
            {"id": "post", "title": "A post", "date": "2026-01-02", "url": "https://example.org/post"},
            {"id": "dark-source", "title": "Dark memo", "date": "2026-01-03", **HIDDEN},
            *(
                {"id": f"pad-{number}", "title": f"Paper {number}", "date": "2026-01-02"}
                for number in range(PADS)
            ),
        ],
        "approvals": [
            {"stage": "second", "role": "lead", "by": "A. Lead", "decision": "approve", "date": "2026-04-20"},
            {
                "stage": "second",
                "role": "counsel",
                "by": "Dark counsel",
                "decision": "approve",
                "date": "2026-04-21",
                **HIDDEN,
            },
        ],
        "critiques": [
            {
                "id": "open-critique",
                "of": "evidence:open-a",
                "text": "Thin.",
                "by": "A reader",
                "date": "2026-03-15",
                "severity": "limited",
                "answer": {"text": "Dark answer.", "date": "2026-03-16", "by": "Dark", **HIDDEN},
            },
            {
                "id": "dark-critique",
                "of": "evidence:open-b",
                "text": "Dark doubt.",
                "by": "Dark",
                "date": "2026-03-17",
                "severity": "serious",
                **HIDDEN,
            },
        ],
        "waivers": [
            {
                "rule": "SR-106",
                "reason": "Soon.",
                "approver": "A. Chair",
                "granted": "2026-04-01",
                "expires": "2026-07-01",
            },
            {
                "rule": "SR-107",
                "reason": "Dark reason.",
                "approver": "Dark chair",
                "granted": "2026-04-02",
                "expires": "2026-07-02",
                **HIDDEN,
            },
        ],
        "attestations": [
            {
                "id": "A-open",
                "statement": "Told.",
                "answer": True,
                "by": "A. Lead",
                "role": "Lead",
                "on": "2026-04-05",
                "until": "2027-01-01",
            },
            {
                "id": "A-dark",
                "statement": "Dark told.",
                "answer": True,
                "by": "Dark",
                "role": "Dark",
                "on": "2026-04-06",
                "until": "2027-01-01",
                **HIDDEN,
            },
        ],
    }


def at(plan: Plan, *path: str | int) -> Any:
    """Return a part of a plan; a text names the object of that id in a list."""
    node: Any = plan
    for step in path:
        if isinstance(node, list) and isinstance(step, str):
            node = next(each for each in node if each["id"] == step)
        else:
            node = node[step]
    return node


def put(*path: Any) -> Change:
    """Return a change that writes its last argument where the others lead."""
    *way, name, value = path

    def change(plan: Plan) -> None:
        at(plan, *way)[name] = copy.deepcopy(value)

    return change


def drop(*path: Any) -> Change:
    """Return a change that takes a key away."""
    *way, name = path

    def change(plan: Plan) -> None:
        del at(plan, *way)[name]

    return change


def renamed(old: str, new: str) -> Change:
    """Return a change that gives an object another id, wherever it is named."""

    def walk(node: Any) -> Any:
        if isinstance(node, list):
            return [walk(each) for each in node]
        if isinstance(node, Mapping):
            return {key: walk(value) for key, value in node.items()}
        if isinstance(node, str):
            kind, colon, name = node.partition(":")
            return new if node == old else f"{kind}:{new}" if colon and name == old else node
        return node

    def change(plan: Plan) -> None:
        for key in list(plan):
            plan[key] = walk(plan[key])

    return change


def moved(section: str, name: str, place: int) -> Change:
    """Return a change that puts an object at another place of its list."""

    def change(plan: Plan) -> None:
        nodes = plan[section]
        node = at(plan, section, name)
        nodes.remove(node)
        nodes.insert(place, node)

    return change


def added(section: str, node: Plan) -> Change:
    """Return a change that adds an object."""
    return lambda plan: plan.setdefault(section, []).insert(0, copy.deepcopy(node))


def several(*changes: Change) -> Change:
    """Return changes one after another."""

    def change(plan: Plan) -> None:
        for each in changes:
            each(plan)

    return change


_RISK = ("risks", "open-risk", "assessments")
_FOR = ("evidence", "for")
CHANGES: Mapping[str, Change] = {
    # Citations: what hidden things cite, visible and hidden
    "finding cites a visible item": put(
        "partners", "uni", "findings", "dark-finding", "evidence", ["open-d"]
    ),
    "finding cites another visible item": put(
        "partners", "uni", "findings", "dark-finding", "evidence", ["open-c"]
    ),
    "finding cites nothing": put("partners", "uni", "findings", "dark-finding", "evidence", []),
    "finding cites an old item": put(
        "partners", "uni", "findings", "dark-finding", "evidence", ["open-b", "open-a"]
    ),
    "finding is about another stage": put("partners", "uni", "findings", "dark-finding", "stages", ["zero"]),
    "finding about an early stage cites": several(
        put("partners", "uni", "findings", "dark-finding", "stages", ["zero"]),
        put("partners", "uni", "findings", "dark-finding", "evidence", ["open-d"]),
    ),
    "hidden side cites another item": put(*_RISK, 1, "evidence", {"for": ["open-d"], **HIDDEN}),
    "hidden side cites against": put(*_RISK, 1, "evidence", {"for": [], "against": ["open-a"], **HIDDEN}),
    "hidden side cites hidden": put(*_RISK, 1, "evidence", {"for": ["dark-a", "dark-b"], **HIDDEN}),
    "hidden assessment cites": put(*_RISK, 2, "evidence", {"for": ["open-d", "open-b"]}),
    "hidden risk cites": put(
        "risks", "dark-risk", "assessments", 0, "evidence", {"for": ["open-d"], "against": ["open-a"]}
    ),
    "hidden benefit cites": put(
        "benefits", "dark-benefit", "assessments", 0, "evidence", {"for": ["open-d"]}
    ),
    "hidden benefit cites for an early stage": several(
        put("benefits", "dark-benefit", "assessments", 0, "evidence", {"for": ["open-d"]}),
        put("benefits", "dark-benefit", "assessments", 0, "stage", "zero"),
    ),
    "hidden mitigation cites": put("mitigations", "dark-mitigation", "evidence", ["open-d", "open-c"]),
    "hidden criterion reads another": put(
        "stages",
        "first",
        "criteria",
        "dark-criterion",
        "require",
        "plan.evidence.exists(e, e.id == 'open-d')",
    ),
    "hidden criterion names a result": put(
        "stages", "first", "criteria", "dark-criterion", "require", "plan.evidence.all(e, e.id != 'open-zz')"
    ),
    # Texts and ids
    **{
        f"{name} is called otherwise": renamed(name, f"aa-other-{name}")
        for name in (
            *("dark-actor", "dark-variant", "dark-risk", "dark-benefit", "dark-mitigation", "dark-finding"),
            *(
                "dark-partner",
                "dark-a",
                "dark-b",
                "dark-signal",
                "dark-event",
                "dark-source",
                "dark-critique",
            ),
            *("dark-criterion", "A-dark"),
        )
    },
    "hidden claim": put(
        "evidence", "dark-a", "claim", "Another claim, much longer than the one that stood there"
    ),
    "hidden texts": several(
        put("risks", "dark-risk", "title", "X"),
        put("risks", "dark-risk", "description", "Y " * 200),
        put("events", "dark-event", "text", "Z"),
        put("critiques", "dark-critique", "text", "W"),
        put("sources", "dark-source", "title", "V"),
        put("attestations", "A-dark", "statement", "U"),
    ),
    "hidden alias": put("variants", "dark-variant", "aliases", ["First", "Talk"]),
    "hidden owner": put("risks", "dark-risk", "owner", "A. Chair"),
    "hidden owner of a mitigation": put("mitigations", "dark-mitigation", "owner", "A. Chair"),
    "hidden evaluator": put(
        "evidence", "dark-a", "evaluator", {"name": "A. Chair", "kind": "independent", "independent": True}
    ),
    # Figures, units, words
    "hidden figure": put("evidence", "dark-a", "declared", _declared(0.1)),
    "hidden figure and unit": put(
        "evidence",
        "dark-a",
        "declared",
        {"accuracy": {"value": 99.5, "low": 0, "high": 100, "n": 3, "unit": "percent"}},
    ),
    "hidden figure is unknown": put("evidence", "dark-a", "declared", "unknown"),
    "hidden slice": put(
        "evidence", "dark-a", "declared", [{"result": "accuracy", "by": {"stage": "second"}, "value": 0.4}]
    ),
    "hidden figure before": put("evidence", "dark-b", "declared", _declared(0.95)),
    "hidden kind": several(
        put("evidence", "dark-a", "kind", "red_team"), put("evidence", "dark-a", "declared", "unknown")
    ),
    "hidden count": put("monitoring", "open-signal", "observations", 1, "count", 29),
    "hidden count at the threshold": put("monitoring", "open-signal", "observations", 1, "count", 28),
    "hidden severity": put(*_RISK, 2, "severity", "critical"),
    "hidden likelihood": put("risks", "dark-risk", "assessments", 0, "likelihood", "almost-certain"),
    "hidden residual": put("risks", "dark-risk", "assessments", 0, "residual", "critical"),
    "hidden magnitude": put("benefits", "dark-benefit", "assessments", 0, "magnitude", "low"),
    "hidden parameters": put("variants", "dark-variant", "parameters", 10**12),
    "hidden parameters unknown": put("variants", "dark-variant", "parameters", "undisclosed"),
    "hidden severity of a critique": put("critiques", "dark-critique", "severity", "critical"),
    # Dates
    "hidden evidence dated later": put("evidence", "dark-a", "conducted", "2026-04-29"),
    "hidden evidence expires": put("evidence", "dark-a", "expires", "2026-04-10"),
    "hidden event on another day": put("events", "dark-event", "date", "2026-01-17"),
    "hidden assessment dated": put(*_RISK, 2, "date", "2023-07-07"),
    "hidden finding dated": put("partners", "uni", "findings", "dark-finding", "date", "2026-04-30"),
    "hidden criterion dated": put("stages", "first", "criteria", "dark-criterion", "written", "2025-12-12"),
    "hidden critique dated": put("critiques", "dark-critique", "date", "2026-04-28"),
    "hidden answer dated": put("critiques", "open-critique", "answer", "date", "2026-04-27"),
    "hidden attestation dated": put("attestations", "A-dark", "on", "2026-04-26"),
    "hidden attestation ends": put("attestations", "A-dark", "until", "2026-04-26"),
    "hidden approval dated": put("approvals", 1, "date", "2026-04-25"),
    "hidden approval says hold": put("approvals", 1, "decision", "hold"),
    "hidden mitigation dated": put("mitigations", "dark-mitigation", "since", "2026-04-24"),
    "hidden mitigation planned": put("mitigations", "dark-mitigation", "status", "planned"),
    "hidden observation dated": put("monitoring", "open-signal", "observations", 1, "to", "2026-04-23"),
    "hidden partner's access": put(
        "partners", "dark-partner", "access", [{"stage": "first", "level": "api", "from": "2026-02-09"}]
    ),
    "hidden partner's due": put("partners", "dark-partner", "due", "2026-04-22"),
    "hidden leak plan tested": put("stages", "second", "leak_plan", "tested", "2026-04-18"),
    "hidden source dated": put("sources", "dark-source", "date", "2026-04-19"),
    # Waivers, critiques and others that speak of something
    "hidden waiver of another rule": put("waivers", 1, "rule", "SR-104"),
    "hidden waiver of what is waived": put("waivers", 1, "rule", "SR-106"),
    "hidden waiver of no rule": put("waivers", 1, "rule", "SR-999"),
    "hidden waiver at a stage": put("waivers", 1, "stage", "second"),
    "hidden waiver expired": put("waivers", 1, "expires", "2026-04-11"),
    "hidden waiver granted": put("waivers", 1, "granted", "2026-04-12"),
    "hidden critique of another": put("critiques", "dark-critique", "of", "evidence:open-d"),
    "hidden critique of hidden": put("critiques", "dark-critique", "of", "risk:dark-risk"),
    "hidden answer": put(
        "critiques", "open-critique", "answer", {"text": "No.", "by": "X", "date": "2026-03-16", **HIDDEN}
    ),
    "hidden event's stages": put("events", "dark-event", "stages", ["first", "zero"]),
    "hidden event's kind": put("events", "dark-event", "kind", "leak"),
    "hidden references": put("events", "dark-event", "references", [{"source": "post"}]),
    "hidden source of hidden": put("evidence", "dark-a", "source", {"source": "post"}),
    "hidden actors of a hidden risk": put("risks", "dark-risk", "actors", ["open-actor"]),
    "hidden risk's mitigations": put("risks", "dark-risk", "mitigations", ["open-mitigation"]),
    "hidden assessments at stages": put("risks", "dark-risk", "assessments", 0, "stage", "zero"),
    "hidden evidence's variants": put("evidence", "dark-a", "variants", ["large"]),
    "hidden observation's stage": put("monitoring", "open-signal", "observations", 1, "stage", "zero"),
    # Order
    "hidden evidence first": moved("evidence", "dark-a", 0),
    "hidden risk first": moved("risks", "dark-risk", 0),
    "hidden source first": moved("sources", "dark-source", 0),
    "hidden event first": moved("events", "dark-event", 0),
    "hidden variant first": moved("variants", "dark-variant", 0),
    "hidden partner first": moved("partners", "dark-partner", 0),
    # More and fewer
    "one more source": added(
        "sources", {"id": "dark-extra", "title": "Dark", "date": "2026-01-05", **HIDDEN}
    ),
    "one more event": added(
        "events",
        {
            "id": "dark-extra",
            "date": "2026-04-13",
            "kind": "policy",
            "text": "Dark",
            "stages": ["second"],
            **HIDDEN,
        },
    ),
    "one more actor": added("actors", {"id": "dark-extra", "title": "Dark", "tier": "middle", **HIDDEN}),
    "one more variant": added("variants", {"id": "dark-extra", "title": "Dark", "parameters": 5, **HIDDEN}),
    "one more attestation": added(
        "attestations",
        {
            "id": "A-extra",
            "statement": "S",
            "answer": True,
            "by": "D",
            "role": "D",
            "on": "2026-04-14",
            **HIDDEN,
        },
    ),
    "one more hidden citation": added(
        "benefits",
        {
            "id": "dark-extra",
            "title": "Dark",
            "beneficiaries": "Dark",
            "assessments": [
                {
                    "stage": "second",
                    "date": "2026-04-15",
                    "magnitude": "high",
                    "confidence": "low",
                    "rationale": "Dark.",
                    "evidence": {"for": ["open-d"]},
                }
            ],
            **HIDDEN,
        },
    ),
}
