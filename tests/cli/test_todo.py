"""`release todo`, in a new process."""

from __future__ import annotations

import json

import jsonschema

PLAN = "templates/plans/gpt-2"
EVE = ("--at", "2019-11-04")


def test_the_next_stage_is_the_default_and_the_last_line_counts(release_command):
    done = release_command("todo", PLAN, *EVE)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == release_command("todo", PLAN, *EVE, "--stage", "xl").stdout
    assert done.stdout.splitlines()[-1] == (
        "HOLD: 11 to bring for 18 findings; 2 by the developer alone; then go"
    )


def test_json_is_described_by_its_schema(release_command):
    schema = json.loads(release_command("schema", "todo").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    for audience in ("internal", "public", "partner:cornell"):
        arguments = ("--format", "json", "--audience", audience)
        order = json.loads(release_command("todo", PLAN, *EVE, *arguments).stdout)
        jsonschema.validate(order, schema)
        assert [item["number"] for item in order["items"]] == list(range(1, len(order["items"]) + 1))
        assert order["verdict"] == "hold"


def test_others_learn_no_line_and_no_tried_value(release_command):
    order = json.loads(release_command("todo", PLAN, *EVE, "--format", "json", "--audience", "public").stdout)
    facts = [fact for item in order["items"] for fact in item["facts"]]
    assert facts
    assert all((fact["pointer"], fact["line"], fact["example"]) == ("", 1, None) for fact in facts)


def test_a_released_plan_has_no_next_stage_so_one_is_to_be_named(release_command):
    done = release_command("todo", PLAN, "--at", "2020-01-01")
    assert done.returncode == 2
    assert "every stage is out" in done.stderr
    assert "did you mean 'large'?" in release_command("todo", PLAN, "--stage", "larg").stderr


def test_quiet_is_the_last_line_and_markdown_a_checklist(release_command):
    assert len(release_command("todo", PLAN, *EVE, "--quiet").stdout.splitlines()) == 1
    text = release_command("todo", PLAN, *EVE, "--format", "markdown").stdout
    assert text.count("- [ ] ") == 11
