"""Reading a plan: text, tree, structure, references, dates; all errors of one run together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from release.base.dates import Moment
from release.base.errors import ErrorCollector
from release.plan.chronology import check_dates, check_supersession
from release.plan.explain import explain_all
from release.plan.models.plan import PLAN
from release.plan.plan import Plan
from release.plan.references import Kinds, check_kinds, check_paths, check_references
from release.plan.shapes import ListOf, Notebook, Record
from release.plan.structure import broken_places, kinds_below, lost_kinds, without
from release.plan.tree import Tree, read_tree
from release.source import Document

PLAN_FILE: Final = "release.yaml"

SECTIONS: Final = frozenset(
    name
    for name, field in PLAN.fields.items()
    if isinstance(field.shape, ListOf) and isinstance(field.shape.item, Record)
)
"""The top-level keys that hold lists of objects; several files of a plan may add to them."""

_LOSING: Final = frozenset({"IN-009", "IN-010", "IN-012", "IN-013", "IN-014"})
"""Mistakes of the text that leave something out of the tree; references to it can't be judged then."""


def read_plan(
    path: Path,
    shown: str | None = None,
    *,
    known: Kinds | None = None,
    latest: Moment | None = None,
    further: Callable[[Plan], object] | None = None,
) -> Plan:
    """Read and validate a plan.

    Args:
        path: the release folder, or the plan's file in it.
        shown: the path as typed, for messages.
        known: names of the evidence kinds with those of their results; not checked where it is None.
        latest: the moment at which the status written for a stage has to be true: today, or a later date
            that is judged; an earlier date is judged by the dates alone. Where it is None only what is true
            of no moment is refused.
        further: looks for mistakes that are not the structure's, as in expressions. Asked only of a plan that
            is refused, as far as it was read, so that all its mistakes are told in one run.

    Raises:
        InvalidInput: with everything that is wrong with the plan, each with its place.
    """
    shown = str(path) if shown is None else shown
    if path.is_dir():
        path /= PLAN_FILE
        shown = f"{shown.rstrip('/')}/{PLAN_FILE}" if shown != "/" else f"/{PLAN_FILE}"
    spoilt = ErrorCollector()
    tree = read_tree(path, shown, folder=path.parent, sections=SECTIONS, errors=spoilt)
    _refuse_part(tree, path, shown)
    return _plan_of(tree, path.parent, spoilt, known=known, shown=shown, latest=latest, further=further)


def _refuse_part(tree: Tree, path: Path, shown: str) -> None:
    """Refuse a file that stands beside a plan and has some of its keys, but no `schema`: it is a part.

    Raises:
        InvalidInput: in place of an error for everything that stands in the other files.
    """
    known = (
        isinstance(tree.root, Mapping) and "schema" not in tree.root and tree.root.keys() & PLAN.fields.keys()
    )
    if not known or path.name == PLAN_FILE or not (path.parent / PLAN_FILE).is_file():
        return
    whole = f"{shown[: len(shown) - len(path.name)]}{PLAN_FILE}"
    errors = ErrorCollector(texts=tree.texts)
    hint = f"it belongs to {whole}; name that, or its folder"
    errors.add("IN-020", "a part of a plan: it has no 'schema'", tree.position([]), hint)
    errors.raise_if_any()


def plan_of(document: Document, *, known: Kinds | None = None) -> Plan:
    """Return the plan in a document that stands alone: the files that it names need not be there.

    Args:
        document: a text that was read, such as an example of a rule.
        known: names of the evidence kinds with those of their results; not checked where it is None.

    Raises:
        InvalidInput: with everything that is wrong with the plan.
    """
    tree = Tree([document], document.root)
    return _plan_of(tree, None, ErrorCollector(), known=known, shown=document.file)


def _plan_of(
    tree: Tree,
    folder: Path | None,
    spoilt: ErrorCollector,
    *,
    known: Kinds | None,
    shown: str,
    latest: Moment | None = None,
    further: Callable[[Plan], object] | None = None,
) -> Plan:
    errors = ErrorCollector(texts=tree.texts)
    broken = broken_places(tree.root)
    if not tree.whole:  # what lacks may stand in a file that could not be read
        broken = [each for each in broken if each.kind != "missing" or each.route]
    explain_all(broken, tree, errors)
    _explain_doubles(tree, errors)
    root = without(tree.root, broken) if broken else tree.root
    notebook = Notebook()
    data = PLAN.tidy(root, "", notebook)
    if folder is not None:
        check_paths(notebook, folder, tree, errors)
    losing = any(error.code in _LOSING for error in spoilt.errors) or not tree.whole or tree.doubles
    check_references(notebook, tree, errors, lost=kinds_below(PLAN) if losing else lost_kinds(broken))
    doubtful = {"/".join(map(str, each.place[:2])) for each in broken}
    check_dates(data, tree, errors, latest=latest, doubtful=None if losing else doubtful)
    check_supersession(data.get("sources", ()), tree, errors)
    if known is not None:
        stages = () if broken else tuple(notebook.objects.get("stage", ()))
        check_kinds(data.get("evidence", ()), known, tree, errors, stages=stages)
    plan = Plan(shown, folder or Path(), data, notebook.objects, tree)
    if further is not None and (spoilt.errors or errors.errors):
        errors.attempt(lambda: further(plan))
    _raise_all(spoilt, errors)
    return plan


def _explain_doubles(tree: Tree, errors: ErrorCollector) -> None:
    """Explain what is wrong below keys that are not followed, since another file has them already."""
    for key, document in tree.doubles:
        alone = Tree([document], {key: document.root[key]})
        explain_all([each for each in broken_places(alone.root) if each.route], alone, errors)


def _raise_all(spoilt: ErrorCollector, errors: ErrorCollector) -> None:
    """Raise what is wrong with text and plan; of a value whose text is wrong, only that."""
    places = {error.at for error in spoilt.errors}
    spoilt.errors += [error for error in errors.errors if error.at not in places]
    spoilt.texts |= errors.texts
    spoilt.raise_if_any()
