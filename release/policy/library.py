"""The packs that names mean, compiled once for all plans of a run, each with the packs that it extends."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from release.base.canonical import sha256
from release.base.errors import ErrorCollector, InvalidInput
from release.base.limits import PACKS_IN_FORCE
from release.base.resources import data
from release.base.visible import quoted
from release.policy.compiled import CompiledPack
from release.policy.pack import Pack
from release.policy.packs import OWN_FOLDER, PackName, find_pack, is_path, shipped_files, shipped_pack
from release.policy.stored import stored_pack
from release.policy.words import language, result_names

STORED_FOLDER = "compiled"
_KEPT = 256
_compiled: dict[tuple[str, str], CompiledPack] = {}


def compiled_packs(packs: Iterable[Pack]) -> tuple[CompiledPack, ...]:
    """Compile packs, each once.

    Raises:
        InvalidInput: with every expression that is wrong.
    """
    errors = ErrorCollector()
    found = [made for pack in packs if (made := _compile(pack, errors)) is not None]
    errors.raise_if_any()
    return tuple(found)


def _compile(pack: Pack, errors: ErrorCollector) -> CompiledPack | None:
    from release.policy.compile_pack import compile_pack

    key = (pack.digest, pack.file)
    if key not in _compiled:
        before = len(errors.errors)
        made = compile_pack(pack, language(), errors, results=result_names())
        if len(errors.errors) > before:
            return None
        if len(_compiled) >= _KEPT:
            _compiled.clear()
        _compiled[key] = made
    return _compiled[key]


@cache
def shipped_compiled(pack_id: str) -> CompiledPack:
    """Return a shipped pack as it was stored, or compiled anew where it was changed since.

    Raises:
        InvalidInput: it was changed and is wrong.
    """
    content = shipped_files()[pack_id].read_bytes()
    stored = data("policies") / STORED_FOLDER / f"{pack_id}.json"
    if stored.is_file():
        found = stored_pack(stored.read_text("utf-8"), sha256(content))
        if found is not None:
            return found
    (made,) = compiled_packs([shipped_pack(pack_id)])
    return made


def pack_of_rule(rule: str) -> str | None:
    """Return the shipped pack that has a rule, or None; asked only of rules that are not in force."""
    for name in shipped_files():
        if any(each.id == rule for each in shipped_compiled(name).rules):
            return name
    return None


def load_packs(names: Sequence[PackName], errors: ErrorCollector) -> tuple[CompiledPack, ...]:
    """Return the packs of these names and all that they extend, each once, in the order of first mention.

    What is wrong with names and packs goes to `errors`; the packs that can be used are returned all the same.
    """
    found: dict[str, CompiledPack] = {}
    waiting = list(names)
    while waiting:
        wanted = waiting.pop(0)
        pack = _named(wanted, errors)
        if pack is None:
            continue
        if pack.id in found:
            _clash(found[pack.id], pack, wanted, errors)
            continue
        found[pack.id] = pack
        if len(found) > PACKS_IN_FORCE:
            text = f"more than {PACKS_IN_FORCE} packs are in force; the limit is {PACKS_IN_FORCE}"
            errors.add("IN-057", text, wanted.at or pack.at)
            break
        waiting[:0] = _extended(pack, wanted)
    _rules_twice(list(found.values()), errors)
    return tuple(found.values())


def _named(wanted: PackName, errors: ErrorCollector) -> CompiledPack | None:
    if not is_path(wanted.name) and wanted.name in shipped_files():
        return errors.attempt(lambda: shipped_compiled(wanted.name))
    try:
        pack = find_pack(wanted)
        errors.texts[pack.file] = pack.text
        return _compile(pack, errors)
    except InvalidInput as invalid:
        errors.extend(invalid)
        return None


def _clash(first: CompiledPack, second: CompiledPack, wanted: PackName, errors: ErrorCollector) -> None:
    """The same pack may be named twice; another one of the same id would shadow it."""
    if first.digest == second.digest:
        return
    message = f"a pack with the id {quoted(second.id)} is already in force ({first.file})"
    named = f"; it is named at {wanted.at}" if wanted.at is not None else ""
    errors.add("IN-062", message, second.at, f"give it an id of its own{named}")


def _rules_twice(packs: Sequence[CompiledPack], errors: ErrorCollector) -> None:
    seen: dict[str, CompiledPack] = {}
    for pack in packs:
        for rule in pack.rules:
            other = seen.setdefault(rule.id, pack)
            if other is not pack:
                message = f"the rule {quoted(rule.id)} is already in force, from pack {other.id}"
                errors.add("IN-062", message, rule.at, "give the rule an id of its own")


def pack_paths(names: Iterable[PackName]) -> list[Path]:
    """Return the files of the packs that names mean, and of all that these extend; those that ship are none.

    A file that cannot be read is among them: what it was read as before may have been another.
    """
    found: dict[Path, None] = {}
    waiting = list(names)
    while waiting:
        wanted = waiting.pop(0)
        if not is_path(wanted.name) and wanted.name in shipped_files():
            continue
        own = wanted.name if is_path(wanted.name) else f"{OWN_FOLDER}/{wanted.name}.yaml"
        path = (wanted.folder or Path()) / own
        if path in found:
            continue
        found[path] = None
        try:
            waiting += _extended(find_pack(wanted), wanted)
        except InvalidInput:
            continue
    return list(found)


def _extended(pack: Pack | CompiledPack, wanted: PackName) -> list[PackName]:
    """Return the packs that one brings along: ids, or paths from its own folder."""
    own = wanted.name if is_path(wanted.name) else f"{OWN_FOLDER}/{wanted.name}.yaml"
    lead = own.rpartition("/")[0]
    found = []
    for each in pack.organisation.extends:
        if not is_path(each.text):
            found.append(PackName(each.text, each.at))
        elif wanted.confined:
            name = os.path.normpath(f"{lead}/{each.text}") if lead else each.text
            found.append(PackName(name, each.at, wanted.folder, wanted.shown, confined=True))
        else:
            folder = (wanted.folder or Path()) / lead
            shown = f"{wanted.shown}{lead}/" if lead else wanted.shown
            found.append(PackName(each.text, each.at, folder, shown))
    return found
