"""Every export of a hostile plan: nothing hidden crosses, and the bytes are the same everywhere."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys

import pytest

from release import api
from release.audience.project import project
from release.exports import export_names, load_export
from tests.clients.samples import CANARY, write


def exported(folder, name, audience):
    plan = write(folder, secret=True)
    # A risk counts at the stages that it is assessed for, so only then would it be named.
    owner = f"owner: {CANARY} owner, "
    text = plan.read_text(encoding="utf-8")
    assert owner in text
    plan.write_text(
        text.replace(owner, owner + "assessments: [{stage: first, date: 2025-01-02}], "), encoding="utf-8"
    )
    judged = api.check(plan, at="2025-01-20").judgements[0]
    view = project(judged, audience)
    return [load_export(name).render(view, stage) for stage in view.stages]


def opened(text):
    """Return the text with what stands encoded in it, so that nothing hides there."""
    configuration = json.loads(text).get("predicate", {}).get("configuration", [])
    return text + "".join(base64.b64decode(each["content"]).decode() for each in configuration)


@pytest.mark.parametrize("name", export_names())
@pytest.mark.parametrize("audience", ["public", "partner:nobody"])
def test_nothing_hidden_crosses(tmp_path, name, audience):
    inside = [opened(each) for each in exported(tmp_path, name, "internal")]
    assert any(CANARY in each for each in inside)
    outside = [opened(each) for each in exported(tmp_path, name, audience)]
    assert outside
    assert not any(CANARY in each for each in outside)


@pytest.mark.parametrize("name", export_names())
def test_the_same_bytes_everywhere(name):
    arguments = ("export", name, "templates/plans/gpt-2", "--audience", "internal", "--at", "2019-11-04")
    made = {
        subprocess.run(
            [sys.executable, "-m", "release", *arguments],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": language},
            capture_output=True,
            check=True,
        ).stdout
        for seed, zone, language in (("1", "UTC", "C"), ("2", "Asia/Tokyo", "C.UTF-8"))
    }
    assert len(made) == 1
