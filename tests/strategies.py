"""Small random plans, valid by construction, as plain data and as YAML."""

from __future__ import annotations

import datetime as dt
from typing import Any

import yaml
from hypothesis import strategies as st

FIRST_DAY = dt.date(2019, 1, 1)
LAST_OFFSET = 400

TEXTS = st.sampled_from(
    ["a text", "unknown things happen", "Größe: ∞", "- not a list", "# no comment", "x" * 90]
)
WORDS = ("unknown", "undisclosed")
SEVERITIES = st.sampled_from(["negligible", "limited", "serious", "severe", "critical"])
GRADES = st.sampled_from(["low", "moderate", "high"])


def days(least: int = 0, most: int = LAST_OFFSET) -> st.SearchStrategy[str]:
    """Days as a plan writes them."""
    return st.integers(least, most).map(lambda offset: (FIRST_DAY + dt.timedelta(offset)).isoformat())


def dates() -> st.SearchStrategy[str]:
    """Days, moments, and the words for what nobody knows."""
    moments = st.builds(lambda day, hour: f"{day}T{hour:02}:30:00+02:00", days(), st.integers(0, 23))
    return st.one_of(days(), days(), days(), moments, st.sampled_from(WORDS))


def labels(partners: list[str]) -> st.SearchStrategy[Any]:
    """Audience labels over the partners there are."""
    named = [f"partner:{name}" for name in partners]
    words = st.sampled_from(["public", "partner", "internal", *named])
    return st.one_of(words, st.lists(words, min_size=1, max_size=2))


def some(draw: st.DrawFn, names: list[str]) -> list[str]:
    """Draw a few of the names, without repetition."""
    return draw(st.lists(st.sampled_from(names), unique=True, max_size=3)) if names else []


def one(draw: st.DrawFn, names: list[str]) -> str:
    """Draw one of the names."""
    return draw(st.sampled_from(names))


def ids(draw: st.DrawFn, letter: str, most: int, least: int = 0) -> list[str]:
    """Draw how many objects of a kind there are, and name them."""
    return [f"{letter}{number}" for number in range(draw(st.integers(least, most)))]


def maybe(draw: st.DrawFn, node: dict[str, Any], **optional: st.SearchStrategy[Any]) -> dict[str, Any]:
    """Add some of the optional keys to an object."""
    for key, value in optional.items():
        if draw(st.booleans()):
            node[key.rstrip("_")] = draw(value)
    return node


@st.composite
def stage_dates(draw: st.DrawFn) -> dict[str, Any]:
    """Dates of a stage with a status that fits them."""
    kind = draw(st.sampled_from(["draft", "planned", "released", "withdrawn", "cancelled", "unknown"]))
    if kind == "draft":
        return {"status": "draft"}
    if kind in {"planned", "cancelled"}:
        return {"status": kind, "dates": {"planned": draw(dates())}}
    if kind == "unknown":
        return {
            "status": draw(st.sampled_from(["released", "withdrawn", *WORDS])),
            "dates": draw(st.sampled_from(WORDS)),
        }
    released = draw(st.integers(0, LAST_OFFSET))
    written = {"released": draw(days(released, released))}
    if draw(st.booleans()):
        written["planned"] = draw(dates())
    if kind == "withdrawn":
        written["withdrawn"] = draw(days(released))
    return {"status": kind, "dates": written}


@st.composite
def plans(draw: st.DrawFn) -> dict[str, Any]:
    """A whole plan in which every reference leads somewhere."""
    stages = ids(draw, "stage", 3, 1)
    variants = ids(draw, "variant", 3, 1)
    risks, mitigations = ids(draw, "risk", 2), ids(draw, "mitigation", 2)
    partners, evidence = ids(draw, "partner", 2), ids(draw, "evidence", 3)
    monitoring, sources = ids(draw, "signal", 2), ids(draw, "source", 3)
    label = labels(partners)
    refs = st.builds(lambda source: {"source": source}, st.sampled_from(sources)) if sources else st.nothing()

    def sides() -> dict[str, Any]:
        return {"for": some(draw, evidence), "against": some(draw, evidence)}

    def stage(number: int, name: str) -> dict[str, Any]:
        node: dict[str, Any] = {
            "id": name,
            "title": draw(TEXTS),
            "variants": some(draw, variants),
            **draw(stage_dates()),
        }
        node["artefacts"] = [
            maybe(draw, {"kind": "card", "title": draw(TEXTS)}, date=dates())
            for _ in range(draw(st.integers(0, 2)))
        ]
        node["criteria"] = [
            maybe(
                draw,
                {"id": f"criterion{number}{index}", "require": "true", "verdict": "hold"},
                written=dates(),
            )
            for index in range(draw(st.integers(0, 2)))
        ]
        return maybe(
            draw,
            node,
            audience=label,
            review=st.builds(lambda on: {"on": on, "text": "learned"}, dates()),
            leak_plan=st.builds(
                lambda tested: {"text": "tell", "tested": tested}, st.one_of(dates(), st.booleans())
            ),
        )

    def assessment(*, severity: bool) -> dict[str, Any]:
        level = {"severity": draw(SEVERITIES)} if severity else {"magnitude": draw(GRADES)}
        return maybe(
            draw, {"stage": one(draw, stages), **level, "evidence": sides()}, date=dates(), confidence=GRADES
        )

    def finding(name: str) -> dict[str, Any]:
        return maybe(
            draw,
            {"id": name, "text": draw(TEXTS), "evidence": some(draw, evidence)},
            date=dates(),
            audience=label,
        )

    plan: dict[str, Any] = {
        "schema": "release-plan/1",
        "id": "random",
        "title": draw(TEXTS),
        "variants": [
            {"id": name, "title": draw(TEXTS), "parameters": draw(st.integers(1, 10**12))}
            for name in variants
        ],
        "stages": [stage(number, name) for number, name in enumerate(stages)],
        "risks": [
            maybe(
                draw,
                {
                    "id": name,
                    "title": draw(TEXTS),
                    "mitigations": some(draw, mitigations),
                    "assessments": [assessment(severity=True) for _ in range(draw(st.integers(0, 2)))],
                },
                audience=label,
                tolerance=SEVERITIES,
            )
            for name in risks
        ],
        "benefits": [
            {
                "id": "benefit",
                "assessments": [assessment(severity=False) for _ in range(draw(st.integers(0, 2)))],
            }
        ],
        "mitigations": [
            maybe(
                draw,
                {
                    "id": name,
                    "status": draw(st.sampled_from(["planned", "in-place", "removed"])),
                    "evidence": some(draw, evidence),
                },
                since=days(0, 200),
                until=days(200),
            )
            for name in mitigations
        ],
        "partners": [
            maybe(
                draw,
                {
                    "id": name,
                    "findings": [
                        finding(f"{name}-finding{index}") for index in range(draw(st.integers(0, 2)))
                    ],
                    "access": [
                        maybe(draw, {"stage": one(draw, stages)}, from_=dates())
                        for _ in range(draw(st.integers(0, 2)))
                    ],
                },
                agreement=st.builds(lambda signed: {"signed": signed}, dates()),
                audience=label,
            )
            for name in partners
        ],
        "evidence": [
            maybe(
                draw,
                {"id": name, "kind": "red_team", "stages": some(draw, stages)},
                conducted=dates(),
                available=dates(),
                source=refs,
                audience=label,
                declared=st.builds(lambda value: {"success_rate": value}, st.floats(0, 1)),
            )
            if sources
            else maybe(
                draw,
                {"id": name, "kind": "red_team", "stages": some(draw, stages)},
                conducted=dates(),
                available=dates(),
            )
            for name in evidence
        ],
        "monitoring": [
            maybe(
                draw,
                {
                    "id": name,
                    "observations": [
                        maybe(draw, {"stage": one(draw, stages), "count": 1}, to=dates())
                        for _ in range(draw(st.integers(0, 2)))
                    ],
                },
                action_taken=st.builds(lambda on: {"on": on, "what": "asked"}, dates()),
            )
            for name in monitoring
        ],
        "events": [
            maybe(draw, {"id": name, "text": draw(TEXTS)}, date=dates()) for name in ids(draw, "event", 2)
        ],
        "sources": [
            maybe(
                draw,
                {"id": name, "title": draw(TEXTS)},
                date=dates(),
                **({"supersedes": st.just(sources[index - 1])} if index else {}),
            )
            for index, name in enumerate(sources)
        ],
        "approvals": [
            maybe(
                draw,
                {"stage": one(draw, stages), "role": "lead"},
                date=dates(),
                decision=st.sampled_from(["go", "hold", "no-go"]),
            )
            for _ in range(draw(st.integers(0, 2)))
        ],
        "attestations": [
            maybe(draw, {"id": name, "answer": "yes"}, on=days(0, 200), until=days(200))
            for name in ids(draw, "X", 2)
        ],
        "thresholds": [
            {
                "id": "threshold",
                "safeguards": some(draw, mitigations),
                "status": {one(draw, stages): {"evidence": some(draw, evidence)}},
            }
        ],
        "eu": maybe(draw, {"market": True}, framework_confirmed=dates()),
    }
    objects = [*risks, *mitigations, *evidence, *partners, *(f"evidence:{name}" for name in evidence)]
    criteria = [criterion["id"] for each in plan["stages"] for criterion in each["criteria"]]
    rules = ["SR-101", *(f"criterion:{name}" for name in criteria)]
    if objects:
        plan["critiques"] = [
            maybe(
                draw,
                {"id": name, "of": one(draw, objects)},
                date=dates(),
                answer=st.builds(lambda date: {"date": date}, dates()),
            )
            for name in ids(draw, "critique", 2)
        ]
        plan["waivers"] = [
            maybe(
                draw,
                {"rule": one(draw, rules)},
                object=st.sampled_from(objects),
                granted=days(0, 200),
                expires=days(200),
            )
            for _ in range(draw(st.integers(0, 2)))
        ]
    return maybe(
        draw, plan, defaults=st.builds(lambda audience: {"audience": audience}, label), audience=label
    )


def yaml_text(plan: dict[str, Any]) -> str:
    """Write a plan as YAML."""
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    return str(yaml.dump(plan, Dumper=dumper, sort_keys=False, allow_unicode=True))
