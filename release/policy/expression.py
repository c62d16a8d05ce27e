"""The one module that knows the CEL library: it reads and type-checks, and calculates what only it can.

Every object type becomes a protobuf message built at run time, so that the library tells an unknown field,
function or variable when a pack is loaded. The operators are declared anew, for three liberties that plans
need: whole numbers and doubles compare with one another, dates compare with their text, and `id in objects`
    asks for the object of that id.
The library's binary form of the checked expression is then read by `release.policy.checked`; what it means is
`release.policy.meaning`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any, Final

from release.base.limits import EXPRESSION_BYTES, REGEX_BYTES
from release.policy.checked import Checked, Complaint, Unsupported, read_checked
from release.policy.frame import fault
from release.policy.functions import FUNCTIONS
from release.policy.messages import PACKAGE, TIME, Pool
from release.policy.operators import Value, kind_of
from release.policy.vocabulary import SCOPES, FieldType, Vocabulary, object_name

_KEPT: Final = 1024  # expressions that a dialect remembers
_LENGTH_OF_TIME: Final = "google.protobuf.Duration"
_ANY: Final = '{type_name: "A", is_type_param: true}'
_OTHER: Final = '{type_name: "B", is_type_param: true}'

# What is declared anew below, and what has no meaning here.
_EXCLUDED: Final = ("@in", "_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_", "uint", "bytes", "type")


class ExpressionRefused(Exception):
    """What is wrong with an expression, each with its place in it."""

    def __init__(self, complaints: Iterable[Complaint]) -> None:
        self.complaints = tuple(complaints)
        super().__init__("; ".join(each.message for each in self.complaints))


class Language:
    """The language of expressions over one vocabulary."""

    def __init__(self, words: Vocabulary) -> None:
        self.words = words

    @cached_property
    def _pool(self) -> Pool:
        return Pool(self.words.types)

    @cached_property
    def _config(self) -> Any:  # noqa: ANN401
        from cel_expr_python import cel

        return cel.NewEnvConfigFromYaml(_declarations(self.words))

    def dialect(self, params: Mapping[str, FieldType] | None = None) -> Dialect:
        """Return the language of one pack, whose parameters have these types."""
        return Dialect(self, dict(params or {}))


class Dialect:
    """The language of one pack: what `Language` has, and `params` with the pack's parameters."""

    def __init__(self, language: Language, params: Mapping[str, FieldType]) -> None:
        self.words = language.words
        self.params = params
        self._language = language
        self._known: dict[tuple[str, tuple[str, ...]], Checked] = {}

    @cached_property
    def _environment(self) -> Any:  # noqa: ANN401
        from cel_expr_python import cel

        variables = {name: _type(kind) for name, kind in self.words.variables.items()}
        pool = self._language._pool  # noqa: SLF001 - both classes are one thing
        if self.params:
            pool = Pool({**self.words.types, "Params": self.params})
            variables["params"] = cel.Type(f"{PACKAGE}.Params")
        return cel.NewEnv(descriptor_pool=pool, config=self._language._config, variables=variables)  # noqa: SLF001

    def check(self, source: str, scope: str, *, report: bool = True) -> Checked:
        """Read and type-check an expression; the same one is read once.

        Args:
            source: its text.
            scope: the kind of object that it is asked about, as under `for`.
            report: it may name `report`, and is then asked only when there is one.

        Raises:
            ExpressionRefused: it is too large, is not CEL, or names what does not exist.
        """
        allowed = tuple(each for each in SCOPES[scope] if each != "params" or self.params)
        if report and "report" not in allowed:
            allowed = (*allowed, "report")
        known = self._known.get((source, allowed))
        if known is not None:
            return known
        checked = self._check(source, scope, allowed)
        if len(self._known) < _KEPT:
            self._known[source, allowed] = checked
        return checked

    def _check(self, source: str, scope: str, allowed: tuple[str, ...]) -> Checked:
        size = len(source.encode("utf-8", "replace"))
        if size > EXPRESSION_BYTES:
            text = f"the expression has {size} bytes; the limit is {EXPRESSION_BYTES}"
            raise ExpressionRefused([Complaint(text, 0, "split the rule", limit=True)])
        try:
            compiled = self._environment.compile(source)
        except (RuntimeError, ValueError) as error:
            from release.policy.complaints import complaints_of

            found = complaints_of(str(error), source, self.words, allowed, self.params)
            raise ExpressionRefused(found) from None
        try:
            checked = read_checked(compiled.serialize(), self.words.strict)
        except Unsupported as error:
            raise ExpressionRefused([Complaint(error.message, error.offset, error.hint)]) from None
        foreign = [each for each in checked.variables if each[0] not in allowed]
        found = []
        if foreign:
            from release.policy.complaints import misnamed_variable

            found = [misnamed_variable(name, offset, allowed, scope) for name, offset in foreign]
        found += [each for pattern in checked.patterns if (each := _bad_pattern(*pattern)) is not None]
        if found:
            raise ExpressionRefused(found)
        return checked


def _bad_pattern(pattern: str, offset: int) -> Complaint | None:
    size = len(pattern.encode())
    if size > REGEX_BYTES:
        text = f"the regular expression has {size} bytes; the limit is {REGEX_BYTES}"
        return Complaint(text, offset, "", limit=True)
    outcome = _evaluated("matches", ["", pattern])
    if isinstance(outcome, _Fault):
        why = outcome.text.partition("invalid regular expression: ")[2] or outcome.text
        return Complaint(f"not a regular expression: {why}", offset, "see the syntax of RE2")
    return None


# The declarations


def _type(kind: FieldType) -> Any:  # noqa: ANN401
    from cel_expr_python import cel

    name = object_name(kind)
    if name is not None:
        return cel.Type(f"{PACKAGE}.{name}")
    plain = {
        "string": cel.Type.STRING,
        "int": cel.Type.INT,
        "double": cel.Type.DOUBLE,
        "bool": cel.Type.BOOL,
        "date": cel.Type.TIMESTAMP,
    }
    return plain.get(kind, cel.Type.DYN) if isinstance(kind, str) else cel.Type.DYN


def _written(kind: FieldType, words: Vocabulary) -> str:
    """Return a type as the library's configuration writes it."""
    match kind:
        case "A":
            return _ANY
        case "date":
            return f'{{type_name: "{TIME}"}}'
        case ("variable", name):
            return _written(words.variables.get(name, "dyn"), words)
        case ("object", name):
            return f'{{type_name: "{PACKAGE}.{name}"}}' if name in words.types else '{type_name: "dyn"}'
        case ("list", element):
            return f'{{type_name: "list", params: [{_written(element, words)}]}}'
        case ("map", element):
            return f'{{type_name: "map", params: [{{type_name: "string"}}, {_written(element, words)}]}}'
        case _:
            return f'{{type_name: "{kind}"}}'


def _overloads(name: str, ways: Sequence[tuple[Sequence[str], str]]) -> list[str]:
    lines = [f'  - name: "{name}"', "    overloads:"]
    stem = "".join(character if character.isalnum() else "_" for character in name)
    for number, (arguments, result) in enumerate(ways):
        lines.append(f'      - id: "our_{stem}_{number}"')
        lines.append(f"        args: [{', '.join(arguments)}]")
        lines.append(f"        return: {result}")
    return lines


def _declarations(words: Vocabulary) -> str:
    plain = {name: f'{{type_name: "{name}"}}' for name in ("int", "double", "string", "bool")}
    time, length = f'{{type_name: "{TIME}"}}', f'{{type_name: "{_LENGTH_OF_TIME}"}}'
    mixed = [
        (plain["int"], plain["double"]),
        (plain["double"], plain["int"]),
        (time, plain["string"]),
        (plain["string"], time),
    ]
    ordered = [(kind, kind) for kind in (*plain.values(), time, length)] + mixed
    truth = plain["bool"]
    lines = ["name: release", "stdlib:", "  exclude_functions:"]
    lines += [f'    - name: "{name}"' for name in _EXCLUDED]
    lines.append("functions:")
    members = [f'{{type_name: "list", params: [{_PACKAGE_TYPE.format(name)}]}}' for name in words.types]
    ways = [([_ANY, f'{{type_name: "list", params: [{_ANY}]}}'], truth)]
    ways.append(([_ANY, f'{{type_name: "map", params: [{_ANY}, {_OTHER}]}}'], truth))
    ways += [([plain["string"], member], truth) for member in members]
    lines += _overloads("@in", ways)
    for name in ("_==_", "_!=_"):
        lines += _overloads(name, [([_ANY, _ANY], truth), *(([*pair], truth) for pair in mixed)])
    for name in ("_<_", "_<=_", "_>_", "_>=_"):
        lines += _overloads(name, [([*pair], truth) for pair in ordered])
    for function in FUNCTIONS.values():
        declared = {
            tuple(_written(kind, words) for kind in arguments): _written(result, words)
            for arguments, result in function.overloads
        }
        open_ones = [arguments for arguments in declared if any(_OPEN in each for each in arguments)]
        kept = open_ones[:1] or list(declared)  # one that takes anything would collide with the others
        lines += _overloads(function.name, [(arguments, declared[arguments]) for arguments in kept])
    return "\n".join(lines) + "\n"


_OPEN: Final = '{type_name: "dyn"}'
_PACKAGE_TYPE: Final = '{{type_name: "' + PACKAGE + '.{}"}}'


# Calculation


class _Fault:
    def __init__(self, text: str) -> None:
        self.text = text


def calculate(function: str, values: Sequence[Value]) -> Value:
    """Return what a function of CEL gives for plain values.

    Raises:
        Undetermined: the function has no answer for them.
    """
    outcome = _evaluated(function, values)
    if isinstance(outcome, _Fault):
        raise fault(outcome.text)
    return outcome


def _evaluated(function: str, values: Sequence[Value]) -> Value:
    for value in values:
        if value.__class__ not in (str, int, float, bool, datetime, timedelta):
            return _Fault(f"{function} can't be applied to {kind_of(value)}")
    expression = _calculation(function, len(values))
    data = {f"x{index}": _bound(value) for index, value in enumerate(values)}
    try:
        value = expression.eval(data=data)
    except (RuntimeError, ValueError, TypeError, OverflowError) as error:
        return _Fault(_first_line(str(error)))
    if value.type().name() == "ERROR":
        return _Fault(_first_line(str(value.value())))
    return value.plain_value()


def _first_line(text: str) -> str:
    return text.splitlines()[0].partition(": ")[2][:200] if text else "no answer"


def _bound(value: Value) -> Value:
    if value.__class__ is datetime:
        from google.protobuf.timestamp_pb2 import Timestamp

        stamp = Timestamp()
        stamp.FromDatetime(value)
        return stamp
    if value.__class__ is timedelta:
        from google.protobuf.duration_pb2 import Duration

        length = Duration()
        length.FromTimedelta(value)
        return length
    return value


_AS_FUNCTION: Final = frozenset({"timestamp", "duration", "string"})


@lru_cache(maxsize=64)
def _calculation(function: str, arguments: int) -> Any:  # noqa: ANN401
    from cel_expr_python import cel

    names = [f"x{index}" for index in range(arguments)]
    environment = cel.NewEnv(variables=dict.fromkeys(names, cel.Type.DYN))
    if function in _AS_FUNCTION:
        return environment.compile(f"{function}({', '.join(names)})")
    return environment.compile(f"{names[0]}.{function}({', '.join(names[1:])})")
