"""A pack to start from: one rule that has all that a rule may want, and passes its own examples."""

from __future__ import annotations

import json
import re
from typing import Final

from release.base.errors import ErrorCollector
from release.base.resources import data
from release.base.visible import quoted
from release.policy.library import shipped_compiled
from release.policy.packs import PACK_ID, shipped_files
from release.policy.read_pack import PACK_ID_HINT, RESERVED_IDS

_PREFIX: Final = re.compile(r"[A-Z]{2,6}", re.ASCII)
_PLAIN: Final = re.compile(r"(?!(?:null|true|false)$)[a-z][a-z0-9-]*", re.ASCII)
_TOOL: Final = frozenset({"CO", "IN"})


def new_pack_text(pack_id: str, *, title: str | None = None, prefix: str | None = None) -> str:
    """Return the text of a new pack.

    Args:
        pack_id: its id.
        title: what people call it; made from the id where it is None.
        prefix: what ids of its rules begin with; made from the id where it is None.

    Raises:
        InvalidInput: the id or the prefix is none, or is taken.
    """
    errors = ErrorCollector()
    if not PACK_ID.fullmatch(pack_id):
        errors.add("IN-086", f"{quoted(pack_id)} is not the id of a pack", None, PACK_ID_HINT)
    elif pack_id in RESERVED_IDS or pack_id in shipped_files():
        hint = "choose another id, such as the name of your organisation"
        errors.add("IN-086", f"there is already a pack {quoted(pack_id)}", None, hint)
    taken = _taken()
    chosen = _prefix_of(pack_id, taken) if prefix is None else prefix
    if not _PREFIX.fullmatch(chosen):
        errors.add("IN-086", f"--prefix {quoted(chosen)} is not 2 to 6 capital letters", None, "such as AC")
    elif chosen in taken:
        errors.add("IN-086", f"rules of another pack begin with {chosen}", None, "give others under --prefix")
    errors.raise_if_any()
    said = title or f"What {pack_id} asks of a release"
    text = data("templates").joinpath("packs").joinpath("new.yaml").read_text("utf-8")
    plain = pack_id if _PLAIN.fullmatch(pack_id) else json.dumps(pack_id)
    written = json.dumps(said, ensure_ascii=False)
    return text.replace("@ID@", plain).replace("@TITLE@", written).replace("@PREFIX@", chosen)


def _taken() -> frozenset[str]:
    """Return what ids of shipped rules and of the tool's own begin with."""
    rules = (rule.id for name in shipped_files() for rule in shipped_compiled(name).rules)
    return _TOOL | {rule.partition("-")[0] for rule in rules}


def _prefix_of(pack_id: str, taken: frozenset[str]) -> str:
    """Return capital letters from an id: of its words, else of its beginning, that no other pack has."""
    words = [each for each in re.split(r"[^a-z]+", pack_id) if each]
    joined = "".join(words)
    tries = ["".join(each[0] for each in words), *(joined[:length] for length in range(2, 7)), f"x{joined}"]
    for each in tries:
        found = each[:6].upper()
        if _PREFIX.fullmatch(found) and found not in taken:
            return found
    return "OWN"
