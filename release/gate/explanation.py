"""Why a rule or an error code exists, how to satisfy it, where it comes from, and what it looks like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from release.base.codes import CODES
from release.gate.core_rules import CORE_RULES
from release.policy.pack import Example, Pack, Rule

STEERING = frozenset({"on", "at"})
"""Keys of an example that say how it is judged, not what the plan holds."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything to be said of one code.

    Attributes:
        code: rule id or error code.
        origin: the pack, or what of the tool asks for it.
        consequence: what a finding means for the release.
        asks: the condition in words and as an expression.
        bad: an example that has the fault.
        good: the same, put right.
        params: parameters that the rule reads: name, default, why.
    """

    code: str
    title: str
    origin: str
    consequence: str
    asks: tuple[tuple[str, str], ...]
    why: str
    fix: str
    sources: tuple[str, ...]
    bad: str
    good: str
    params: tuple[tuple[str, str, str], ...] = ()


def codes(packs: Sequence[Pack]) -> list[str]:
    """Return every code that can be explained, sorted."""
    return sorted([*CODES, *CORE_RULES, *(rule.id for pack in packs for rule in pack.rules)])


def explain(code: str, packs: Sequence[Pack]) -> Explanation | None:
    """Return the explanation of a code, or None when nothing is called so."""
    if code in CODES:
        return _input_error(code)
    if code in CORE_RULES:
        return _core_rule(code)
    for pack in packs:
        rule = pack.rule(code)
        if rule is not None:
            return rule_explanation(pack, rule)
    return None


def _input_error(code: str) -> Explanation:
    entry = CODES[code]
    return Explanation(
        code=code,
        title=entry.title,
        origin="an error in the input",
        consequence="exit code 2: nothing was judged",
        asks=(),
        why=entry.why,
        fix=entry.fix,
        sources=(),
        bad=entry.bad,
        good=entry.good,
    )


def _core_rule(code: str) -> Explanation:
    rule = CORE_RULES[code]
    return Explanation(
        code=code,
        title=rule.title,
        origin="a rule of the tool itself",
        consequence=_consequence(rule.severity, rule.verdict),
        asks=(),
        why=rule.why,
        fix=rule.fix,
        sources=(),
        bad="",
        good="",
    )


def rule_explanation(pack: Pack, rule: Rule) -> Explanation:
    """Return the explanation of one rule of a pack."""
    asks = [("for", " ".join([rule.kind, *rule.evidence_kinds]))]
    if rule.when is not None:
        asks.append(("when", " ".join(rule.when.text.split())))
    asks.append(("require", " ".join(rule.require.text.split())))
    text = f"{rule.when.text if rule.when else ''} {rule.require.text}"
    return Explanation(
        code=rule.id,
        title=rule.title,
        origin=f"pack {pack.id} {pack.version}: {pack.title}",
        consequence=_consequence(rule.severity, rule.verdict),
        asks=tuple(asks),
        why=rule.why,
        fix=rule.fix.text if rule.fix else "",
        sources=tuple(_sources(pack, rule)),
        bad=_shown(rule.examples.failing),
        good=_shown(rule.examples.passing),
        params=tuple(
            (param.name, _word(param.default), param.why)
            for param in pack.params
            if f"params.{param.name}" in text
        ),
    )


def _consequence(severity: str, verdict: str | None) -> str:
    if severity != "error" or verdict is None:
        return f"a {severity}: it blocks nothing unless asked to"
    return "no-go when it fails, hold when it cannot be answered" if verdict == "no-go" else "hold"


def _sources(pack: Pack, rule: Rule) -> Iterator[str]:
    known = {source.id: source for source in pack.sources}
    for each in rule.references:
        source = known.get(each.source)
        if source is None:
            yield each.at or "our own choice"
            continue
        name = _named(source.authors, source.title, source.date)
        quote = f"“{each.quote}”" if each.quote else ""
        yield "; ".join(part for part in (name, each.at, quote, each.status, source.url) if part)


def _named(authors: str, title: str, date: str) -> str:
    year = f" ({date})" if date else ""
    return f"{authors}{year}: {title}" if authors else f"{title}{year}"


def _word(value: Any) -> str:  # noqa: ANN401 - any value of a parameter
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _shown(examples: Sequence[Example]) -> str:
    """Return the first example that says something about the plan, if any does."""
    for example in examples:
        fragment = {name: each for name, each in example.fragment.items() if name not in STEERING}
        if fragment:
            return example_text(fragment)
    return ""


def example_text(fragment: Mapping[str, Any]) -> str:
    """Return an example's fragment as YAML, as somebody would write it into a plan."""
    import yaml

    text: str = yaml.safe_dump(_plain(fragment), sort_keys=False, allow_unicode=True, width=88)
    return text


def _plain(value: Any) -> Any:  # noqa: ANN401 - any YAML value
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
