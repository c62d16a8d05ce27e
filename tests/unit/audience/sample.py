"""A judgement made by hand: the record of the staged release of GPT-2, with things that only some may see."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from release.base.errors import Position
from release.base.findings import Finding, Reference, WaiverInfo
from release.base.labels import INTERNAL, PUBLIC, Label, label_of
from release.gate.judgement import Judgement, PackInForce, Parameter, StageVerdict, Summary

Plan = dict[str, Any]

_RESOLVED = {
    "variants": "variants",
    "actors": "actors",
    "mitigations": "mitigations",
    "for": "evidence",
    "against": "evidence",
}


def plan() -> Plan:
    """Return the plan as somebody would write it, without marks."""
    post = {"source": "nov-post", "at": "finding 1", "quote": "Humans find GPT-2 outputs convincing"}
    return {
        "id": "gpt-2",
        "title": "GPT-2, released by size",
        "developer": "OpenAI",
        "summary": "Four sizes of one language model, released smallest first over nine months.",
        "homepage": "https://openai.com/research/gpt-2-1-5b-release",
        "defaults": {"audience": "public"},
        "contact": {"name": "Release lead", "address": "release-lead@example.org"},
        "strategy": {
            "kind": "staged",
            "rationale": "Smaller models first, so that *risks and benefits* can be studied before.",
            "references": [{"source": "report", "at": "section 1"}],
        },
        "actors": [
            {
                "id": "low-skilled",
                "title": "Individuals with limited resources",
                "tier": "low",
                "intent": "ideology, profit",
            },
            {
                "id": "apt",
                "title": "Advanced persistent threats",
                "tier": "advanced",
                "intent": "unknown",
                "audience": "internal",
            },
        ],
        "variants": [
            _variant("124M", 124439808, 12, 768, "117M"),
            _variant("355M", 354823168, 24, 1024, "345M"),
            _variant("774M", 774030080, 36, 1280, "762M"),
            _variant("1558M", 1557611200, 48, 1600, "1542M"),
        ],
        "stages": [
            _stage("small", "124M", "2019-02-14", ["paper", "samples"]),
            _stage("medium", "355M", "2019-05-03", ["dataset"]),
            _stage("large", "774M", "2019-08-20", ["card", "report"]),
            _stage("xl", "1558M", "2019-11-05", ["detector", "report"])
            | {
                "criteria": [
                    {
                        "id": "partner-or-misuse",
                        "text": "A partner's finding, or misuse of the 774M model, could change this.",
                        "require": "size(stage.evidence) > 0",
                        "verdict": "hold",
                        "written": "2019-08-20",
                    },
                ],
                "responses": [
                    {
                        "to": "event:replication",
                        "text": "Others can train it by now, so withholding it wins little.",
                        "mitigations": ["detector"],
                        "date": "2019-10-01",
                        "by": "Policy lead",
                    },
                    {"to": "leak-scare", "text": "Secret-answer.", "date": "2019-10-02", "by": "Secret-lead"},
                    {
                        "to": "grover",
                        "text": "Secret-response.",
                        "date": "2019-10-03",
                        "mitigations": ["detector"],
                        "audience": "internal",
                    },
                ],
                "leak_plan": "unknown",
                "reasons_fail_when": [
                    "Misuse of the 774M model is seen",
                    "A partner finds a sharp rise in credibility",
                ],
            },
        ],
        "risks": [
            {
                "id": "disinformation",
                "title": "Cheap disinformation at scale",
                "category": "solaiman-2019/misuse",
                "description": "Synthetic articles that readers take for real ones.",
                "actors": ["low-skilled", "apt"],
                "owner": "Policy lead",
                "review_by": "2019-12-01",
                "mitigations": ["detector", "staged"],
                "assessments": [
                    _assessed("medium", "2019-05-02", "unlikely", "serious", "low", "limited"),
                    _assessed("large", "2019-08-19", "even", "serious", "moderate", "limited"),
                    _assessed("xl", "2019-11-04", "even", "serious", "moderate", "unknown")
                    | {
                        "evidence": {"for": ["credibility", "internal-probe"], "against": ["forums"]},
                        "marginal": {"text": "A small rise over 774M", "baseline": "774M"},
                        "rationale": "Credibility rises from 6.72 to 6.91; **no interval** is on record.",
                    },
                ],
            },
            {
                "id": "extremism",
                "title": "Extremist propaganda after fine-tuning",
                "category": "solaiman-2019/misuse",
                "description": "Four ideologies were tried by CTEC.",
                "owner": "Policy lead",
                "mitigations": ["detector"],
                "assessments": [_assessed("xl", "2019-11-04", "likely", "severe", "low", "serious")],
            },
            {
                "id": "state-actor",
                "title": "Secret-risk of a state actor",
                "category": "internal/secret-category",
                "description": "Secret-description.",
                "owner": "Secret-owner",
                "audience": "internal",
                "assessments": [_assessed("xl", "2019-11-04", "remote", "critical", "low", "critical")],
            },
        ],
        "benefits": [
            {
                "id": "research",
                "title": "Research on large language models",
                "beneficiaries": ["researchers", "writers"],
                "assessments": [
                    {
                        "stage": "xl",
                        "date": "2019-11-04",
                        "magnitude": "moderate",
                        "confidence": "moderate",
                        "rationale": "Detection and bias can be studied by everybody.",
                        "evidence": {"for": ["detection"]},
                    },
                ],
            },
        ],
        "mitigations": [
            {
                "id": "staged",
                "title": "Release by size",
                "kind": "access",
                "status": "in-place",
                "since": "2019-02-14",
                "removable_by_user": False,
            },
            {
                "id": "detector",
                "title": "Released detector model",
                "kind": "technical",
                "status": "planned",
                "since": "2019-11-05",
                "removable_by_user": True,
                "evidence": ["detection"],
                "owner": "Research",
            },
            {
                "id": "secret-watch",
                "title": "Secret-mitigation",
                "kind": "monitoring",
                "status": "in-place",
                "audience": "partner:cornell",
            },
        ],
        "partners": [
            {
                "id": "cornell",
                "name": "Cornell University",
                "kind": "academic",
                "independent": True,
                "funding": "unknown",
                "question": "Do readers find synthetic news credible?",
                "agreement": {"kind": "non-commercial software access", "signed": "unknown"},
                "access": [
                    {"stage": "large", "level": "downloadable", "from": "2019-08-20"},
                    {"variant": "1558M", "level": "gradual"},
                ],
                "findings": [
                    {
                        "id": "credible",
                        "date": "2019-11-04",
                        "text": "1.5B is **marginally** more credible than 774M.",
                        "favours": "release",
                        "evidence": ["credibility"],
                        "stages": ["large", "xl"],
                    },
                    {
                        "id": "draft-note",
                        "date": "2019-10-01",
                        "text": "Cornell-only early note.",
                        "favours": "neutral",
                        "audience": "partner:cornell",
                    },
                ],
            },
            {
                "id": "ctec",
                "name": "Middlebury CTEC",
                "kind": "academic",
                "independent": True,
                "question": "Can fine-tuned models make extremist text?",
                "access": "unknown",
                "findings": [
                    {
                        "id": "fine-tuning",
                        "date": "2019-11-04",
                        "text": "Fine-tuned models can make synthetic propaganda.",
                        "favours": "hold",
                        "stages": "unknown",
                    },
                    {
                        "id": "ctec-secret",
                        "date": "2019-10-02",
                        "text": "CTEC-only remark.",
                        "favours": "hold",
                        "audience": "partner:ctec",
                    },
                ],
            },
        ],
        "evidence": [
            {
                "id": "credibility",
                "kind": "human_credibility",
                "claim": "Credibility rises little from 774M to 1.5B.",
                "stages": ["medium", "large", "xl"],
                "variants": ["355M", "774M", "1558M"],
                "source": post,
                "declared": [
                    _declared("mean", "6.07", stage="medium"),
                    _declared("mean", "6.72", stage="large"),
                    _declared("mean", "6.91", stage="xl"),
                ],
                "evaluator": {"name": "Cornell University", "kind": "partner", "independent": True},
                "conducted": "2019-10-01",
                "available": "2019-11-04",
                "limitations": "The post gives neither the number of raters nor a spread.",
            },
            {
                "id": "detection",
                "kind": "automated_detection",
                "claim": "Larger models are harder to detect.",
                "stages": ["small", "medium", "large", "xl"],
                "variants": "unknown",
                "source": {"source": "dataset", "at": "detection.md"},
                "conducted": "2019-05-03",
                "data": {"path": "evidence/detection.csv", "format": "csv", "sha256": "ab" * 32},
                "evaluator": {"name": "OpenAI", "kind": "developer", "independent": False},
                "limitations": ["One baseline detector", "English only"],
                "results": {"accuracy": _statistic(0.8848, 0.8826, 0.887, 80000), "clusters": 4},
                "slices": [
                    {
                        "by": {"stage": stage, "sampling": sampling},
                        "results": {"accuracy": _statistic(value, low, high, 10000)},
                    }
                    for stage, sampling, value, low, high in _DETECTION
                ],
                "agreement": "match",
                "declared": [
                    _declared("accuracy", "0.9269", stage="xl", sampling="top_k_40"),
                    _declared("accuracy", "0.7431", stage="xl", sampling="temperature_1"),
                ],
            },
            {
                "id": "forums",
                "kind": "monitoring_count",
                "claim": "No strong evidence of misuse was seen.",
                "stages": ["large"],
                "source": {"source": "nov-post", "at": "finding 4"},
                "conducted": "unknown",
                "available": "2019-11-04",
                "declared": [_declared("rate", "0")],
                "limitations": "Public forums only.",
            },
            {
                "id": "internal-probe",
                "kind": "red_team",
                "claim": "Secret-claim about a probe.",
                "stages": ["xl"],
                "source": {"source": "secret-memo", "at": "page 3", "quote": "Secret-quote"},
                "conducted": "2019-10-20",
                "declared": [_declared("success_rate", "0.123456")],
                "audience": "internal",
                "notes": "Secret-note-evidence",
            },
        ],
        "monitoring": [
            {
                "id": "misuse",
                "signal": "Discussion of misuse in public forums",
                "source": "Public forums",
                "exposure": {"unit": "forum-days", "amount": "unknown"},
                "threshold": {"count": 1, "verdict": "hold"},
                "response": "Pause the next stage and tell partners.",
                "observations": [
                    {
                        "from": "2019-02-14",
                        "to": "2019-05-15",
                        "stage": "small",
                        "count": 0,
                        "kind": "incident",
                    },
                    {
                        "from": "2019-08-20",
                        "to": "2019-11-04",
                        "stage": "large",
                        "count": 0,
                        "kind": "incident",
                        "exposure": {"unit": "forum-days", "amount": 760},
                    },
                ],
            },
        ],
        "events": [
            {
                "id": "grover",
                "date": "2019-05-29",
                "kind": "publication",
                "text": "Grover is published; its largest model is not released.",
                "references": [{"source": "report"}],
            },
            {
                "id": "replication",
                "date": "2019-08-22",
                "learned": "2019-08-23",
                "kind": "replication",
                "text": "A 1.5B replication is published.",
                "stages": ["xl"],
            },
            {
                "id": "leak-scare",
                "date": "2019-09-01",
                "kind": "incident",
                "text": "Secret-incident.",
                "audience": "internal",
            },
        ],
        "sources": [
            {
                "id": "report",
                "title": "Release Strategies and the Social Impacts of Language Models",
                "authors": ["Solaiman et al."],
                "date": "2019-11",
                "url": "https://arxiv.org/abs/1908.09203",
            },
            {
                "id": "nov-post",
                "title": "GPT-2: 1.5B release",
                "date": "2019-11-05",
                "url": "https://openai.com/blog/gpt-2-1-5b-release",
            },
            {"id": "dataset", "title": "GPT-2 output dataset", "url": "javascript:alert(1)"},
            {"id": "secret-memo", "title": "Secret-memo", "audience": "internal"},
        ],
        "approvals": [{"stage": "xl", "role": "release board", "by": "unknown", "decision": "unknown"}],
        "critiques": [
            {
                "id": "n-missing",
                "of": "evidence:credibility",
                "text": "No n and no spread: the rise cannot be judged.",
                "by": "reviewer",
                "date": "2019-11-04",
                "severity": "serious",
            },
            {
                "id": "of-secret",
                "of": "risk:state-actor",
                "text": "Secret-critique.",
                "by": "reviewer",
                "date": "2019-11-04",
                "severity": "limited",
            },
        ],
        "waivers": [
            {
                "rule": "SR-106",
                "stage": "xl",
                "reason": "The record is historical.",
                "approver": "Release board",
                "granted": "2019-11-01",
                "expires": "2019-12-31",
            },
            {
                "rule": "SR-123",
                "stage": "xl",
                "object": "risk:state-actor",
                "reason": "Secret-reason.",
                "approver": "Secret-approver",
                "granted": "2019-11-01",
                "expires": "2019-12-31",
            },
        ],
        "notes": "Secret-note-plan",
    }


_DETECTION = (
    ("small", "temperature_1", 0.8829, 0.8765, 0.8891),
    ("small", "top_k_40", 0.9679, 0.9643, 0.9712),
    ("medium", "temperature_1", 0.8894, 0.8831, 0.8954),
    ("medium", "top_k_40", 0.9522, 0.9478, 0.9562),
    ("large", "temperature_1", 0.7716, 0.7633, 0.7797),
    ("large", "top_k_40", 0.9443, 0.9396, 0.9486),
    ("xl", "temperature_1", 0.7431, 0.7344, 0.7516),
    ("xl", "top_k_40", 0.9269, 0.9216, 0.9318),
)


def _variant(name: str, parameters: int, layers: int, width: int, alias: str) -> Plan:
    return {
        "id": name,
        "title": f"GPT-2 {name}",
        "parameters": parameters,
        "aliases": [alias],
        "architecture": {
            "family": "gpt2",
            "layers": layers,
            "width": width,
            "vocabulary": 50257,
            "context": 1024,
        },
        "training": {"compute_flop": "undisclosed", "data": "WebText", "cutoff": "2017-12"},
    }


def _stage(name: str, variant: str, day: str, artefacts: list[str]) -> Plan:
    return {
        "id": name,
        "title": f"{variant} weights",
        "variants": [variant],
        "owner": "Release lead",
        "access": {
            "level": "downloadable",
            "recipients": "everybody",
            "terms": "MIT licence",
            "reversible": False,
        },
        "dates": {"planned": day, "released": day},
        "status": "released",
        "observation": {"days": 77, "signals": ["misuse"]},
        "artefacts": [
            {"kind": kind, "title": f"{kind.capitalize()} of {name}", "date": day} for kind in artefacts
        ],
    }


def _assessed(stage: str, date: str, likelihood: str, severity: str, confidence: str, residual: str) -> Plan:
    return {
        "stage": stage,
        "date": date,
        "by": "OpenAI policy team",
        "likelihood": likelihood,
        "severity": severity,
        "confidence": confidence,
        "residual": residual,
        "rationale": "Judged from what partners and forums showed.",
    }


def _declared(result: str, digits: str, **by: str) -> Plan:
    return {"result": result, "by": by, "value": float(digits), "$raw": {"value": digits}}


def _statistic(value: float, low: float, high: float, n: int) -> Plan:
    return {"value": value, "low": low, "high": high, "level": 0.95, "method": "wilson", "n": n}


def marked(node: Any, pointer: str = "") -> Any:
    """Add the marks that reading a plan adds to a tree."""
    if isinstance(node, list):
        return [marked(each, f"{pointer}/{index}") for index, each in enumerate(node)]
    if not isinstance(node, Mapping):
        return node
    words = {name: each for name, each in node.items() if each in ("unknown", "undisclosed")}
    rest = {name: each for name, each in node.items() if name not in words}
    raw = {"by", "results", "slices", "$raw"}
    tree = {name: each if name in raw else marked(each, f"{pointer}/{name}") for name, each in rest.items()}
    tree["$at"] = pointer
    if words:
        tree["$unknown"] = list(words)
        tree["$words"] = words
    return tree


def facts(written: Plan, at: str = "2019-11-04") -> Plan:
    """Return the tree that rules see: references resolved, figures in place."""
    tree: Plan = marked(copy.deepcopy(written))
    for order, stage in enumerate(tree["stages"]):
        released = stage.get("dates", {}).get("released", "9999")
        stage["status"] = "released" if released <= at else "planned"
        stage["order"] = order
        if released > at and "dates" in stage:
            stage["dates"] = {name: value for name, value in stage["dates"].items() if name != "released"}
    for item in tree.get("evidence", ()):
        item["$citing"] = {stage["id"]: [("",)] for stage in tree["stages"]}
    by_id = {
        section: {each["id"]: each for each in tree.get(section, [])} for section in set(_RESOLVED.values())
    }
    sources = {each["id"]: each for each in tree.get("sources", [])}
    for item in tree.get("evidence", []):
        item["provenance"] = "computed" if "results" in item else "declared"
        item.setdefault("agreement", "not-computed")
        if isinstance(item.get("source"), dict) and item["source"].get("source") in sources:
            item["source"] = {**item["source"], "source": sources[item["source"]["source"]]}
    for owner in ("stages", "risks", "benefits", "mitigations", "partners"):
        for each in tree.get(owner, []):
            _resolve(each, by_id)
    return tree


def _resolve(node: Any, by_id: Mapping[str, Mapping[str, Any]]) -> None:
    if isinstance(node, list):
        for each in node:
            _resolve(each, by_id)
    if not isinstance(node, dict):
        return
    for name, each in node.items():
        section = _RESOLVED.get(name, "evidence" if name == "evidence" and isinstance(each, list) else "")
        if section and isinstance(each, list):
            node[name] = [by_id[section][one] for one in each if one in by_id[section]]
        elif not name.startswith("$"):
            _resolve(each, by_id)


def labels(written: Plan) -> Callable[[str], Label]:
    """Return the labels of a plan: the nearest labelled object decides, nested ones narrow."""
    default = label_of(written.get("defaults", {}).get("audience", "internal"))

    def label(pointer: str) -> Label:
        if not pointer or pointer in {"/id", "/title"}:
            return PUBLIC
        here: Any = written
        found = default
        inherited = False
        for part in pointer.split("/")[1:]:
            if part == "notes":
                return INTERNAL
            here = (
                here[int(part)]
                if isinstance(here, list)
                else here.get(part)
                if isinstance(here, Mapping)
                else None
            )
            if isinstance(here, Mapping) and "audience" in here:
                own = label_of(here["audience"])
                found = found.meet(own) if inherited else own
                inherited = True
        return found

    return label


def findings(written: Plan) -> tuple[Finding, ...]:
    """Return findings as the engine would make them, some of them hidden."""
    label = labels(written)
    solaiman = (
        Reference(
            "solaiman-2019",
            "section 1",
            "verified",
            "Release Strategies and the Social Impacts of Language Models",
        ),
    )

    def make(
        rule: str, status: Any, stage: str | None, name: str, pointer: str, message: str, **more: Any
    ) -> Finding:
        values: dict[str, Any] = {
            "rule": rule,
            "pack": "staged-release",
            "title": f"Title of {rule}",
            "severity": "error",
            "status": status,
            "verdict": "hold",
            "stage": stage,
            "stages": (stage,) if stage else ("xl",),
            "object": name,
            "pointer": pointer,
            "at": Position("gpt-2/release.yaml", 10 + len(pointer), 3),
            "message": message,
            "fix": f"Mend what {rule} asks for.",
            "references": solaiman,
            "label": label(pointer),
        }
        return Finding(**(values | more))

    waiver = WaiverInfo(
        "SR-106", "The record is historical.", "Release board", "2019-11-01", "2019-12-31", "/waivers/0"
    )
    secret = WaiverInfo(
        "SR-123", "Secret-reason.", "Secret-approver", "2019-11-01", "2019-12-31", "/waivers/1"
    )
    return (
        make(
            "SR-106",
            "waived",
            "xl",
            "stage:xl",
            "/stages/3",
            "xl has no criterion that says no-go",
            waiver=waiver,
        ),
        make(
            "SR-112",
            "unknown",
            "xl",
            "evidence:detection",
            "/evidence/1",
            "which variants were tested is unknown",
            missing=("evidence 'detection'.variants",),
        ),
        make("SR-117", "fail", "xl", "evidence:credibility", "/evidence/0", "6.72 to 6.91 has no interval"),
        make(
            "SR-123",
            "waived",
            "xl",
            "stage:xl",
            "/stages/3/leak_plan",
            "xl can't be taken back, and no leak plan is known",
            waiver=secret,
            missing=("stage.leak_plan",),
        ),
        make(
            "SR-115",
            "fail",
            "large",
            "stage:large",
            "/stages/2",
            "large was released before a window of 120 days was over",
            severity="warning",
            verdict=None,
        ),
        make("SR-125", "fail", "xl", "risk:state-actor", "/risks/2", "Secret-message about state-actor"),
    )


def judgement(written: Plan | None = None, **changes: Any) -> Judgement:
    """Return the judgement of a plan; `changes` replace its fields."""
    written = plan() if written is None else written
    tree = facts(written)
    found = findings(written) if len(written.get("risks", ())) > 2 else ()
    label = labels(written)
    stages = tuple(
        StageVerdict(
            stage["id"],
            stage.get("title", stage["id"]),
            "hold",
            stage["status"],
            sum(stage["id"] in each.stages for each in found),
            stage["order"],
            stage.get("dates", {}).get("planned"),
            stage.get("dates", {}).get("released"),
            f"/stages/{index}",
        )
        for index, stage in enumerate(tree["stages"])
    )
    values: dict[str, Any] = {
        "path": "gpt-2",
        "plan_id": written["id"],
        "title": written["title"],
        "developer": written.get("developer", ""),
        "digest": "sha256:" + "1" * 64,
        "at": "2019-11-04",
        "undated": 1,
        "verdict": "hold",
        "next_stage": "xl",
        "stages": stages,
        "found": found,
        "summary": Summary(30, 40, 34, 3, 1, 2),
        "facts": tree,
        "labels": label,
        "texts": {"gpt-2/release.yaml": "secret text"},
        "lock_state": "fresh",
        "lock_digest": "sha256:" + "2" * 64,
        "packs": (
            PackInForce("staged-release", "1.0.0", "Staged release", 30),
            PackInForce("human-feedback", "1.0.0", "Human feedback", 13, "no evidence of its kinds"),
        ),
        "params": (
            Parameter("staged-release.min_days", 60, "default", "own judgement"),
            Parameter("human-feedback.secret_param", 7, "plan", "Secret-why"),
        ),
        "passed_labels": lambda: (PUBLIC,) * 20 + (INTERNAL,) * 14,
        "undated_labels": (INTERNAL,),
    }
    return Judgement(**(values | changes))


def strings(node: Any) -> Iterator[str]:
    """Yield every text of a tree, keys included."""
    if isinstance(node, Mapping):
        for name, each in node.items():
            yield str(name)
            yield from strings(each)
    elif isinstance(node, list | tuple):
        for each in node:
            yield from strings(each)
    elif isinstance(node, str):
        yield node
