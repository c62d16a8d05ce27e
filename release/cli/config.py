"""`release.toml`: what an organisation sets for all plans below it, found upward from each plan.

Every such file on the way up counts. Packs add up, and of two files the nearer one may only be stricter: a
plan brings its own folder along, so a file in it must not take back what stands further up.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from release.base.errors import ErrorCollector, Position
from release.base.findings import SEVERITY_RANK
from release.base.record import EMPTY, Record
from release.cli import options as common
from release.cli.config_file import CONFIG_FILE, Written, key_position, read_config
from release.cli.outside import outside_file
from release.gate.judge import PolicyOptions
from release.plan.plan import Plan
from release.policy.library import pack_paths
from release.policy.packs import PackName


class Configuration(Record):
    """What `release.toml` files say for the plans of one run; options of the command line come first.

    Attributes:
        plans: the files above each plan, nearest first, by the path of the plan as given.
    """

    plans: Mapping[str, tuple[Written, ...]] = EMPTY
    policy: tuple[str, ...] = ()
    param: Mapping[str, str] = EMPTY
    locked: bool = False
    trusted_signers: str | None = None

    def policy_options(self, plan: str | Path) -> PolicyOptions:
        """Return the packs and parameters of one plan: those of the files above it, then the command's."""
        above = self.plans[str(plan)]
        names = [name for each in reversed(above) for name in _packs(each)]
        params: dict[str, str] = {}
        for each in reversed(above):
            params |= common.parameters(each.values.get("param"))
        locked = self.locked or any(each.values.get("locked", False) for each in above)
        signed = self._signed(above)
        return PolicyOptions((*names, *self.policy), {**params, **self.param}, locked=locked, signed=signed)

    def _signed(self, above: Sequence[Written]) -> Callable[[Plan], Plan]:
        """Return what tells a plan who signed its evidence, where trusted signers are named."""
        trusted = self._signers(above)
        if trusted is None:
            return lambda plan: plan
        return lambda plan: _with_signers(plan, *trusted)

    def _signers(self, above: Sequence[Written]) -> tuple[Path, Position] | None:
        """Return the file of trusted signers and where it is named: the option, then the topmost file."""
        if self.trusted_signers is not None:
            return Path(self.trusted_signers), Position(self.trusted_signers)
        for each in reversed(above):
            if "trusted_signers" in each.values:
                return each.folder / each.values["trusted_signers"], key_position(each, "trusted_signers")
        return None

    def judged_by(self, plan: str | Path) -> list[Path]:
        """Return the files outside a plan's own choice that it is judged by: configuration and packs."""
        above = self.plans[str(plan)]
        found = [each.folder / CONFIG_FILE for each in above]
        named = [name for each in above for name in _packs(each)]
        found += pack_paths([*named, *(PackName(name) for name in self.policy)])
        signers = self._signers(above)
        return found if signers is None else [*found, signers[0]]

    def fail_on(self, given: common.FailOn | None) -> common.FailOn:
        """Return the severity to fail from; of several plans' the strictest."""
        words = self._all("fail_on")
        written = min(words, key=lambda word: SEVERITY_RANK[word]) if words else "error"
        return given or common.FailOn(written)

    def audience(self, given: str | None) -> str:
        """Return the audience."""
        return given or next(iter(self._all("audience")), "internal")

    def output_format(self, given: str | None) -> str:
        """Return the format."""
        return given or next(iter(self._all("format")), "text")

    def flag(self, name: str, *, given: bool) -> bool:
        """Return whether `quiet` or `no_color` is asked for."""
        return given or any(self._all(name))

    def _all(self, key: str) -> list[Any]:
        return [each.values[key] for files in self.plans.values() for each in files if key in each.values]


def configuration(
    plans: Iterable[str | Path],
    *,
    policy: Sequence[str] | None = None,
    param: list[str] | None = None,
    locked: bool = False,
    trusted_signers: str | None = None,
) -> Configuration:
    """Return what stands above plans, with the options of the command line.

    Args:
        plans: plan files.
        policy: `--policy` as given.
        param: `--param` as given.
        locked: `--locked` as given.
        trusted_signers: `--trusted-signers` as given.

    Raises:
        InvalidInput: a file is wrong, or takes back what one further up demands.
    """
    errors = ErrorCollector()
    read: dict[Path, Written | None] = {}
    found: dict[str, tuple[Written, ...]] = {}
    looked_at: dict[str, Path | None] = {}
    for plan in plans:
        files = []
        for path in _above(Path(plan), looked_at):
            if path not in read:
                read[path] = errors.attempt(lambda path=path: read_config(path))  # type: ignore[misc]
            written = read[path]
            if written is not None:
                files.append(written)
        _only_stricter(files, errors)
        _no_other_parameters(files, errors)
        _no_signers_of_its_own(Path(plan), files, errors)
        found[str(plan)] = tuple(files)
    given = errors.attempt(lambda: common.parameters(param))
    errors.raise_if_any()
    made = Configuration(
        found, tuple(policy or ()), given or {}, locked=locked, trusted_signers=trusted_signers
    )
    _one_audience(made, errors)
    errors.raise_if_any()
    return made


def _above(plan: Path, known: dict[str, Path | None]) -> list[Path]:
    """Return every `release.toml` above a plan as typed and as links resolve it, nearest first, each once.

    Args:
        plan: the plan's file.
        known: what stands in each folder that was looked at; plans of one run have most of theirs in common.
    """
    found: dict[Path, Path] = {}
    for start in (os.path.abspath(plan), os.path.realpath(plan)):  # noqa: PTH100 - links must stay as typed
        folder, above = "", os.path.dirname(start)  # noqa: PTH120 - a path for each folder costs more than the look
        while folder != above:
            folder, above = above, os.path.dirname(above)  # noqa: PTH120
            if folder not in known:
                path = Path(folder, CONFIG_FILE)
                known[folder] = path if os.path.lexists(path) else None
            path_here = known[folder]
            if path_here is not None:
                found.setdefault(path_here.resolve(), path_here)
    return list(found.values())


def _packs(written: Written) -> Iterator[PackName]:
    folder = written.folder
    lead = written.shown.removesuffix(CONFIG_FILE)
    for name in written.values.get("policy", ()):
        yield PackName(name, key_position(written, "policy"), folder, lead)


_STRICTER: Final[Mapping[str, Callable[[Any], int]]] = {
    "fail_on": lambda word: -SEVERITY_RANK[word],
    "locked": int,
    "trusted_signers": lambda _path: 0,
    "audience": lambda word: {"internal": 0, "public": 2}.get(word, 1),
}


def _only_stricter(files: Sequence[Written], errors: ErrorCollector) -> None:
    """Refuse what a nearer file takes back; what it says else stands before what is said further up."""
    for key, rank in _STRICTER.items():
        saying = [each for each in files if key in each.values]
        for near, far in itertools.pairwise(saying):
            own, demanded = near.values[key], far.values[key]
            if rank(own) < rank(demanded) or (rank(own) == rank(demanded) and own != demanded):
                errors.texts[near.shown] = near.text
                message = f"{key} takes back what {far.shown} demands"
                hint = "a file nearer to the plan may only be stricter; remove the key"
                errors.add("IN-097", message, key_position(near, key), hint)


def _no_other_parameters(files: Sequence[Written], errors: ErrorCollector) -> None:
    """Refuse that a nearer file gives another value to a parameter that is set further up."""
    set_above: dict[str, tuple[str, Written]] = {}
    for each in reversed(files):
        for name, value in common.parameters(each.values.get("param")).items():
            above = set_above.setdefault(name, (value, each))
            if above[0] != value:
                errors.texts[each.shown] = each.text
                message = f"param takes back what {above[1].shown} demands: {name}={above[0]}"
                hint = "a file nearer to the plan may only set other parameters; remove this one"
                errors.add("IN-097", message, key_position(each, "param"), hint)


def _no_signers_of_its_own(plan: Path, files: Sequence[Written], errors: ErrorCollector) -> None:
    """Refuse that a release folder says whose signatures on its own evidence are to be trusted."""
    own = plan.resolve().parent
    for each in files:
        if "trusted_signers" in each.values and each.folder.resolve().is_relative_to(own):
            errors.texts[each.shown] = each.text
            message = "a release folder does not say whose signatures it trusts"
            hint = f"name the file in a {CONFIG_FILE} further up, or with --trusted-signers"
            errors.add("IN-097", message, key_position(each, "trusted_signers"), hint)


def _with_signers(plan: Plan, trusted: Path, named: Position) -> Plan:
    """Return a plan that knows who signed its evidence."""
    from release.ledger.producers import with_signers

    return with_signers(plan, outside_file(plan.folder, trusted, named))


def _one_audience(made: Configuration, errors: ErrorCollector) -> None:
    """Refuse plans of one run that are for different audiences: they cannot stand in one output."""
    wanted: dict[str, Written] = {}
    for files in made.plans.values():
        first = next((each for each in files if "audience" in each.values), None)
        if first is not None:
            wanted.setdefault(first.values["audience"], first)
    if len(wanted) > 1:
        first, second = list(wanted.values())[:2]
        message = f"the plans are for different audiences: {first.shown} says another"
        errors.add(
            "IN-097", message, key_position(second, "audience"), "check them one by one, or give --audience"
        )
