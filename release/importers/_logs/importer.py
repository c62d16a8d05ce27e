"""What an importer is: it finds the logs of one tool, and reads each as rows and where they come from."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, TypeAlias

from release.base.registry import Registry

Cell: TypeAlias = str | int | float | None
Row: TypeAlias = dict[str, Cell]
"""Column to value; None is blank. All rows of one import have the same columns.

`stage` is filled in from `model`. `value` is 0, 1 or a number; the kind's role for it is decided when all
rows are known.
"""


class Source(NamedTuple):
    """A file or folder that was named, or that was found below one.

    Attributes:
        path: where it is.
        shown: its path as people see it.
    """

    path: Path
    shown: str


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for.

    Attributes:
        kind: the evidence kind to make rows for.
        metric: the score to take where a log has several, or "".
        columns: role to column, for logs whose columns have no fixed meaning.
        stages: ids of the plan's stages.
        variants: ids of the plan's variants.
        models: model to stage, as typed.
        stage: whether there is a stage for models that `models` does not name.
    """

    kind: str
    metric: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    stages: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()
    models: Mapping[str, str] = field(default_factory=dict)
    stage: bool = False


@dataclass(frozen=True, slots=True)
class Reported:
    """A figure that the tool itself states, to be compared with the one computed from the rows.

    Attributes:
        result: the kind's name for it.
        value: the figure.
        model: the model that it is about.
        by: the slice that it is about, beside the stage.
    """

    result: str
    value: float
    model: str
    by: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the rows of one log come from.

    Attributes:
        file: the log as people see it.
        sha256: digest of its bytes; for a folder, of the digests of the files that were read.
        tool: name of the tool.
        version: its version, or "" when the log does not say.
        task: what was run.
        models: the models that were run, sorted.
        date: ISO day on which it was run, in UTC, or "".
        status: how the run ended, in the tool's word.
        expected: samples that it should hold, repetitions counted, or None when the log does not say.
        present: samples that it holds.
        errors: samples that ended in an error; their outcome is blank.
        unscored: samples without an outcome for other reasons.
        epochs: repetitions of each sample.
        metric: the score that was taken.
        incomplete: why it is not a whole run; empty when it is one.
        notes: what else a reader must know.
        reported: figures that the tool states.
    """

    file: str
    sha256: str
    tool: str
    version: str
    task: str
    models: tuple[str, ...]
    date: str
    status: str
    present: int
    expected: int | None = None
    errors: int = 0
    unscored: int = 0
    epochs: int = 1
    metric: str = ""
    incomplete: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    reported: tuple[Reported, ...] = ()


Reading: TypeAlias = Generator[Row, None, Provenance]
"""Yields the rows of one log and returns where they come from."""


@dataclass(frozen=True, slots=True)
class Importer:
    """One foreign format.

    Attributes:
        name: as typed, with `_` or `-`; the module's name.
        title: the tool and its files, for people.
        kinds: the evidence kinds that it makes rows for, the usual one first; empty means any.
        logs: the logs of this format at or below a source, in byte order of their paths.
        read: reads one of them.
    """

    name: str
    title: str
    kinds: tuple[str, ...]
    logs: Callable[[Source], list[Source]]
    read: Callable[[Source, Request], Reading]


IMPORTERS = Registry("release.importers", "IMPORTER")


def importer_called(name: str) -> Importer:
    """Return one importer.

    Raises:
        UnknownName: there is none of that name.
    """
    found: Importer = IMPORTERS.load(name.replace("-", "_"))
    return found
