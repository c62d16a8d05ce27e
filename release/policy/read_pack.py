"""Reading a pack: everything about it that can be told without the plan's types."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final, cast

from release.base.errors import ErrorCollector, Position
from release.base.findings import CORE_PACK, CRITERIA_PACK, Blocking, Severity
from release.base.limits import RULES_PER_PACK
from release.base.nearest import nearest
from release.base.visible import quoted
from release.policy.pack import (
    PARAM_KEYS,
    PARAM_TYPES,
    SCHEMA,
    Applies,
    Clause,
    Coverage,
    Organisation,
    Override,
    Pack,
    Param,
    Rule,
    Setting,
    Source,
    Written,
)
from release.policy.packs import PACK_ID
from release.policy.parameter_values import RANGED, Bounds, kind_of, param_value
from release.policy.read_rule import OWN, SEVERITIES, VERDICTS, read_rule
from release.policy.reading import Reader
from release.policy.vocabulary import FieldType
from release.source.document import Document, Map, Seq

RESERVED_IDS: Final = frozenset({CORE_PACK, CRITERIA_PACK})
PACK_ID_HINT: Final = "80 of a-z 0-9 . _ - with a letter or digit first"
PARAM_NAME: Final = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
PACK_KEYS: Final = (
    *("schema", "id", "version", "title", "description", "sources", "params", "applies", "rules", "coverage"),
    *("example_plan", "extends", "overrides", "approvals", "no_waivers", "max_waiver_days", "notes"),
)
SOURCE_KEYS: Final = ("id", "title", "authors", "date", "url", "publisher", "edition", "status", "notes")


def read_pack(document: Document, *, shipped: bool = False) -> Pack:
    """Read a pack.

    Raises:
        InvalidInput: with everything that is wrong with it.
    """
    errors = ErrorCollector(texts=dict(document.texts))
    pack = _read(document, errors, shipped=shipped)
    if errors.errors and pack is not None and _params_are_known(document.root):
        _check_expressions(pack, errors)
    errors.raise_if_any()
    return cast("Pack", pack)


def _params_are_known(root: Any) -> bool:  # noqa: ANN401 - any node
    """Tell whether what expressions may name of `params` can be told of a pack that has mistakes."""
    if any(key not in PACK_KEYS and nearest(key, PACK_KEYS) == "params" for key in root):
        return False
    written = root.get("params", Seq)
    if isinstance(written, Seq):
        return all(isinstance(each, Map) and isinstance(each.get("name"), str) for each in written)
    return isinstance(written, Map) or "params" not in root


def _check_expressions(pack: Pack, errors: ErrorCollector) -> None:
    """Note the wrong expressions of a pack that has other mistakes, so that all are said in one run."""
    from release.policy.compile_pack import compile_pack
    from release.policy.words import language, result_names

    compile_pack(pack, language(), errors, results=result_names())


def _read(document: Document, errors: ErrorCollector, *, shipped: bool) -> Pack | None:
    root = document.root
    if not isinstance(root, Map):
        errors.add(
            "IN-050", "a policy pack must be a mapping", document.position, f"start with schema: {SCHEMA}"
        )
        return None
    reader = Reader(root, errors, "a pack")
    if root.get("schema") != SCHEMA:
        at = reader.at("schema") if "schema" in root else root.position
        errors.add("IN-050", f"not a policy pack: the schema must be {SCHEMA}", at, f"write schema: {SCHEMA}")
        return None
    reader.only(PACK_KEYS)
    pack_id = reader.id(PACK_ID, PACK_ID_HINT)
    if pack_id in RESERVED_IDS:
        hint = "choose another id, such as the name of your organisation"
        reader.wrong("id", f"the id {quoted(pack_id)} belongs to the tool", hint, "IN-054")
    sources = tuple(_sources(reader))
    rules = tuple(_rules(reader))
    _check_sources(reader, sources)
    params, settings = _params(reader)
    applies = _applies(reader)
    example_plan = reader.mapping("example_plan", "the plan of the examples")
    return Pack(
        id=pack_id,
        version=reader.text("version"),
        title=reader.text("title") or pack_id,
        file=document.file,
        digest=document.digest,
        at=reader.at("id") if "id" in root else root.position,
        rules=rules,
        description=reader.text("description"),
        sources=sources,
        params=params,
        applies=applies,
        organisation=_organisation(reader, settings),
        coverage=_coverage(reader, {rule.id for rule in rules}),
        example_plan=example_plan.node if example_plan is not None else {},
        text=document.text,
        shipped=shipped,
    )


def _twice(found: Iterable[tuple[str, Position]], what: str, errors: ErrorCollector) -> None:
    seen: dict[str, Position] = {}
    for name, at in found:
        if name in seen:
            first = seen[name]
            hint = f"the first is in line {first.line}"
            errors.add("IN-055", f"{what} {quoted(name)} is there twice", at, hint)
        else:
            seen[name] = at


def _sources(reader: Reader) -> list[Source]:
    found = []
    places = []
    for each in reader.mappings("sources", "a source"):
        each.only(SOURCE_KEYS)
        key = each.text("id", needed=True)
        each.what = f"source {key}"
        each.text("title", needed=True)
        found.append(Source(**{name: _joined(each, name) for name in SOURCE_KEYS}))
        places.append((key, each.at("id")))
    _twice(places, "the source", reader.errors)
    return found


def _joined(reader: Reader, key: str) -> str:
    """Return a text, or a list of texts as one."""
    if isinstance(reader.node.get(key), Seq):
        return ", ".join(each.text for each in reader.texts(key))
    return reader.text(key)


def _rules(reader: Reader) -> list[Rule]:
    found = []
    count = 0
    for each in reader.mappings("rules", "a rule"):
        count += 1
        if (rule := read_rule(each)) is not None:
            found.append(rule)
    if count > RULES_PER_PACK:
        reader.wrong("rules", f"the pack has {count} rules; the limit is {RULES_PER_PACK}", "", "IN-057")
    _twice([(rule.id, rule.at) for rule in found], "the rule", reader.errors)
    return found


def _check_sources(reader: Reader, sources: Iterable[Source]) -> None:
    """Every reference names a source that is listed, or says that the rule is the pack's own."""
    known = {source.id for source in sources} | {OWN}
    rules = reader.node.get("rules")
    for rule in rules if isinstance(rules, Seq) else ():
        references = rule.get("references") if isinstance(rule, Map) else None
        for each in references if isinstance(references, Seq) else ():
            source = each.get("source") if isinstance(each, Map) else None
            if isinstance(source, str) and source not in known:
                near = nearest(source, known)
                hint = f"did you mean '{near}'?" if near else "list it under sources"
                message = f"there is no source {quoted(source)} in this pack"
                reader.errors.add("IN-059", message, each.value_position("source"), hint)


def _applies(reader: Reader) -> Applies:
    inner = reader.mapping("applies", "applies")
    if inner is None:
        return Applies()
    inner.only(("from", "when"))
    return Applies(inner.date("from"), inner.expression("when"))


# Parameters: a list or mapping of definitions; in an organisation's pack also `pack.name: {value, locked}`.


def _params(reader: Reader) -> tuple[tuple[Param, ...], tuple[Setting, ...]]:
    params: list[Param] = []
    settings: list[Setting] = []
    value = reader.node.get("params")
    if isinstance(value, Seq):
        for each in reader.mappings("params", "a parameter"):
            each.only(("name", *PARAM_KEYS))
            name = each.text("name", needed=True)
            if name:
                params.append(_param(each, name, each.at("name")))
    elif isinstance(value, Map):
        inner = Reader(value, reader.errors, "params")
        for name, each in value.items():
            if "." in name:
                settings.append(_setting(inner, name, each))
            elif isinstance(each, Map):
                definition = Reader(each, reader.errors, f"parameter {name}")
                definition.only(PARAM_KEYS)
                params.append(_param(definition, name, value.key_position(name)))
            else:
                inner.wrong(name, "a parameter must be a mapping of type, default and why")
    elif "params" in reader.node:
        reader.wrong("params", f"params must be a list or a mapping, not {kind_of(value)}")
    _twice(
        [(param.name, param.at or reader.node.position) for param in params], "the parameter", reader.errors
    )
    return tuple(params), tuple(settings)


def _param(reader: Reader, name: str, at: Position) -> Param:
    reader.what = f"parameter {name}"
    if not PARAM_NAME.fullmatch(name):
        hint = "a-z 0-9 _ with a letter first"
        reader.errors.add("IN-054", f"{quoted(name)} is not the name of a parameter", at, hint)
    why = reader.text("why")
    kind = reader.word("type", PARAM_TYPES, needed=True)
    if "default" not in reader.node:
        reader.missing("default")
    if kind is None or "default" not in reader.node:
        return Param(name, "string", "", why, at=at)
    value, fault = param_value(kind, reader.node["default"])
    bounds = _bounds(reader, name, kind)
    if not fault:
        fault = bounds.fault(value)
    if fault:
        reader.wrong("default", f"the default of {quoted(name)} {fault}")
        return Param(name, kind, value, why, kind if kind != "list" else "dyn", at)
    return Param(name, kind, value, why, _value_type(kind, value), at, bounds)


def _bounds(reader: Reader, name: str, kind: str) -> Bounds:
    """Return what values a parameter may have: from `min` to `max`, or one of some words."""
    ends: dict[str, Any] = {}
    for key in ("min", "max"):
        if key not in reader.node:
            continue
        if kind not in RANGED:
            reader.wrong(key, f"a parameter of type {kind} has no {quoted(key)}", "remove it")
            continue
        as_list = kind == "list"
        value, fault = param_value("double" if as_list else kind, reader.node[key])
        if fault:
            reader.wrong(key, f"the {key} of {quoted(name)} {fault}")
        else:
            ends[key] = value
    if len(ends) == 2 and Bounds(ends["min"]).fault(ends["max"]):
        reader.wrong("max", f"the max of {quoted(name)} is below its min", "write the smaller one under min")
        ends = {}
    words = reader.texts("one_of")
    if words and kind not in {"string", "list"}:
        reader.wrong("one_of", f"a parameter of type {kind} has no {quoted('one_of')}", "remove it")
        words = ()
    return Bounds(ends.get("min"), ends.get("max"), tuple(each.text for each in words))


def _value_type(kind: str, value: Any) -> FieldType:  # noqa: ANN401
    if kind != "list":
        return kind
    first = value[0] if value else ""
    return ("list", "double" if isinstance(first, float) else "int" if isinstance(first, int) else "string")


def _setting(reader: Reader, name: str, value: Any) -> Setting:  # noqa: ANN401
    at = reader.at(name)
    if not isinstance(value, Map):
        return Setting(name, plain(value), locked=False, at=at)
    inner = Reader(value, reader.errors, f"params.{name}")
    inner.only(("value", "locked"))
    if "value" not in value:
        inner.missing("value")
    return Setting(name, plain(value.get("value")), locked=inner.truth("locked"), at=inner.at("value"))


def plain(value: Any) -> Any:  # noqa: ANN401
    """Return a node as plain lists and values."""
    return [plain(each) for each in value] if isinstance(value, list) else value


# What an organisation adds


def _organisation(reader: Reader, settings: tuple[Setting, ...]) -> Organisation:
    overrides = []
    for each in reader.mappings("overrides", "an override"):
        each.only(("rule", "severity", "verdict"))
        rule = each.text("rule", needed=True)
        severity, verdict = each.word("severity", SEVERITIES), each.word("verdict", VERDICTS)
        if "severity" not in each.node and "verdict" not in each.node:
            each.missing("severity")
        place = each.at("rule")
        overrides.append(
            Override(rule, cast("Severity | None", severity), cast("Blocking | None", verdict), place)
        )
    approvals = reader.mapping("approvals", "approvals")
    roles: tuple[Written, ...] = ()
    least = None
    if approvals is not None:
        approvals.only(("roles", "min"))
        roles = approvals.texts("roles")
        least = approvals.whole("min", least=1)
    named = tuple(dict.fromkeys(each.text for each in roles))
    return Organisation(
        extends=reader.texts("extends"),
        settings=settings,
        overrides=tuple(overrides),
        roles=named,
        approvals=least or len(named),
        no_waivers=reader.texts("no_waivers"),
        max_waiver_days=reader.whole("max_waiver_days", least=0),
    )


# Coverage


def _coverage(reader: Reader, rules: set[str]) -> Coverage:
    inner = reader.mapping("coverage", "coverage")
    if inner is None:
        return Coverage()
    inner.only(("covered", "attested", "not_covered"))
    return Coverage(
        covered=_clauses(inner, "covered", ("clause", "rules", "by"), rules),
        attested=_clauses(inner, "attested", ("id", "question", "clause"), rules),
        not_covered=_clauses(inner, "not_covered", ("clause", "why"), rules),
    )


def _clauses(reader: Reader, key: str, keys: tuple[str, ...], rules: set[str]) -> tuple[Clause, ...]:
    found = []
    prefixes = {rule.partition("-")[0] for rule in rules}
    for _index, item, place in reader.items(key):
        if isinstance(item, str):
            found.append(Clause(item))
            continue
        if not isinstance(item, Map):
            reader.errors.add("IN-053", f"a clause must be a text or a mapping, not {kind_of(item)}", place)
            continue
        each = Reader(item, reader.errors, "a clause")
        each.only(keys)
        named = each.texts("rules") if "rules" in keys else ()
        for rule in named:
            if rule.text not in rules and rule.text.partition("-")[0] in prefixes:
                near = nearest(rule.text, rules)
                hint = f"did you mean '{near}'?" if near else "name a rule of this pack"
                reader.errors.add(
                    "IN-059", f"there is no rule {quoted(rule.text)} in this pack", rule.at, hint
                )
        note = each.text("by") if "by" in keys else each.text("why" if "why" in keys else "question")
        text = each.text("clause") or each.text("id")
        found.append(Clause(text, tuple(rule.text for rule in named), note, each.text("id")))
    return tuple(found)
