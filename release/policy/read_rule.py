"""Reading the rules of a pack."""

from __future__ import annotations

import re
from typing import Final, cast

from release.base.findings import Blocking, Severity
from release.base.limits import ID_CHARACTERS
from release.base.visible import quoted
from release.policy.pack import REFERENCE_STATUS, Citation, Example, Examples, Rule, Written
from release.policy.reading import Reader
from release.policy.vocabulary import KINDS, REPORT_KINDS
from release.source.document import Map

SEVERITIES: Final = ("error", "warning", "note")
VERDICTS: Final = ("hold", "no-go")
RULE_ID: Final = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{ID_CHARACTERS - 1}}}", re.ASCII)
RULE_ID_HINT: Final = f"letters, digits, `.`, `_` and `-`, such as SR-104, at most {ID_CHARACTERS} characters"
OWN: Final = "own"

RULE_KEYS: Final = (
    *("id", "title", "severity", "verdict", "for", "kind", "when", "require", "message", "fix", "references"),
    *("same_as", "since", "why", "examples"),
)
_RESERVED: Final = ("CO-", "IN-")
_REPORT: Final = re.compile(r"(?<![\w.])report\s*\.")


def read_rule(reader: Reader) -> Rule | None:
    """Read one rule as far as it can be; None when it is not known what it is about."""
    rule_id = reader.id(RULE_ID, RULE_ID_HINT)
    if rule_id.upper().startswith(_RESERVED):
        hint = "choose another prefix"
        reader.wrong("id", f"ids that start with {rule_id[:3]} belong to the tool", hint, "IN-054")
    reader.what = f"rule {rule_id}" if rule_id else "a rule"
    reader.only(RULE_KEYS)
    title = reader.text("title", needed=True)
    severity = reader.word("severity", SEVERITIES, needed=True)
    kind = reader.word("for", KINDS, needed=True)
    when = reader.expression("when")
    require = reader.expression("require", needed=True)
    message = reader.written("message", needed=True)
    with_report = any(each is not None and _REPORT.search(each.text) for each in (when, require))
    verdict = _verdict(reader, severity, for_report=with_report or kind in REPORT_KINDS)
    rest = {
        "evidence_kinds": _evidence_kinds(reader, kind),
        "fix": reader.written("fix"),
        "references": _references(reader),
        "same_as": tuple(each.text for each in reader.texts("same_as")),
        "since": reader.text("since"),
        "why": reader.text("why"),
        "examples": _examples(reader),
    }
    if kind is None:
        return None
    # What is wrong or missing is an error already; the rest is read on, so that its mistakes are said too.
    require = require or Written("true", reader.node.position)
    message = message or Written("", reader.node.position)
    return Rule(
        id=rule_id,
        title=title,
        severity=cast("Severity", severity or "error"),
        verdict=verdict,
        kind=kind,
        require=require,
        message=message,
        at=reader.at("id"),
        when=when,
        with_report=with_report,
        **rest,  # type: ignore[arg-type]  # each as its field wants it, above
    )


def _verdict(reader: Reader, severity: str | None, *, for_report: bool) -> Blocking | None:
    """Return what a failing error means; `none` may be written where there is none."""
    if reader.node.get("verdict") == "none" and (severity != "error" or for_report):
        return None
    verdict = reader.word("verdict", VERDICTS)
    if severity == "error" and not for_report and "verdict" not in reader.node:
        reader.missing("verdict")
    if verdict is not None and (severity in {"warning", "note"} or for_report):
        which = "a rule of reports" if for_report else f"a {severity}"
        reader.wrong("verdict", f"{which} has no verdict", "remove it, or make the rule an error")
        return None
    return cast("Blocking | None", verdict)


def _evidence_kinds(reader: Reader, kind: str | None) -> tuple[str, ...]:
    words = reader.texts("kind")
    if words and kind not in {None, "evidence"}:
        reader.wrong("kind", "only rules for: evidence have a kind", "remove it")
    for each in words:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", each.text):
            reader.errors.add("IN-053", f"{quoted(each.text)} is not an evidence kind", each.at)
    return tuple(each.text for each in words)


def _references(reader: Reader) -> tuple[Citation, ...]:
    found = []
    for each in reader.mappings("references", "a reference"):
        each.only(("source", "at", "status", "quote"))
        source = each.text("source", needed=True)
        status = each.word("status", REFERENCE_STATUS) or ""
        found.append(Citation(source, each.text("at"), status, each.text("quote")))
    return tuple(found)


def _examples(reader: Reader) -> Examples:
    inner = reader.mapping("examples", "the examples of a rule")
    if inner is None:
        return Examples()
    inner.only(("pass", "fail", "unknown"))
    return Examples(*(_each_example(inner, key) for key in ("pass", "fail", "unknown")))


def _each_example(reader: Reader, key: str) -> tuple[Example, ...]:
    found = []
    for _index, item, place in reader.items(key):
        if isinstance(item, Map):
            found.append(Example(item, place))
        else:
            hint = "write {} for the minimal plan itself"
            reader.errors.add("IN-053", "an example must be a mapping: a fragment of a plan", place, hint)
    return tuple(found)
