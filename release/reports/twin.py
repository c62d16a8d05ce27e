"""The same report for programs: what stands in the page as JSON and is written by `--format json`."""

from __future__ import annotations

import dataclasses
import types
import typing
from typing import Any

from release.audience.copying import Item
from release.audience.history import History
from release.audience.items_evidence import Content
from release.audience.view import AudienceView, Pack, Parameter, StageView, plain
from release.base.canonical import pretty_json
from release.base.findings import Finding
from release.base.json_schema import COUNT, TEXT, described, document, listed, or_null
from release.reports.compare import Compared
from release.reports.model import Report, build
from release.reports.safe import anchor
from release.reports.summary import Sentence
from release.reports.words import Words, read_words

SCHEMA = "release-report/1"


def report_json(report: Report) -> dict[str, Any]:
    """Return the report as JSON values. Ids in `figures` and `not_known` are those of the page."""
    view = report.view
    return {
        "schema": SCHEMA,
        "tool": {"name": "staged-release", "version": view.tool},
        "at": view.at,
        "audience": view.audience,
        "plan": {
            "id": view.plan_id,
            "title": view.title,
            "developer": view.developer,
            "digest": view.digest,
        },
        "verdict": view.verdict,
        "next_stage": view.next_stage,
        "withheld": view.withheld,
        "undated": view.undated,
        "stages": [plain(stage) for stage in view.stages],
        "summary": plain(view.summary),
        "sentence": report.sentence,
        "overview": None if report.overview is None else plain(report.overview),
        "compared": None if report.compared is None else _compared(report.compared),
        "history": None if report.history is None else plain(report.history),
        "findings": _findings(report),
        "content": plain(view.content),
        "figures": _figures(report),
        "not_known": [
            {"object": each.href.removeprefix("#"), "field": gap.field, "word": gap.word, "stage": gap.stage}
            for each in report.gaps
            for gap in each.gaps
        ],
        "limits": [each.text for each in report.limits],
        "packs": [plain(pack) for pack in view.packs],
        "params": [plain(parameter) for parameter in view.params],
        "lock": {"state": view.lock_state, "digest": view.lock_digest},
    }


def render_json(view: AudienceView, *, lang: str = "en", words: Words | None = None) -> str:
    """Return the report of one audience for programs: the same values as its page holds."""
    words = words or read_words(lang)
    return json_of(build(view, words))


def json_of(report: Report) -> str:
    """Return a report for programs."""
    return pretty_json(report_json(report))


def _compared(found: Compared) -> dict[str, Any]:
    tables = [
        {
            "caption": table.caption,
            "head": list(table.head),
            "rows": [["".join(part.text for part in cell) for cell in row] for row in table.rows],
        }
        for table in found.tables
    ]
    return {"since": found.since, "sentence": found.sentence, "tables": tables}


def _findings(report: Report) -> list[dict[str, Any]]:
    found = []
    for _, entries in report.findings:
        for entry in entries:
            values: dict[str, Any] = plain(entry.finding)
            values.pop("at", None)
            if entry.place:
                values["place"] = entry.place
            found.append(values)
    return found


def _figures(report: Report) -> list[dict[str, Any]]:
    found = []
    for item in report.view.content.evidence:
        for provenance, figures in (("computed", item.figures), ("declared", item.declared)):
            for figure in figures:
                by = [f"{name}={value}" for name, value in figure.by]
                name = anchor("figure", item.id, provenance, figure.result, *by)
                values = {"id": name, "evidence": item.id, "provenance": provenance, **plain(figure)}
                found.append(values | {"by": dict(figure.by)})
    return found


def report_schema() -> dict[str, Any]:
    """Return the JSON Schema of a report, made from the classes that a view may hold."""
    definitions: dict[str, Any] = {}
    texts = listed(TEXT)
    free = {"type": "object"}
    figure = {**free, "required": ["id", "evidence", "provenance", "result"]}
    body = {
        "type": "object",
        "required": ["schema", "tool", "at", "audience", "plan", "verdict", "withheld", "stages", "findings"],
        "properties": {
            "schema": {"const": SCHEMA},
            "tool": {"type": "object", "required": ["name", "version"]},
            "at": described(TEXT, "the date judged"),
            "audience": {"type": "string", "pattern": "^(public|internal|partner:.+)$"},
            "plan": {"type": "object", "required": ["id", "title", "developer", "digest"]},
            "verdict": {"enum": ["go", "hold", "no-go"]},
            "next_stage": {"type": ["string", "null"]},
            "withheld": described(COUNT, "items left out for this audience, in all"),
            "undated": COUNT,
            "stages": _array(StageView, definitions),
            "summary": free,
            "sentence": described(TEXT, "what is decided, in one sentence"),
            "overview": or_null(_schema(Sentence, definitions)),
            "compared": {
                **free,
                "type": ["object", "null"],
                "description": "what differs from a date",
            },
            "history": or_null(_schema(History, definitions)),
            "findings": _array(Finding, definitions),
            "content": _schema(Content, definitions),
            "figures": listed(figure),
            "not_known": listed({**free, "required": ["object", "field", "word"]}),
            "limits": {**texts, "minItems": 1},
            "packs": _array(Pack, definitions),
            "params": _array(Parameter, definitions),
            "lock": free,
        },
        "additionalProperties": False,
    }
    return document("A release report for one audience", body, **definitions)


def _array(cls: type, definitions: dict[str, Any]) -> dict[str, Any]:
    return listed(_schema(cls, definitions))


def _schema(cls: type, definitions: dict[str, Any]) -> dict[str, Any]:
    if cls.__name__ not in definitions:
        definitions[cls.__name__] = {}
        hints = typing.get_type_hints(cls)
        left_out = {"at", "label"} if cls is Finding else set()
        names = [each.name for each in dataclasses.fields(cls) if each.name not in left_out]
        properties = {name: _type(hints[name], definitions) for name in names}
        if cls is Finding:
            properties["place"] = {
                "type": "string",
                "description": "file, line and column, for insiders",
            }
        summary = (cls.__doc__ or "").strip().partition("\n")[0]
        definitions[cls.__name__] = {
            "description": summary,
            "type": "object",
            "properties": properties,
            "additionalProperties": False,
        }
    return {"$ref": f"#/$defs/{cls.__name__}"}


def _type(hint: Any, definitions: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401 - any annotation
    plain_types: dict[Any, dict[str, Any]] = {
        str: {"type": "string"},
        bool: {"type": "boolean"},
        int: {"type": ["integer", "string"]},
        float: {"type": "number"},
        type(None): {"type": "null"},
    }
    if hint in plain_types:
        return plain_types[hint]
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        inner = arguments[0] if len(arguments) == 2 and arguments[1] is Ellipsis else None
        return listed(_type(inner, definitions) if inner else {})
    if origin in {typing.Union, types.UnionType}:
        return {"anyOf": [_type(each, definitions) for each in arguments]}
    if origin is typing.Literal:
        return {"enum": list(arguments)}
    if isinstance(hint, type) and (dataclasses.is_dataclass(hint) or issubclass(hint, Item)):
        return _schema(hint, definitions)
    return {}
