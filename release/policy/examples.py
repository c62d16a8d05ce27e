"""Examples of rules: a fragment is merged into a minimal plan, which is then read like any other.

Mappings merge key by key and `null` takes a key away. Lists of objects merge by id, assessments by stage; an
empty list empties; every other list replaces. What the minimal plan does not have yet is filled up from
`_SKELETONS`, so that a fragment says only what its rule is about. Besides the plan's own keys an example may
have `at` (the date judged), `results` (figures of evidence as if computed), `attestations`, `lock_digest`,
`signed` (evidence id to who signed the rows, as if verified; every other signature is then not trusted),
`on` (the one object that counts), and for rules of reports `report`, `claim` and `plan` (what `plan` has
besides).
"""

from __future__ import annotations

import importlib.resources
import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from release.base.pointers import pointer_token
from release.source import Document, parse_document

EVE: Final = "2026-05-31"
"""The day before the minimal plan's second stage: what examples are judged at, unless they say otherwise."""

STEERING: Final = ("at", "results", "attestations", "on", "lock_digest", "signed", "plan", "report", "claim")
"""Keys of an example that are no part of its plan."""

_JUDGED_ON: Final = "2026-05-01"
_GROUND: Final = {"likelihood": "unlikely", "severity": "limited", "confidence": "moderate"}

# Fields of objects that the minimal plan lacks: (top-level key, key of the list) to what is filled in.
_SKELETONS: Final[Mapping[tuple[str, str], Mapping[str, Any]]] = {
    ("actors", "actors"): {"title": "Somebody", "tier": "low"},
    ("variants", "variants"): {"title": "Another size", "parameters": 124439808},
    ("stages", "stages"): {
        "title": "Another stage",
        "variants": ["v2"],
        "access": {"level": "downloadable", "recipients": "everybody", "reversible": False},
        "dates": {"planned": "2026-06-01"},
        "status": "planned",
        "owner": "release lead",
    },
    ("stages", "criteria"): {
        "text": "A condition.",
        "require": "true",
        "verdict": "hold",
        "written": _JUDGED_ON,
    },
    ("stages", "artefacts"): {"title": "Something published", "date": "2026-05-20"},
    ("risks", "risks"): {
        "title": "Another risk",
        "category": "example/other",
        "description": "Something goes wrong.",
        "actors": [],
        "owner": "risk owner",
        "assessments": [],
        "mitigations": [],
    },
    ("risks", "assessments"): {
        "stage": "s2",
        "date": _JUDGED_ON,
        "by": "safety team",
        **_GROUND,
        "rationale": "By experience.",
    },
    ("benefits", "benefits"): {"title": "Another benefit", "beneficiaries": "readers", "assessments": []},
    ("benefits", "assessments"): {
        "stage": "s2",
        "date": _JUDGED_ON,
        "magnitude": "moderate",
        "confidence": "moderate",
        "rationale": "By experience.",
    },
    ("mitigations", "mitigations"): {
        "title": "Another mitigation",
        "kind": "technical",
        "status": "in-place",
        "since": "2026-01-10",
    },
    ("partners", "partners"): {
        "name": "Another partner",
        "kind": "academic",
        "access": [],
        "question": "What does it do?",
        "independent": True,
        "findings": [],
    },
    ("partners", "access"): {"stage": "s2", "level": "downloadable", "from": "2026-03-01"},
    ("partners", "findings"): {"date": _JUDGED_ON, "text": "Something was found.", "favours": "neutral"},
    ("evidence", "evidence"): {
        "kind": "reported",
        "stages": ["s2"],
        "claim": "The model was tested.",
        "conducted": _JUDGED_ON,
    },
    ("monitoring", "monitoring"): {
        "signal": "Misuse",
        "source": "public forums",
        "exposure": {"unit": "forum-days", "amount": 1000},
        "response": "Access is narrowed.",
        "observations": [],
    },
    ("monitoring", "observations"): {
        "from": "2026-01-16",
        "to": "2026-05-15",
        "stage": "s1",
        "count": 0,
        "kind": "incident",
    },
    ("events", "events"): {"date": _JUDGED_ON, "kind": "publication", "text": "Something happened."},
    ("sources", "sources"): {"title": "Another source", "date": "2026-01-15"},
    ("approvals", "approvals"): {
        "stage": "s2",
        "role": "reviewer",
        "by": "A. Reviewer",
        "decision": "go",
        "date": _JUDGED_ON,
    },
    ("attestations", "attestations"): {
        "statement": "It was done.",
        "answer": "yes",
        "by": "A. Officer",
        "on": _JUDGED_ON,
    },
    ("thresholds", "thresholds"): {"capability": "A capability."},
    ("waivers", "waivers"): {
        "reason": "Known and accepted.",
        "approver": "A. Reviewer",
        "granted": _JUDGED_ON,
        "expires": "2026-07-01",
    },
    ("critiques", "critiques"): {
        "of": "stage:s2",
        "text": "This is weak.",
        "by": "A. Critic",
        "date": _JUDGED_ON,
        "severity": "limited",
    },
}


@dataclass(frozen=True, slots=True)
class Setup:
    """An example made ready.

    Attributes:
        plan: the merged plan as plain data.
        at: the date judged.
        explicit: the example names the date itself; objects without a date are then left out, as under
            `--at`.
        computed: evidence id to its figures, as a lock holds them.
        touched: pointers of the mappings that the fragment wrote to.
        on: the one object that counts, or empty.
        report: what `report` stands for.
        claim: what `claim` stands for, or None.
        facts: what `plan` has besides, for rules of reports.
        lock_digest: digest of the lock, or None.
        signers: evidence id to who signed it; None where nobody verified that.
    """

    plan: Mapping[str, Any]
    at: str
    explicit: bool
    computed: Mapping[str, Mapping[str, Any]]
    touched: frozenset[str]
    on: str = ""
    report: Mapping[str, Any] = field(default_factory=dict)
    claim: Mapping[str, Any] | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    lock_digest: str | None = None
    signers: Mapping[str, str] | None = None

    def document(self, shown: str) -> Document:
        """Return the merged plan as a document."""
        return parse_document(json.dumps(self.plan).encode(), shown)


@cache
def _minimal_text() -> bytes:
    return importlib.resources.files("release.policy").joinpath("minimal_plan.yaml").read_bytes()


def minimal_plan() -> dict[str, Any]:
    """Return the plan that examples start from, as plain data that may be changed."""
    plain: dict[str, Any] = as_plain(parse_document(_minimal_text(), "minimal_plan.yaml").root)
    return plain


def as_plain(node: Any) -> Any:  # noqa: ANN401 - any node
    """Return plain dictionaries and lists of a YAML tree."""
    if isinstance(node, Mapping):
        return {str(key): as_plain(each) for key, each in node.items()}
    if isinstance(node, list):
        return [as_plain(each) for each in node]
    return node


def set_up(fragment: Mapping[str, Any], general: Mapping[str, Any]) -> Setup:
    """Merge an example into the minimal plan.

    Args:
        fragment: the example.
        general: the pack's fragment for all its examples.
    """
    plan = minimal_plan()
    _merge_mapping(plan, as_plain(general), "", "", set())
    touched: set[str] = set()
    own = {key: value for key, value in as_plain(fragment).items() if key not in STEERING}
    _merge_mapping(plan, own, "", "", touched)
    attestations = _attestations(as_plain(fragment.get("attestations")))
    if attestations:
        _merge_mapping(plan, {"attestations": attestations}, "", "", touched)
    kinds = {item.get("id"): item.get("kind") for item in plan.get("evidence", ()) if isinstance(item, dict)}
    results = as_plain(fragment.get("results")) or {}
    signers = as_plain(fragment["signed"]) if "signed" in fragment else None
    for item in plan.get("evidence", ()):
        if isinstance(signers, dict) and isinstance(item, dict) and item.get("id") in signers:
            item.setdefault("signature", "evidence/rows.sig")
            results.setdefault(item["id"], {})
    return Setup(
        plan=plan,
        at=str(fragment.get("at", EVE)),
        explicit="at" in fragment,
        computed={name: _computed(each, kinds.get(name)) for name, each in results.items()},
        touched=frozenset(touched),
        on=str(fragment.get("on", "")),
        report=_bindings(fragment.get("report")),
        claim=_bindings(fragment["claim"]) if "claim" in fragment else None,
        facts=_bindings(fragment.get("plan")),
        lock_digest=str(fragment["lock_digest"]) if "lock_digest" in fragment else None,
        signers=signers if isinstance(signers, dict) else None,
    )


def _merge_mapping(
    base: dict[str, Any], fragment: dict[str, Any], pointer: str, top: str, touched: set[str]
) -> None:
    touched.add(pointer)
    for key, value in fragment.items():
        below = f"{pointer}/{pointer_token(key)}"
        section = top or key
        if value is None:
            base.pop(key, None)
        elif isinstance(value, dict):
            if not isinstance(base.get(key), dict):
                base[key] = {}
            _merge_mapping(base[key], value, below, section, touched)
        elif isinstance(value, list):
            base[key] = _merged_list(base.get(key), value, below, (section, key), touched)
        else:
            base[key] = value


def _merged_list(
    base: Any,  # noqa: ANN401 - whatever stood there
    fragment: list[Any],
    pointer: str,
    place: tuple[str, str],
    touched: set[str],
) -> list[Any]:
    name = "stage" if place[1] == "assessments" else "id"
    objects = bool(fragment) and all(isinstance(each, dict) for each in fragment)
    if not objects:
        return list(fragment)
    named = all(name in each for each in fragment)
    result: list[Any] = list(base) if named and isinstance(base, list) else []
    for each in fragment:
        same = (
            index for index, old in enumerate(result) if isinstance(old, dict) and old.get(name) == each[name]
        )
        index = next(same, None) if named else None
        if index is None:
            index = len(result)
            result.append(deepcopy(dict(_SKELETONS.get(place, {}))))
        _merge_mapping(result[index], each, f"{pointer}/{index}", place[0], touched)
    return result


def _attestations(written: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - ids, answers by id, or whole ones
    if isinstance(written, dict):
        return [{"id": name, "answer": _answer(answer)} for name, answer in written.items()]
    if isinstance(written, list):
        return [each if isinstance(each, dict) else {"id": str(each)} for each in written]
    return []


def _answer(answer: Any) -> Any:  # noqa: ANN401
    return {True: "yes", False: "no"}.get(answer, answer) if isinstance(answer, bool) else answer


def _computed(written: Any, kind: str | None) -> dict[str, Any]:  # noqa: ANN401
    """Return figures as a lock holds them.

    What the kind calls a figure is one, a number standing for its value; everything else is a plain fact.
    Evidence of the kind `reported` has nothing computed, so all of it is taken as given.
    """
    figures = written if isinstance(written, dict) else {}
    names = _figure_names(kind)
    results: dict[str, Any] = {}
    facts: dict[str, Any] = {}
    for name, value in figures.items():
        if name != "slices":
            (results if name in names and kind != "reported" else facts)[name] = _figure(name, value, names)
    slices = [
        {
            "by": {key: str(value) for key, value in piece.get("by", {}).items()},
            "results": {
                name: _figure(name, value, names) for name, value in piece.get("results", {}).items()
            },
        }
        for piece in figures.get("slices", ())
    ]
    return {"results": results, "slices": slices, "facts": facts, "agreement": "not-declared"}


@cache
def _figure_names(kind: str | None) -> frozenset[str]:
    """Return the names of a kind's figures; of all kinds where a kind has no names of its own."""
    from release.evidence.kind import STATISTIC, all_result_types, kind_called, kinds, result_types

    known = kind in kinds() and kind != "reported"
    types = result_types(kind_called(str(kind))) if known else all_result_types()
    return frozenset(name for name, type_ in types.items() if type_ == STATISTIC)


def _figure(name: str, value: Any, names: frozenset[str]) -> Any:  # noqa: ANN401
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return {"value": value} if number and name in names else value


def _bindings(value: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return what an expression sees of a mapping that is no part of a plan."""
    made: dict[str, Any] = _bound(as_plain(value))
    return made if isinstance(made, dict) else {}


def _bound(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, list):
        return [_bound(each) for each in value]
    if not isinstance(value, dict):
        return value
    hidden = [key for key, each in value.items() if each in ("unknown", "undisclosed")]
    made = {key: _bound(each) for key, each in value.items() if key not in hidden}
    return made | ({"$unknown": hidden} if hidden else {})
