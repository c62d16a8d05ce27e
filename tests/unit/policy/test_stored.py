"""The stored form of the shipped packs is what compiling them gives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from release.policy.library import STORED_FOLDER, compiled_packs, shipped_compiled
from release.policy.packs import shipped_files, shipped_pack
from release.policy.stored import FORMAT, stored_pack, stored_text
from release.policy.syntax import to_plain

POLICIES = Path(__file__).resolve().parents[3] / "policies"


@pytest.mark.parametrize("pack_id", shipped_files())
def test_is_up_to_date(pack_id: str, golden: Callable[[Path, str], None]) -> None:
    (made,) = compiled_packs([shipped_pack(pack_id)])
    golden(POLICIES / STORED_FOLDER / f"{pack_id}.json", stored_text(made))


@pytest.mark.parametrize("pack_id", shipped_files())
def test_gives_the_pack_back(pack_id: str) -> None:
    (made,) = compiled_packs([shipped_pack(pack_id)])
    found = stored_pack(stored_text(made), made.digest)
    assert found is not None
    assert stored_text(found) == stored_text(made)
    assert found.params == tuple(param.but(at=None) for param in made.params)
    assert [rule.require for rule in found.rules] == [rule.require for rule in made.rules]
    assert [rule.message.plain for rule in found.rules] == [rule.message.plain for rule in made.rules]
    assert [rule.references for rule in found.rules] == [rule.references for rule in made.rules]


def test_is_not_used_for_a_changed_pack_or_an_older_format() -> None:
    (made,) = compiled_packs([shipped_pack(next(iter(shipped_files())))])
    text = stored_text(made)
    assert stored_pack(text, "sha256:00") is None
    assert stored_pack(text.replace(f'"format": {FORMAT}', '"format": 0', 1), made.digest) is None


def test_no_stored_form_lacks_its_pack() -> None:
    stored = {path.stem for path in (POLICIES / STORED_FOLDER).glob("*.json")}
    assert stored == set(shipped_files())


def test_shipped_packs_are_in_force_as_stored() -> None:
    for pack_id in shipped_files():
        pack = shipped_compiled(pack_id)
        assert pack.shipped
        assert pack.rules
        assert all(to_plain(rule.require) for rule in pack.rules)
