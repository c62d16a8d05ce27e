"""Reading packs: what comes out, and every mistake at its place."""

from __future__ import annotations

from typing import Any

import pytest

from release.base.errors import ErrorCollector, InvalidInput
from release.formats._input_errors import to_text
from release.policy.compile_pack import compile_pack
from release.policy.pack import Applies, Citation, Organisation
from release.policy.parameter_values import param_value, parsed
from release.policy.words import language, result_names
from tests.unit.policy.packs import HEAD, errors_of, pack_of

RULE = """\
rules:
  - id: T-1
    title: A rule
    severity: error
    verdict: hold
    for: stage
    when: stage.order > 0
    require: has(stage.owner)
    message: "{{ stage.id }} has no owner"
    fix: Name one.
    why: Somebody must answer.
    since: 1.1
    same_as: [U-1, U-2]
    references:
      - {source: paper, at: 4.2, status: verified, quote: an owner}
      - {source: own, at: Our choice, status: own}
    examples:
      pass: [{}]
      fail: [{stages: [{id: s2, owner: null}]}]
      unknown: []
"""
WHOLE = f"""\
{HEAD}sources:
  - {{id: paper, title: A paper, authors: [A. One, B. Two], date: 2019-11, url: "https://example.org"}}
params:
  - {{name: days, type: int, default: 60, why: Own choice.}}
  - {{name: rate, type: double, default: 1}}
  - {{name: words, type: list, default: [a, b]}}
  - {{name: numbers, type: list, default: [1, 2.5]}}
  - {{name: counts, type: list, default: [1, 2]}}
  - {{name: none, type: list, default: []}}
  - {{name: since, type: date, default: 2019-02-14}}
  - {{name: strict, type: bool, default: true}}
  - {{name: high, type: string, default: severe}}
applies: {{from: 2024-01-01, when: has(plan.eu)}}
example_plan: {{eu: {{market: true}}}}
coverage:
  covered: [{{clause: 4.2, rules: [T-1], by: a rule}}, whole text]
  attested: [{{id: A-1, question: Was it done?, clause: 5}}]
  not_covered: [{{clause: 6, why: It is a process.}}]
{RULE}"""


def test_a_whole_pack() -> None:
    pack = pack_of(WHOLE)
    assert (pack.id, pack.version, pack.title, pack.file) == (
        "test-pack",
        "1",
        "A pack for tests",
        "pack.yaml",
    )
    assert pack.sources[0].authors == "A. One, B. Two"
    assert pack.sources[0].date == "2019-11"
    assert {param.name: param.default for param in pack.params} == {
        "days": 60,
        "rate": 1.0,
        "words": ["a", "b"],
        "numbers": [1.0, 2.5],
        "counts": [1, 2],
        "none": [],
        "since": "2019-02-14",
        "strict": True,
        "high": "severe",
    }
    assert pack.param_types == {
        "days": "int",
        "rate": "double",
        "words": ("list", "string"),
        "numbers": ("list", "double"),
        "counts": ("list", "int"),
        "none": ("list", "string"),
        "since": "date",
        "strict": "bool",
        "high": "string",
    }
    assert pack.applies.start == "2024-01-01"
    assert pack.applies.when is not None
    assert pack.applies.when.text == "has(plan.eu)"
    assert pack.example_plan == {"eu": {"market": True}}
    assert [(clause.text, clause.rules, clause.note) for clause in pack.coverage.covered] == [
        ("4.2", ("T-1",), "a rule"),
        ("whole text", (), ""),
    ]
    assert pack.coverage.attested[0].id == "A-1"
    assert pack.coverage.attested[0].note == "Was it done?"
    assert pack.coverage.not_covered[0].note == "It is a process."
    (rule,) = pack.rules
    assert pack.rule("T-1") is rule
    assert pack.rule("T-9") is None
    assert (rule.id, rule.severity, rule.verdict, rule.kind) == ("T-1", "error", "hold", "stage")
    assert rule.references == (
        Citation("paper", "4.2", "verified", "an owner"),
        Citation("own", "Our choice", "own", ""),
    )
    assert rule.same_as == ("U-1", "U-2")
    assert rule.since == "1.1"
    assert not rule.for_report
    assert len(rule.examples.passing) == len(rule.examples.failing) == 1
    assert rule.examples.unknown == ()
    assert (rule.require.at.line, rule.require.at.column) == (31, 14)


def test_little_is_needed() -> None:
    pack = pack_of("schema: release-pack/1\nid: small\n")
    assert (pack.title, pack.version, pack.rules, pack.applies) == ("small", "", (), Applies())
    assert pack.organisation == Organisation()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# schema: none\n[]", [("IN-050", 2, 1, "a policy pack must be a mapping")]),
        ("id: x\n# schema: none", [("IN-050", 1, 1, "not a policy pack")]),
        ("schema: release-pack/2\nid: x", [("IN-050", 1, 9, "not a policy pack")]),
        ("schema: release-pack/1", [("IN-052", 1, 1, "a pack lacks 'id'")]),
        ("schema: release-pack/1\nid: My Pack", [("IN-054", 2, 5, "'My Pack' is not an id")]),
        ("schema: release-pack/1\nid: 7", []),
        ("rulez: []", [("IN-051", 6, 1, "a pack has no key 'rulez'")]),
        ("title: [a]", [("IN-003", 6, 1, "")]),
        ("rules: {}", [("IN-053", 6, 8, "'rules' must be a list, not a mapping")]),
        ("rules: [x]", [("IN-053", 6, 9, "a rule must be a mapping, not a text")]),
        ("sources: [{id: a, title: b}, {id: a, title: c}]", [("IN-055", 6, 35, "the source 'a' is")]),
        ("sources: [{id: a, title: ''}]", [("IN-053", 6, 26, "'title' is empty")]),
        ("sources: [{title: a}]", [("IN-052", 6, 12, "a source lacks 'id'")]),
        ("params: 3", [("IN-053", 6, 9, "params must be a list or a mapping, not a number")]),
        ("params: {a: 3}", [("IN-053", 6, 13, "a parameter must be a mapping")]),
        ("params: {A: {type: int, default: 1}}", [("IN-054", 6, 10, "'A' is not the name of a parameter")]),
        ("params: [{name: a, type: integer, default: 1}]", [("IN-053", 6, 26, "'type' can't be")]),
        ("params: [{name: a, type: int}]", [("IN-052", 6, 11, "parameter a lacks 'default'")]),
        ("params: [{name: a, type: int, default: x}]", [("IN-053", 6, 40, "the default of 'a' must")]),
        ("params: [{name: a, type: date, default: soon}]", [("IN-053", 6, 41, "the default of 'a' is")]),
        ("params: [{name: a, type: list, default: [1, x]}]", [("IN-053", 6, 41, "the default")]),
        ("params: [{type: int, default: 1}]", [("IN-052", 6, 11, "a parameter lacks 'name'")]),
        (
            "params: [{name: a, type: int, default: 1}, {name: a, type: int, default: 1}]",
            [("IN-055", 6, 51, "the parameter 'a' is there twice")],
        ),
        ("applies: yes", [("IN-053", 6, 10, "'applies' must be a mapping, not a text")]),
        ("applies: {from: soon}", [("IN-053", 6, 17, "'from': expected a date")]),
        ("applies: {until: 2020-01-01}", [("IN-051", 6, 11, "applies has no key 'until'")]),
        ("example_plan: []", [("IN-053", 6, 15, "'example_plan' must be a mapping")]),
        ("coverage: {covered: [{clause: 1, rules: [T-9]}, 3]}", [("IN-053", 6, 49, "a clause must")]),
        ("overrides: [{rule: A-1}]", [("IN-052", 6, 14, "an override lacks 'severity'")]),
        ("overrides: [{rule: A-1, severity: fatal}]", [("IN-053", 6, 35, "'severity' can't be 'fatal'")]),
        ("approvals: {roles: [3], min: 0}", [
            ("IN-053", 6, 21, "'roles' must hold texts, not a number"),
            ("IN-053", 6, 30, "'min' must be a whole number of at least 1"),
        ]),
        ("max_waiver_days: many", [("IN-053", 6, 18, "'max_waiver_days' must be")]),
        ("max_waiver_days: true", [("IN-053", 6, 18, "'max_waiver_days' must be")]),
        ("no_waivers: 3", [("IN-053", 6, 13, "'no_waivers' must be a list, not a number")]),
        ("params: {x.y: {locked: true}}", [("IN-052", 6, 16, "params.x.y lacks 'value'")]),
        ("params: {x.y: {value: 1, locked: 'yes'}}", [("IN-053", 6, 34, "'locked' must be true or false")]),
    ],
)  # fmt: skip
def test_mistakes_of_a_pack(text: str, expected: list[tuple[str, int, int, str]]) -> None:
    found = errors_of(text)
    shown = [(code, line, column, message) for code, line, column, message, _ in found]
    if expected and not expected[0][3]:
        assert [entry[0] for entry in shown]
        return
    assert len(shown) == len(expected), shown
    for one, other in zip(shown, expected, strict=True):
        assert one[:3] == other[:3]
        assert one[3].startswith(other[3])


def edited(old: str, new: str) -> str:
    assert old in RULE
    return RULE.replace(old, new)


@pytest.mark.parametrize(
    ("old", "new", "code", "message"),
    [
        ("id: T-1", "id: T 1", "IN-054", "'T 1' is not an id"),
        ("id: T-1", "id: CO-100", "IN-054", "ids that start with CO- belong to the tool"),
        ("id: T-1", "id: in-1", "IN-054", "ids that start with in- belong to the tool"),
        ("  - id: T-1\n    title", "  - title", "IN-052", "a rule lacks 'id'"),
        ("title: A rule", "title: ''", "IN-053", "'title' is empty"),
        ("    title: A rule\n", "", "IN-052", "rule T-1 lacks 'title'"),
        ("severity: error", "severity: fatal", "IN-053", "'severity' can't be 'fatal'"),
        ("    severity: error\n", "", "IN-052", "rule T-1 lacks 'severity'"),
        ("verdict: hold", "verdict: no_go", "IN-053", "'verdict' can't be 'no_go'"),
        ("    verdict: hold\n", "", "IN-052", "rule T-1 lacks 'verdict'"),
        ("severity: error", "severity: note", "IN-053", "a note has no verdict"),
        ("for: stage", "for: stages", "IN-053", "'for' can't be 'stages'"),
        ("for: stage", "for: report", "IN-053", "a rule of reports has no verdict"),
        ("for: stage", "for: stage\n    kind: preference", "IN-053", "only rules for: evidence have a kind"),
        (
            "for: stage",
            "for: evidence\n    kind: [a, Bad Kind]",
            "IN-053",
            "'Bad Kind' is not an evidence kind",
        ),
        ("for: stage", "for: evidence\n    kind: 3", "IN-053", "'kind' must be a list, not a number"),
        ("    require: has(stage.owner)\n", "", "IN-052", "rule T-1 lacks 'require'"),
        ("require: has(stage.owner)", "require: [a]", "IN-053", "'require' must be a text, not a list"),
        (
            "require: has(stage.owner)",
            "requires: has(stage.owner)",
            "IN-051",
            "rule T-1 has no key 'requires'",
        ),
        ("when: stage.order > 0", "when:", "IN-053", "'when' must be a text, not nothing"),
        (
            'message: "{{ stage.id }} has no owner"',
            "message: {}",
            "IN-053",
            "'message' must be a text, not a mapping",
        ),
        ("source: paper", "source: papre", "IN-059", "there is no source 'papre' in this pack"),
        ("status: verified", "status: read", "IN-053", "'status' can't be 'read'"),
        ("source: paper, at", "sauce: paper, at", "IN-051", "a reference has no key 'sauce'"),
        ("pass: [{}]", "pass: [3]", "IN-053", "an example must be a mapping"),
        ("pass: [{}]", "passes: [{}]", "IN-051", "the examples of a rule has no key 'passes'"),
        ("same_as: [U-1, U-2]", "same_as: [3]", "IN-053", "'same_as' must hold texts, not a number"),
    ],
)
def test_mistakes_of_a_rule(old: str, new: str, code: str, message: str) -> None:
    text = "sources: [{id: paper, title: A paper}]\n" + edited(old, new)
    found = errors_of(text)
    line = 6 + text[: text.index(new.split("\n", maxsplit=1)[0]) if new else 0].count("\n")
    hits = [each for each in found if each[0] == code and each[3].startswith(message)]
    assert hits, found
    if new and "lacks" not in message and "has no verdict" not in message and "\n" not in new:
        assert hits[0][1] == line
    assert len({each[:3] for each in found if each[0] != "IN-056"}) <= 2


def test_hints_name_the_nearest() -> None:
    text = "sources: [{id: paper, title: A paper}]\n" + edited("source: paper", "source: papre")
    assert errors_of(text)[0][4] == "did you mean 'paper'?"
    assert errors_of(edited("for: stage", "for: stag"))[0][4] == "did you mean 'stage'?"
    far = edited("source: paper", "source: zzzzzzz")
    assert errors_of("sources: [{id: paper, title: A paper}]\n" + far)[0][4] == "list it under sources"
    unknown = errors_of(
        "coverage: {covered: [{clause: 1, rules: [T-2]}]}\n" + edited("{source: paper", "{source: own")
    )
    assert [(each[0], each[4]) for each in unknown] == [("IN-059", "did you mean 'T-1'?")]


def test_rules_that_name_a_report_have_no_verdict() -> None:
    text = edited("    verdict: hold\n", "").replace(
        "when: stage.order > 0", "when: stage.id in report.risks"
    )
    pack = pack_of("sources: [{id: paper, title: A paper}]\n" + text)
    assert pack.rules[0].for_report
    assert pack.rules[0].verdict is None
    explicit = pack_of(
        text.replace("source: paper", "source: own").replace(
            "severity: error", "severity: error\n    verdict: none"
        )
    )
    assert explicit.rules[0].verdict is None
    assert (
        pack_of(
            edited("source: paper", "source: own")
            .replace("verdict: hold", "verdict: none")
            .replace("error", "warning")
        )
        .rules[0]
        .verdict
        is None
    )


def test_true_and_false_are_expressions() -> None:
    text = edited("require: has(stage.owner)", "require: true").replace(
        "when: stage.order > 0", "when: false"
    )
    (rule,) = pack_of(text.replace("source: paper", "source: own")).rules
    assert rule.require.text == "true"
    assert rule.when is not None
    assert rule.when.text == "false"


def test_all_mistakes_are_told_at_once() -> None:
    text = edited("for: stage", "for: stages").replace("error", "errors").replace("id: T-1", "id: T 1")
    assert [each[0] for each in errors_of(text + "extra: 1\n")] == [
        "IN-054",
        "IN-053",
        "IN-053",
        "IN-059",
        "IN-051",
    ]


def test_a_rule_twice() -> None:
    again = RULE.removeprefix("rules:\n")
    text = "sources: [{id: paper, title: A paper}]\n" + RULE + again
    assert [(each[0], each[1], each[4]) for each in errors_of(text)] == [
        ("IN-055", 27, "the first is in line 8")
    ]


def test_too_many_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("release.policy.read_pack.RULES_PER_PACK", 1)
    again = RULE.removeprefix("rules:\n").replace("T-1", "T-2")
    text = "sources: [{id: paper, title: A paper}]\n" + RULE + again
    assert [(each[0], each[3]) for each in errors_of(text)] == [
        ("IN-057", "the pack has 2 rules; the limit is 1")
    ]


def test_what_an_organisation_demands() -> None:
    pack = pack_of(
        """\
        extends: [staged-release, own/rules.yaml]
        params:
          staged-release.min_days: {value: 90, locked: true}
          staged-release.tiers: {value: [low]}
          staged-release.high: critical
          mine: {type: int, default: 3, why: Ours.}
        overrides: [{rule: SR-129, severity: error, verdict: no-go}]
        approvals: {roles: [safety lead, board, board]}
        no_waivers: SR-104
        max_waiver_days: 30
        """
    )
    demands = pack.organisation
    assert [each.text for each in demands.extends] == ["staged-release", "own/rules.yaml"]
    assert [(each.name, each.value, each.locked, each.at.line) for each in demands.settings] == [
        ("staged-release.min_days", 90, True, 8),
        ("staged-release.tiers", ["low"], False, 9),
        ("staged-release.high", "critical", False, 10),
    ]
    assert [param.name for param in pack.params] == ["mine"]
    assert (demands.overrides[0].severity, demands.overrides[0].verdict) == ("error", "no-go")
    assert (demands.roles, demands.approvals) == (("safety lead", "board"), 2)
    assert [each.text for each in demands.no_waivers] == ["SR-104"]
    assert demands.max_waiver_days == 30


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("int", 3, 3),
        ("int", 3.0, None),
        ("int", True, None),
        ("int", 1 << 63, None),
        ("double", 3, 3.0),
        ("double", float("inf"), None),
        ("double", "3", None),
        ("string", "a", "a"),
        ("string", 3, None),
        ("bool", False, False),
        ("bool", 0, None),
        ("list", ["a"], ["a"]),
        ("list", [1, 2], [1, 2]),
        ("list", [1, 2.5], [1.0, 2.5]),
        ("list", [], []),
        ("list", [True], None),
        ("list", [["a"]], None),
        ("list", "a", None),
        ("date", "2019-02-14", "2019-02-14"),
        ("date", "2019-02-30", None),
        ("date", 2019, None),
    ],
)
def test_values_of_parameters(kind: str, value: Any, expected: Any) -> None:
    found, fault = param_value(kind, value)
    assert (found, bool(fault)) == (expected, expected is None)
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("int", " 90 ", 90),
        ("int", "9.5", 9.5),
        ("int", "many", "many"),
        ("int", "1_000", "1_000"),
        ("double", "0.5", 0.5),
        ("double", "1e3", 1000.0),
        ("bool", "true", True),
        ("bool", "yes", "yes"),
        ("string", "true", "true"),
        ("list", "a, b", ["a", "b"]),
        ("list", "['a', \"b\"]", ["a", "b"]),
        ("list", "", []),
        ("date", "2019-02-14", "2019-02-14"),
    ],
)
def test_values_on_the_command_line(kind: str, text: str, expected: Any) -> None:
    assert parsed(kind, text) == expected


def test_mistakes_of_structure_hide_no_wrong_expression() -> None:
    found = errors_of("""\
        params:
          - {name: days, type: int, default: many}
          - {name: rate, default: 0.5}
          - {name: words, type: list, default: 3}
        rules:
          - id: T-1
            title: One
            severity: eror
            verdict: hold
            for: stage
            require: stage.ordr > params.days
            message: "{{ stage.idd }} {{ params.rate }} {{ params.words }}"
          - title: Two
            severity: error
            colour: red
            for: stage
            require: stage.order > && true
          - id: T-3
            title: Three
            for: stagee
            require: nothing.here
            message: "{{ open"
        """)
    said = [(code, message.partition(",")[0]) for code, _, _, message, _ in found]
    for code, message in (
        ("IN-053", "the default of 'days' must be of type int"),
        ("IN-052", "parameter rate lacks 'type'"),
        ("IN-053", "'severity' can't be 'eror'"),
        ("IN-056", "Stage has no field 'ordr'"),
        ("IN-056", "Stage has no field 'idd'"),
        ("IN-051", "a rule has no key 'colour'"),
        ("IN-052", "a rule lacks 'message'"),
        ("IN-053", "'for' can't be 'stagee'"),
    ):
        assert (code, message) in said
    assert any(code == "IN-056" and message.startswith("not an expression") for code, message in said)
    assert not any("parameter of" in message or "no parameter" in message for _, message in said)


@pytest.mark.parametrize(
    "params", ["parms: [{name: days, type: int, default: 3}]", "params: 3", "params: [3]"]
)
def test_parameters_that_cannot_be_read_are_not_missed_once_more(params: str) -> None:
    found = errors_of(f"{params}\n" + RULE.replace("stage.order > 0", "stage.order > params.days"))
    assert found
    assert all("days" not in message for _, _, _, message, _ in found)


@pytest.mark.parametrize("name", ["core", "plan"])
def test_ids_of_the_tool_are_refused(name: str) -> None:
    found = errors_of(
        HEAD.replace("id: test-pack", f"id: {name}") + RULE.replace("source: paper", "source: own")
    )
    assert found == [
        (
            "IN-054",
            2,
            5,
            f"the id '{name}' belongs to the tool",
            "choose another id, such as the name of your organisation",
        )
    ]


def test_bounds_of_parameters_are_read() -> None:
    pack = pack_of("""\
        params:
          - {name: days, type: int, default: 3, min: 0, max: 10}
          - {name: since, type: date, default: 2020-01-01, min: 2019-02-14}
          - {name: shares, type: list, default: [0.5, 1], min: 0, max: 1}
          - {name: high, type: string, default: severe, one_of: [serious, severe]}
        """)
    days, since, shares, high = (param.bounds for param in pack.params)
    assert [days.fault(value) for value in (0, 10, -1, 11)] == [
        "",
        "",
        "must be at least 0, not -1",
        "must be at most 10, not 11",
    ]
    assert since.fault("2019-02-14") == ""
    assert since.fault("2019-02-13") == "must be at least 2019-02-14, not 2019-02-13"
    assert shares.fault([0.0, 2.0]) == "must be at most 1.0, not 2.0"
    assert high.fault("sever") == "must be one of serious, severe, not 'sever'; did you mean 'severe'?"


@pytest.mark.parametrize(
    ("param", "key", "message"),
    [
        ("type: int, default: 3, min: 4", "default", "the default of 'x' must be at least 4, not 3"),
        ("type: int, default: 3, min: a", "min", "the min of 'x' must be of type int, not a text"),
        ("type: int, default: 3, min: 5, max: 2", "max", "the max of 'x' is below its min"),
        ("type: bool, default: true, max: 1", "max", "a parameter of type bool has no 'max'"),
        ("type: int, default: 1, one_of: [a]", "one_of", "a parameter of type int has no 'one_of'"),
        ("type: int, default: 1, minimum: 1", "minimum", "a parameter has no key 'minimum'"),
    ],
)
def test_mistakes_of_bounds(param: str, key: str, message: str) -> None:
    line = f"params: [{{name: x, {param}}}]"
    found = errors_of(line)
    column = line.index(f"{key}:") + 1 + (0 if key == "minimum" else len(key) + 2)
    assert [(each[1], each[2], each[3]) for each in found] == [(6, column, message)]


def test_carets_stand_under_the_part_that_is_wrong() -> None:

    line = "    require: stage.id == 'it' && stage.ordr > 0 && nope(stage.id)"
    text = RULE.replace("    require: has(stage.owner)", line).replace("source: paper", "source: own")
    errors = ErrorCollector()
    compile_pack(pack_of(text), language(), errors, results=result_names())
    with pytest.raises(InvalidInput) as caught:
        errors.raise_if_any()
    shown = to_text(caught.value).splitlines()
    under = [each.partition("| ")[2] for each in shown if "^" in each]
    marked = [line[each.index("^") : each.rindex("^") + 1] for each in under]
    assert marked == ["ordr", "nope"]
