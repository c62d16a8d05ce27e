"""Shipped packs as they were compiled when they were last changed, so that a check need not read them again.

The form is JSON, one rule a line, beside the packs themselves. It holds for one digest of a pack's file: a
pack that was changed since is read and compiled like any other. A test keeps the two in step.
"""

from __future__ import annotations

import json
from typing import Any, Final

from release.base.errors import Position
from release.base.findings import Reference
from release.policy.compiled import CompiledPack, CompiledRule
from release.policy.pack import Organisation, Param
from release.policy.parameter_values import Bounds
from release.policy.syntax import Node, from_plain, to_plain
from release.policy.template import Template

FORMAT: Final = 2
"""Raised whenever the meaning of the stored form changes."""


def stored_text(pack: CompiledPack) -> str:
    """Return the stored form of a pack that adds nothing for an organisation."""
    head: dict[str, Any] = {
        "format": FORMAT,
        "digest": pack.digest,
        "id": pack.id,
        "version": pack.version,
        "title": pack.title,
        "file": pack.file,
        "at": [pack.at.line, pack.at.column],
        "start": pack.start,
        "condition": _plain(pack.condition),
        "params": [
            [
                *(param.name, param.type, param.default, param.why, param.value_type),
                [param.bounds.least, param.bounds.most, list(param.bounds.words)],
            ]
            for param in pack.params
        ],
    }
    lines = [json.dumps(head, ensure_ascii=False)[:-1] + ', "rules": [']
    lines += [",\n".join(json.dumps(_rule(rule), ensure_ascii=False) for rule in pack.rules), "]}"]
    return "\n".join(lines) + "\n"


def _plain(node: Node | None) -> list[Any] | None:
    return None if node is None else to_plain(node)


def _rule(rule: CompiledRule) -> list[Any]:
    return [
        *(rule.id, rule.title, rule.severity, rule.verdict, rule.kind),
        *(list(rule.evidence_kinds), list(rule.same_as)),
        [[each.source, each.at, each.status, each.text] for each in rule.references],
        *(int(rule.for_report), [rule.at.line, rule.at.column]),
        *(_plain(rule.when), _plain(rule.require), rule.message.plain, rule.fix.plain),
    ]


def stored_pack(text: str, digest: str) -> CompiledPack | None:
    """Return the pack of a stored form, or None when it was made for another file or by another version."""
    head = json.loads(text)
    if head.get("format") != FORMAT or head.get("digest") != digest:
        return None
    file = head["file"]
    return CompiledPack(
        id=head["id"],
        version=head["version"],
        title=head["title"],
        file=file,
        digest=digest,
        at=Position(file, *head["at"]),
        shipped=True,
        params=tuple(
            Param(name, kind, default, why, _value_type(value_type), None, _bounds(*bounds))
            for name, kind, default, why, value_type, bounds in head["params"]
        ),
        rules=tuple(_stored_rule(file, rule) for rule in head["rules"]),
        start=head["start"],
        condition=None if head["condition"] is None else from_plain(head["condition"]),
        organisation=Organisation(),
    )


def _value_type(stored: Any) -> Any:  # noqa: ANN401 - a type, whose pairs JSON made lists
    return tuple(stored) if isinstance(stored, list) else stored


def _bounds(least: Any, most: Any, words: list[str]) -> Bounds:  # noqa: ANN401 - values of a parameter
    return Bounds(least, most, tuple(words))


def _stored_rule(file: str, stored: list[Any]) -> CompiledRule:
    rule_id, title, severity, verdict, kind, evidence_kinds, same_as, references, for_report, at = stored[:10]
    when, require, message, fix = stored[10:]
    return CompiledRule(
        id=rule_id,
        title=title,
        severity=severity,
        verdict=verdict,
        kind=kind,
        evidence_kinds=tuple(evidence_kinds),
        same_as=tuple(same_as),
        references=tuple(Reference(*each) for each in references),
        for_report=bool(for_report),
        at=Position(file, *at),
        when=None if when is None else from_plain(when),
        require=from_plain(require),
        message=Template(plain=message),
        fix=Template(plain=fix),
    )
