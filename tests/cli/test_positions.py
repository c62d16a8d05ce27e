"""A finding on something absent stands at the first key of what lacks it, not at a brace or in line 1."""

from __future__ import annotations

import json

PLAN = """\
# a comment
schema: release-plan/1
id: family
title: A family
policies: {use: [staged-release, evaluation-rigour]}
strategy:
  kind: staged
stages:
  - {id: small, title: Small, dates: {planned: 2019-02-14}}
waivers:
  - {rule: SR-999, reason: x}
evidence:
  - {id: e, kind: red_team, stages: [small], declared: {success_rate: 0.1}}
"""


def test_findings_on_what_is_absent(release_command, tmp_path):
    (tmp_path / "release.yaml").write_text(PLAN)
    done = release_command("check", str(tmp_path), "--at", "2019-01-01", "--format", "json")
    found = {
        each["rule"]: (each["line"], each["column"], each["pointer"])
        for each in json.loads(done.stdout)["plans"][0]["findings"]
    }
    assert found["SR-103"] == (7, 3, "/strategy")
    assert found["SR-105"] == (9, 6, "/stages/0")
    assert found["CO-012"] == (11, 6, "/waivers/0")
    (tmp_path / "release.yaml").write_text(PLAN.replace("strategy:\n  kind: staged\n", ""))
    done = release_command("check", str(tmp_path), "--format", "json")
    found = {
        each["rule"]: (each["line"], each["column"], each["pointer"])
        for each in json.loads(done.stdout)["plans"][0]["findings"]
    }
    assert found["SR-103"] == (2, 1, "")
    assert found["ER-215"] == (11, 6, "/evidence/0")
