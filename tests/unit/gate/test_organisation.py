"""An organisation's pack, and every way that we know of getting round it: each is found, none is silent."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from release.cli.run import run

BASE = """\
schema: release-pack/1
id: {id}
version: "1.0"
title: Rules of one organisation
{more}
rules:
  - id: {rule}
    title: Stages keep their distance
    severity: error
    verdict: hold
    for: stage
    when: stage.order > 0
    require: days(previous.date, stage.date) >= {days}
    message: "{{{{ stage.id }}}} comes too soon"
    fix: Move the date.
  - id: {rule}-C
    title: Stages have criteria
    severity: error
    verdict: hold
    for: stage
    when: stage.order > 0
    require: size(stage.criteria) > 0
    message: "{{{{ stage.id }}}} has no criteria"
    fix: Write criteria.
"""

ORGANISATION = BASE.format(
    id="acme",
    rule="AC-1",
    days="params.min_days",
    more="""\
extends: [staged-release]
params:
  - {name: min_days, type: int, default: 90, why: Ours.}
""",
)

DEMANDS = """\
schema: release-pack/1
id: acme-demands
version: "1.0"
title: What the organisation demands
extends: [acme.yaml]
params:
  acme.min_days: {value: 90, locked: true}
approvals: {roles: [safety lead], min: 2}
no_waivers: [AC-1]
max_waiver_days: 30
rules: []
"""

PLAN = """\
schema: release-plan/1
id: model
title: A model in two stages
contact: {name: Desk of Acme, address: desk@acme.example}
defaults: {audience: public}
#POLICIES
variants:
  - {id: tiny, title: Tiny, parameters: 1}
  - {id: huge, title: Huge, parameters: 2}
stages:
  - id: first
    title: First
    variants: [tiny]
    dates: {planned: 2025-01-01, released: 2025-01-01}
    owner: A. Owner
    criteria:
      - {id: c0, text: Always, require: "true", verdict: hold, written: 2024-12-01}
  - id: second
    title: Second
    variants: [huge]
    dates: {planned: 2025-02-01}
    owner: A. Owner
    criteria:
      - {id: c1, text: Always, require: "true", verdict: hold, written: 2024-12-01}
#MORE
"""

AT = ("--at", "2025-01-20")
WAIVER = (
    "{{rule: {rule}, object: 'stage:second', reason: Soon, approver: {by}, granted: 2025-01-10, "
    "expires: {end}}}"
)


class Place:
    """An organisation's repository with one plan in it."""

    def __init__(self, root: Path, capfd: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self.capfd = capfd
        self.folder = root / "models" / "model"
        self.folder.mkdir(parents=True)
        (root / "acme.yaml").write_text(ORGANISATION)
        (root / "demands.yaml").write_text(DEMANDS)
        (root / "release.toml").write_text('policy = ["demands.yaml"]\n')
        self.plan()

    def plan(self, policies: str = "", more: str = "", *, edit: tuple[str, str] = ("", "")) -> None:
        text = PLAN.replace("#POLICIES", f"policies: {policies}" if policies else "").replace("#MORE", more)
        assert edit[0] in text
        (self.folder / "release.yaml").write_text(text.replace(*edit) if edit[0] else text)

    def run(self, command: str, *arguments: str) -> tuple[int, dict]:
        path = str(self.folder)
        code = run([command, path, *AT, "--format", "json", *arguments])
        out, err = self.capfd.readouterr()
        assert out, err
        return code, json.loads(out)

    def check(self, *arguments: str) -> dict[str, list[dict]]:
        code, body = self.run("check", *arguments)
        assert (code, body["schema"]) == (1, "release-check/1")
        found: dict[str, list[dict]] = {}
        for each in body["plans"][0]["findings"]:
            found.setdefault(each["rule"], []).append(each)
        return found

    def refused(self, *arguments: str) -> set[str]:
        code, body = self.run("check", *arguments)
        assert (code, body["schema"]) == (2, "release-error/1")
        return {each["code"] for each in body["errors"]}

    def approval_reasons(self) -> dict[str, str]:
        code, body = self.run("gate", "--stage", "second")
        assert code == 3
        return {each["id"]: each["message"] for each in body["reasons"] if each["kind"] == "approval"}


@pytest.fixture
def place(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Place:
    return Place(tmp_path, capfd)


def waiver(rule: str = "AC-1-C", by: str = "B. Board", end: str = "2025-02-05") -> str:
    return WAIVER.format(rule=rule, by=by, end=end)


def waivers(*texts: str) -> str:
    return "waivers:\n" + "".join(f"  - {text}\n" for text in texts)


NO_CRITERIA = (
    '    criteria:\n      - {id: c1, text: Always, require: "true", verdict: hold, written: 2024-12-01}\n',
    "",
)


def test_what_the_organisation_asks_is_asked_without_any_trick(place: Place) -> None:
    found = place.check()
    assert [each["status"] for each in found["AC-1"]] == ["fail"]
    assert place.approval_reasons().keys() == {"safety lead", "approvals"}
    assert "AC-1-C" not in found


def test_a_parameter_in_the_plan(place: Place) -> None:
    place.plan("{params: {acme.min_days: 1}}")
    found = place.check()
    assert found["AC-1"][0]["status"] == "fail"
    assert found["CO-020"][0]["severity"] == "error"
    assert "locked at 90; the plan's 1 is not used" in found["CO-020"][0]["message"]


def test_a_parameter_on_the_command_line(place: Place) -> None:
    found = place.check("--param", "acme.min_days=1")
    assert found["AC-1"][0]["status"] == "fail"
    assert "1 from --param is not used" in found["CO-020"][0]["message"]


def test_a_parameter_in_a_nearer_toml(place: Place) -> None:
    (place.folder / "release.toml").write_text('param = ["acme.min_days=1"]\n')
    assert {"AC-1", "CO-020"} <= place.check().keys()


def test_the_attempt_itself_cannot_be_waived(place: Place) -> None:
    waived = waivers(waiver("CO-020").replace("object: 'stage:second', ", ""))
    place.plan("{params: {acme.min_days: 1}}", waived)
    found = place.check()
    assert found["CO-020"][0]["status"] == "fail"
    assert "CO-020 must not be waived" in found["CO-013"][0]["message"]


def test_a_demanded_lock_cannot_be_waived(place: Place) -> None:
    place.plan("", waivers(waiver("CO-001").replace("object: 'stage:second', ", "")))
    assert "CO-001 must not be waived" in place.check("--locked")["CO-013"][0]["message"]


def test_a_pack_of_the_same_id(place: Place) -> None:
    own = BASE.format(id="acme", rule="AC-1", days="1", more="")
    (place.folder / "acme.yaml").write_text(own)
    place.plan("{use: [acme.yaml]}")
    assert place.refused() == {"IN-062"}


def test_a_rule_of_the_same_id(place: Place) -> None:
    (place.folder / "own.yaml").write_text(BASE.format(id="own", rule="AC-1", days="1", more=""))
    place.plan("{use: [own.yaml]}")
    assert place.refused() == {"IN-062"}


def test_a_pack_under_the_id_of_a_shipped_one_that_is_in_force(place: Place) -> None:
    (place.folder / "own.yaml").write_text(BASE.format(id="staged-release", rule="OW-1", days="1", more=""))
    place.plan("{use: [own.yaml]}")
    assert place.refused() == {"IN-062"}


def test_a_file_in_the_place_of_a_shipped_pack(place: Place) -> None:
    (place.folder / "policies").mkdir()
    text = BASE.format(id="staged-release", rule="OW-1", days="1", more="")
    (place.folder / "policies" / "staged-release.yaml").write_text(text)
    place.plan("{use: [staged-release]}")
    found = place.check()
    assert "OW-1" not in found
    assert any(rule.startswith("SR-") for rule in found)
    assert "policies/staged-release.yaml is not used" in found["CO-021"][0]["message"]


def test_a_waiver_of_what_must_not_be_waived(place: Place) -> None:
    place.plan("", waivers(waiver("AC-1")))
    found = place.check()
    assert found["AC-1"][0]["status"] == "fail"
    assert (found["CO-013"][0]["severity"], found["CO-013"][0]["verdict"]) == ("error", "hold")


def test_a_waiver_that_lasts_too_long(place: Place) -> None:
    place.plan("", waivers(waiver(end="2026-01-01")), edit=NO_CRITERIA)
    found = place.check()
    assert found["AC-1-C"][0]["status"] == "fail"
    assert "at most 30" in found["CO-014"][0]["message"]


@pytest.mark.parametrize("by", ["unknown", "' '"])
def test_a_waiver_by_nobody(place: Place, by: str) -> None:
    place.plan("", waivers(waiver(by=by)), edit=NO_CRITERIA)
    code, body = place.run("check")
    if code == 2:
        assert body["schema"] == "release-error/1"
        return
    rules = {each["rule"]: each["status"] for each in body["plans"][0]["findings"]}
    assert (rules["AC-1-C"], rules["CO-012"]) == ("fail", "fail")


def test_a_waiver_past_its_end(place: Place) -> None:
    place.plan("", waivers(waiver(end="2025-01-15")), edit=NO_CRITERIA)
    found = place.check()
    assert (found["AC-1-C"][0]["status"], found["CO-010"][0]["status"]) == ("fail", "fail")


@pytest.mark.parametrize(
    "by",
    ["A. Owner", "'a.  OWNER'", '"A. Own\\u200Ber"', '"\\uFF21. Owner"', "Desk of Acme", "desk@acme.example"],
)
def test_a_waiver_by_who_answers_for_it(place: Place, by: str) -> None:
    place.plan("", waivers(waiver(by=by)), edit=NO_CRITERIA)
    found = place.check()
    assert found["AC-1-C"][0]["status"] == "fail"
    assert "who answers for it" in found["CO-016"][0]["message"]


def test_a_waiver_of_everything_at_once(place: Place) -> None:
    broad = waiver("SR-105").replace("object: 'stage:second', ", "")
    body = place.check()
    many = next(rule for rule, each in body.items() if len({one["object"] for one in each}) > 1)
    place.plan("", waivers(broad.replace("SR-105", many)))
    found = place.check()
    assert all(each["status"] == "waived" for each in found[many])
    assert "names no object and covers" in found["CO-015"][0]["message"]


def test_a_good_waiver_is_shown_where_the_finding_would_be(place: Place) -> None:
    place.plan("", waivers(waiver()), edit=NO_CRITERIA)
    found = place.check()
    assert (found["AC-1-C"][0]["status"], found["AC-1-C"][0]["waiver"]["approver"]) == ("waived", "B. Board")
    assert not any(rule.startswith("CO-01") for rule in found)


def test_a_waiver_kept_for_later(place: Place) -> None:
    place.plan("", waivers(waiver()))
    assert "covers no finding" in place.check()["CO-011"][0]["message"]


def test_a_waiver_of_a_rule_that_there_is_not(place: Place) -> None:
    place.plan("", waivers(waiver("AC-l-C")), edit=NO_CRITERIA)
    found = place.check()
    assert found["AC-1-C"][0]["status"] == "fail"
    (misnamed,) = found["CO-017"]
    assert "did you mean 'AC-1-C'?" in misnamed["message"]
    assert (misnamed["severity"], misnamed["object"]) == ("warning", "waiver:AC-l-C")
    assert misnamed["pointer"] == "/waivers/0/rule"
    row = (place.folder / "release.yaml").read_text().split("\n")[misnamed["line"] - 1]
    assert row[misnamed["column"] - 1 :].startswith("AC-l-C")


def test_a_waiver_of_a_rule_of_a_shipped_pack_that_is_not_in_force(place: Place) -> None:
    place.plan("", waivers(waiver("SC-601")))
    found = place.check()
    assert "CO-017" not in found
    assert "the pack sourcing is not in force" in found["CO-011"][0]["message"]


@pytest.mark.parametrize("policies", ["", "{use: []}", "{use: [sourcing]}"])
def test_leaving_the_pack_out(place: Place, policies: str) -> None:
    place.plan(policies)
    assert place.check()["AC-1"][0]["status"] == "fail"


@pytest.mark.parametrize(
    "override",
    [
        "{rule: AC-1, severity: note}",
        "{rule: AC-1, severity: warning}",
        "{rule: SR-121, verdict: hold}",
    ],
)
def test_an_override_downwards(place: Place, override: str) -> None:
    text = f'schema: release-pack/1\nid: own\nversion: "1"\ntitle: Own\noverrides: [{override}]\nrules: []\n'
    (place.folder / "own.yaml").write_text(text)
    place.plan("{use: [own.yaml]}")
    assert place.refused() == {"IN-064"}


def test_own_demands_that_are_weaker(place: Place) -> None:
    text = 'schema: release-pack/1\nid: own\nversion: "1"\ntitle: Own\nmax_waiver_days: 900\n'
    (place.folder / "own.yaml").write_text(text + "approvals: {roles: [friend], min: 1}\nrules: []\n")
    place.plan("{use: [own.yaml]}", waivers(waiver(end="2026-01-01")), edit=NO_CRITERIA)
    assert "at most 30" in place.check()["CO-014"][0]["message"]
    assert place.approval_reasons().keys() == {"safety lead", "friend", "approvals"}


def test_a_lock_of_its_own_at_another_value(place: Place) -> None:
    text = 'schema: release-pack/1\nid: own\nversion: "1"\ntitle: Own\nrules: []\n'
    (place.folder / "own.yaml").write_text(text + "params: {acme.min_days: {value: 1, locked: true}}\n")
    place.plan("{use: [own.yaml]}")
    assert place.refused() == {"IN-064"}


def test_packs_that_extend_each_other(place: Place) -> None:
    for name, other in (("a", "b"), ("b", "a")):
        head = f'schema: release-pack/1\nid: own-{name}\nversion: "1"\ntitle: O\n'
        text = f"{head}extends: [{other}.yaml]\nrules: []\n"
        (place.folder / f"{name}.yaml").write_text(text)
    place.plan("{use: [a.yaml]}")
    assert place.check()["AC-1"][0]["status"] == "fail"


@pytest.mark.parametrize("name", ["../../acme.yaml", "link.yaml", "/etc/hostname.yaml", "~/x.yaml"])
def test_a_pack_outside_the_folder(place: Place, name: str) -> None:
    (place.folder / "link.yaml").symlink_to(place.root / "acme.yaml")
    place.plan(f"{{use: ['{name}']}}")
    assert place.refused() == {"IN-061"}


def test_policies_in_an_included_file(place: Place) -> None:
    (place.folder / "more.yaml").write_text("policies: {params: {acme.min_days: 1}}\n")
    place.plan("{use: [sourcing]}", "include: more.yaml")
    code, body = place.run("check")
    if code == 2:
        assert body["errors"]
    else:
        rules = {each["rule"] for each in body["plans"][0]["findings"]}
        assert {"AC-1", "CO-020"} <= rules


@pytest.mark.parametrize(
    "policies",
    [
        "{params: {<<: {acme.min_days: 1}}}",
        "{use: [], use: [sourcing]}",
        "{param: {acme.min_days: 1}}",
        "{params: {acme.min_days: 1, acme.min_days: 90}}",
    ],
)
def test_tricks_of_yaml(place: Place, policies: str) -> None:
    place.plan(policies)
    assert all(code.startswith("IN-0") for code in place.refused())


def test_an_alias_is_what_it_stands_for(place: Place) -> None:
    place.plan(
        "{use: [sourcing], params: {acme.min_days: *few}}", edit=("parameters: 1}", "parameters: &few 1}")
    )
    code, body = place.run("check")
    assert code == 2
    place.plan("{params: {acme.min_days: *few}}", "", edit=("id: model\n", "id: model\nx: 1\n"))
    code, body = place.run("check")
    assert code == 2
    assert body["errors"]


def approvals(*texts: str) -> str:
    return "approvals:\n" + "".join(f"  - {{stage: second, {text}}}\n" for text in texts)


ANN = "role: safety lead, by: Ann, decision: go, date: 2025-01-12"
BEN = "role: board, by: Ben, decision: go, date: 2025-01-12"


def test_good_approvals_leave_nothing_outstanding(place: Place) -> None:
    place.plan("", approvals(ANN, BEN))
    assert place.approval_reasons() == {}


@pytest.mark.parametrize("by", ["A. Owner", "'a.  owner'", '"A. Owner\\u200D"'])
def test_an_approval_of_the_own_work(place: Place, by: str) -> None:
    place.plan("", approvals(ANN.replace("Ann", by), BEN))
    reasons = place.approval_reasons()
    assert reasons.keys() == {"safety lead", "approvals"}


@pytest.mark.parametrize("word", ["withdrawn", "withdraw", "revoked"])
def test_an_approval_that_was_taken_back(place: Place, word: str) -> None:
    place.plan("", approvals(ANN.replace("go", word).replace("12", "15"), ANN, BEN))
    reasons = place.approval_reasons()
    assert "is outstanding" in reasons["safety lead"]
    assert reasons["approvals"].startswith("1 of 2")


def test_of_two_words_of_one_day_the_stricter_counts(place: Place) -> None:
    place.plan("", approvals(ANN.replace("go", "no-go"), ANN, BEN))
    code, body = place.run("gate", "--stage", "second")
    assert (code, body["verdict"]) == (1, "no-go")


def test_one_person_under_two_spellings(place: Place) -> None:
    place.plan("", approvals(ANN, BEN.replace("Ben", "' ANN'")))
    assert place.approval_reasons()["approvals"].startswith("1 of 2")


def test_an_approval_from_the_future(place: Place) -> None:
    place.plan("", approvals(ANN.replace("2025-01-12", "2025-01-30"), BEN))
    assert "is outstanding" in place.approval_reasons()["safety lead"]


def test_labels_that_hide_findings_hide_no_verdict(place: Place) -> None:
    place.plan("", edit=("audience: public", "audience: internal"))
    code, body = place.run("check", "--audience", "public")
    assert (code, body["verdict"]) == (1, "hold")
    assert body["plans"][0]["stages"][1]["verdict"] == "hold"
    assert body["plans"][0]["withheld"] > 0


def test_criteria_deleted(place: Place) -> None:
    place.plan("", edit=NO_CRITERIA)
    assert place.check()["AC-1-C"][0]["status"] == "fail"


def test_the_stage_renamed_or_cancelled(place: Place) -> None:
    place.plan("", edit=("id: second", "id: other"))
    code, body = place.run("gate", "--stage", "second")
    assert (code, body["errors"][0]["code"]) == (2, "IN-088")
    place.plan("", edit=("planned: 2025-02-01", "planned: 2025-02-01, cancelled: 2025-01-02"))
    code, _ = place.run("gate", "--stage", "second")
    assert code == 2


@pytest.mark.parametrize("line", ["locked = false", 'fail_on = "error"', 'audience = "internal"'])
def test_a_nearer_toml_that_takes_back(place: Place, line: str) -> None:
    with (place.root / "release.toml").open("a") as file:
        file.write('locked = true\nfail_on = "warning"\naudience = "public"\n')
    (place.folder / "release.toml").write_text(f"{line}\n")
    assert place.refused() == {"IN-097"}


def test_a_nearer_toml_adds_packs_and_takes_none_away(place: Place) -> None:
    (place.folder / "release.toml").write_text("policy = []\n")
    assert place.check()["AC-1"][0]["status"] == "fail"


def test_a_link_into_the_folder_from_elsewhere(place: Place, tmp_path: Path) -> None:
    elsewhere = tmp_path / "outside" / "deep"
    elsewhere.parent.mkdir()
    place.folder.rename(elsewhere)
    place.folder.symlink_to(elsewhere, target_is_directory=True)
    assert place.check()["AC-1"][0]["status"] == "fail"


SAME = [
    "A. Owner <ao@acme.example>",
    "'Owner, A.'",
    "A Owner",
    '"\\u0410. Owner"',
    '"A. \\u041Ewner"',
    "Á. Öwner",
    "a.owner@acme.example",
    "a.owner+ci@acme.example",
]


@pytest.mark.parametrize("by", SAME)
def test_the_owner_under_another_name_neither_approves_nor_waives(place: Place, by: str) -> None:
    place.plan("", approvals(ANN.replace("Ann", by), BEN) + waivers(waiver(by=by)), edit=NO_CRITERIA)
    assert place.approval_reasons().keys() == {"safety lead", "approvals"}
    found = place.check()
    assert found["AC-1-C"][0]["status"] == "fail"
    assert "CO-016" in found


@pytest.mark.parametrize("by", ["Ann <ann@a.example>", "'ann@a.example'", "ANN (ann+x@a.example)"])
def test_one_person_by_name_and_address(place: Place, by: str) -> None:
    first = ANN.replace("by: Ann,", "by: Ann <ann@a.example>,")
    place.plan("", approvals(first, BEN.replace("Ben", by)))
    assert place.approval_reasons()["approvals"].startswith("1 of 2")


def test_an_approval_that_was_taken_back_under_another_name(place: Place) -> None:
    back = 'by: "ann@a.example", decision: withdrawn, date: 2025-01-15'
    place.plan("", approvals(ANN.replace("Ann", "Ann <ann@a.example>"), BEN, back))
    assert "is outstanding" in place.approval_reasons()["safety lead"]


def test_who_answers_for_the_plan_answers_for_a_stage_without_an_owner(place: Place) -> None:
    text = approvals(ANN.replace("Ann", "desk@acme.example"), BEN)
    place.plan(
        "",
        text,
        edit=(
            "    dates: {planned: 2025-02-01}\n    owner: A. Owner\n",
            "    dates: {planned: 2025-02-01}\n",
        ),
    )
    assert "safety lead" in place.approval_reasons()


@pytest.mark.parametrize("owner", ["owner: unknown", "owner: undisclosed", 'owner: ""', ""])
@pytest.mark.parametrize("contact", ["contact: {name: A. Owner}", "contact: unknown", ""])
def test_who_hides_the_owner_does_not_approve_the_own_work(place: Place, owner: str, contact: str) -> None:
    by = ANN.replace("Ann", "A. Owner")
    place.plan(
        "",
        approvals(by, BEN),
        edit=("planned: 2025-02-01}\n    owner: A. Owner\n", f"planned: 2025-02-01}}\n    {owner}\n"),
    )
    path = place.folder / "release.yaml"
    desk = "contact: {name: Desk of Acme, address: desk@acme.example}"
    text = path.read_text()
    assert desk in text
    path.write_text(text.replace(desk, contact))
    reasons = place.approval_reasons()
    assert reasons["safety lead"].startswith("the approval of stage second by A. Owner does not count: ") or (
        "is outstanding" in reasons["safety lead"]
    )
    assert "0 of 2" in reasons["approvals"] or "1 of 2" in reasons["approvals"]


def test_what_clears_an_approval_without_an_owner(place: Place) -> None:
    no = 'role: board, by: Ben, decision: "no-go", date: 2025-01-12'
    owner = ("planned: 2025-02-01}\n    owner: A. Owner", "planned: 2025-02-01}\n    owner: unknown")
    place.plan("", approvals(ANN, no), edit=owner)
    code, body = place.run("gate", "--stage", "second")
    clears = {(each["id"], each["message"]): each["clears"] for each in body["reasons"]}
    assert code == 1
    said = (
        "the approval of stage second by Ann does not count: without a named owner of the stage nobody can "
    )
    assert clears["safety lead", f"{said}tell whose work it is"].startswith("name the owner of stage second")
    assert clears["board", "Ben decided no-go on stage second"].startswith("have the stage approved anew")


def test_what_must_not_be_waived_does_not_hide_behind_another_rule(place: Place) -> None:
    with (place.root / "demands.yaml").open("a") as file:
        file.write("# more\n")
    text = DEMANDS.replace("no_waivers: [AC-1]", "no_waivers: [SR-122]")
    (place.root / "demands.yaml").write_text(text)
    (place.folder / "mine.yaml").write_text(
        BASE.format(id="mine", rule="RG-703", days=9999, more="").replace("RG-703-C", "XX-1")
    )
    place.plan("{use: [mine.yaml]}", waivers(waiver("RG-703")))
    found = place.check()
    assert [each["status"] for each in found["RG-703"]] == ["waived"]
    assert "fail" in {each["status"] for each in found["SR-122"] if each["stage"] == "second"}


@pytest.mark.parametrize("target", ["/dev/null", "elsewhere.jsonl"])
def test_a_ledger_that_is_a_link(place: Place, target: str) -> None:
    (place.root / "elsewhere.jsonl").write_text("")
    (place.folder / "decisions.jsonl").symlink_to(place.root / target)
    code, body = place.run("gate", "--stage", "second")
    assert (code, body["errors"][0]["code"]) == (2, "IN-090")


def test_a_lock_that_is_a_link_out_of_the_folder(place: Place) -> None:
    (place.root / "elsewhere.lock").write_text("{}")
    (place.folder / "release.lock").symlink_to(place.root / "elsewhere.lock")
    code, body = place.run("gate", "--stage", "second")
    assert (code, body["schema"]) == (2, "release-error/1")


def test_decisions_that_nobody_signed_are_not_believed(place: Place) -> None:
    from tests.unit.ledger.test_producers import pem_key

    key, public = pem_key(place.root)
    (place.root / "signers").write_text(f'lead namespaces="staged-release" {public}\n')
    decide = ["decide", str(place.folder), "--stage=second", "--reason=Because", "--by=lead"]
    signed = [*decide, "--decision=hold", f"--key={key}"]
    assert run(signed) == 0
    ask = ("gate", "--stage", "second", "--allowed-signers", str(place.root / "signers"))
    place.capfd.readouterr()
    kept = [each["message"] for each in place.run(*ask)[1]["reasons"] if each["kind"] == "ledger"]
    assert kept[0].startswith("the latest decision on record (line 1) is hold")
    (place.folder / "decisions.jsonl").unlink()
    assert run([*decide, "--decision=hold"]) == 0
    place.capfd.readouterr()
    said = [each["message"] for each in place.run(*ask)[1]["reasons"] if each["kind"] == "ledger"]
    assert said == ["decisions.jsonl cannot be believed: line 1 is not signed"]
    (place.folder / "signers").write_text((place.root / "signers").read_text())
    code, _ = place.run("gate", "--stage", "second", "--allowed-signers", str(place.folder / "signers"))
    assert code == 2


@pytest.mark.parametrize("name", ["/dev/zero", ".", "missing.bin"])
def test_what_is_no_file_is_no_artifact(place: Place, name: str) -> None:
    code, body = place.run("gate", "--stage", "second", "--artifact", name)
    assert (code, body["errors"][0]["code"]) == (2, "IN-087")


def test_the_gate_says_which_bytes_it_judged(place: Place) -> None:
    model = place.root / "model.bin"
    model.write_bytes(b"weights")
    _, body = place.run("gate", "--stage", "second", "--artifact", str(model))
    assert body["artifacts"] == {str(model): hashlib.sha256(b"weights").hexdigest()}
    assert [each["id"] for each in body["reasons"] if each["kind"] == "artifact"] == [str(model)]


@pytest.mark.parametrize("seen", ["", ", lock_digest: sha256:" + "0" * 64])
def test_an_approval_of_another_lock_or_of_none(place: Place, seen: str) -> None:
    (place.folder / "rows.csv").write_text("item,stage,correct\na,second,1\nb,second,0\n")
    rows = (
        "evidence:\n  - {id: e, kind: benchmark, stages: [second], conducted: 2025-01-05, "
        "data: {path: rows.csv, columns: {item: item, stage: stage, correct: correct}}}\n"
    )
    place.plan("", rows + approvals(ANN + seen, BEN + seen))
    assert run(["evidence", "lock", str(place.folder), "--quiet"]) == 0
    place.capfd.readouterr()
    reasons = place.approval_reasons()
    assert "lock" in reasons["board"]
    assert "is outstanding" in reasons["safety lead"]
