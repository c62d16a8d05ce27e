"""Rows written as CSV while they are read: stages filled in, identities checked, bytes digested."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from release.base.errors import InvalidInput
from release.base.limits import ROWS_PER_FILE
from release.base.nearest import nearest
from release.base.visible import quoted, visible
from release.evidence.kind import Kind
from release.importers._logs.complaint import ARCHIVE, TWICE, asked, wrong
from release.importers._logs.importer import Cell, Row

VALUE: Final = "value"
"""The column whose role is decided at the end: `correct` when it holds 0 and 1 only, else `score`."""

_SIMPLE: Final = re.compile(r"[A-Za-z0-9_.:/#()][A-Za-z0-9_.:/#()=+@-]*", re.ASCII)

SAMPLE: Final = "sample"
"""The column that repetitions of an item have in common."""

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_IDENTITY: Final[Mapping[str, tuple[str, ...]]] = {
    "benchmark": ("stage", "benchmark", "item"),
    "red_team": ("stage", "category", "attempt"),
    "misuse_probe": ("stage", "category", "attempt"),
    "preference": ("item", "model_a", "model_b", "rater"),
    "forecast": ("run",),
}


@dataclass(slots=True)
class Stages:
    """Which stage each model belongs to.

    Attributes:
        known: ids of the plan's stages.
        general: the stage of models that `models` does not name, or "".
        models: model to stage.
        met: the models met, with their stages, in the order in which they were met.
    """

    known: tuple[str, ...]
    general: str
    models: Mapping[str, str]
    met: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check that the stages are stages of the plan."""
        for name in (*([self.general] if self.general else []), *self.models.values()):
            if name not in self.known:
                raise asked(f"{quoted(name)} is no stage of the plan", _hint(name, self.known))

    def of(self, model: str) -> str:
        """Return the stage of a model.

        Raises:
            InvalidInput: it has none, or two different models would be taken for one stage's.
        """
        if model in self.met:
            return self.met[model]
        stage = self.models.get(model, self.general)
        if not stage:
            hint = f"add --model-map {quoted(model)}=STAGE, or --stage STAGE for all others"
            raise asked(f"no stage is given for the model {quoted(model)}", hint)
        for other, taken in self.met.items():
            if model not in self.models and other not in self.models and taken == stage:
                message = f"the logs are of several models, {quoted(other)} and {quoted(model)}"
                raise asked(message, "say which stage each belongs to: --model-map MODEL=STAGE")
        self.met[model] = stage
        return stage


def _hint(name: str, known: tuple[str, ...]) -> str:
    near = nearest(name, known)
    return f"did you mean '{near}'?" if near else f"stages: {', '.join(known[:12])}"


@dataclass(slots=True)
class RowWriter:
    """Writes rows as CSV and remembers what the entry of the plan must say about them.

    Attributes:
        columns: of the file, known once the first row is written.
        count: rows written.
        stages: the stages met.
        repeated: some sample was run several times, so that rows of it belong together.
        named: what the logs themselves name as stages, before that is mapped.
        variants: the variants met, in rows that name them.
    """

    out: BinaryIO
    kind: Kind
    models: Stages
    columns: tuple[str, ...] = ()
    count: int = 0
    stages: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    variants: set[str] = field(default_factory=set)
    repeated: bool = False
    _identity: list[str] = field(default_factory=list)
    _shares: bool = True
    _digest: hashlib._Hash = field(default_factory=hashlib.sha256)
    _seen: set[bytes] = field(default_factory=set)

    def write(self, row: Row, file: str) -> None:
        """Write one row of a log.

        Raises:
            InvalidInput: its model has no stage, it was there before, or there are too many rows.
        """
        if "stage" in row and row["stage"] is None:
            row["stage"] = self.models.of(str(row.get("model", "")))
        elif "stage" in row:
            self.named.add(str(row["stage"]))
            row["stage"] = self.models.models.get(str(row["stage"]), row["stage"])
        if not self.columns:
            self.columns = tuple(row)
            self._identity = [name for name in _IDENTITY.get(self.kind.name, ()) if name in row]
            self._line(",".join(_cell(name) for name in self.columns))
        if self.columns != tuple(row):
            raise asked(
                f"{file} gives other columns than the logs before it", "import it as an item of its own"
            )
        self._note(row, file)
        self._line(",".join(_cell(value) for value in row.values()))

    @property
    def sha256(self) -> str:
        """Digest of what was written."""
        return "sha256:" + self._digest.hexdigest()

    @property
    def roles(self) -> dict[str, str]:
        """Role to column."""
        names = (role.name for role in self.kind.roles if role.name in self.columns)
        found = {name: name for name in names if name != SAMPLE or self.repeated}
        if VALUE in self.columns and self.kind.name == "benchmark":
            found["correct" if self._shares else "score"] = VALUE
        return found

    def _note(self, row: Row, file: str) -> None:
        self.count += 1
        if self.count > ROWS_PER_FILE:
            raise wrong(ARCHIVE, f"more than {ROWS_PER_FILE} rows, the limit", file)
        value = row.get(VALUE)
        if value is not None and value not in {0, 1}:
            self._shares = False
        self.repeated = self.repeated or row.get(SAMPLE) != row.get("item")
        stage = row.get("stage")
        if stage is not None:
            self.stages.add(str(stage))
        if (variant := row.get("variant")) is not None:
            self.variants.add(str(variant))
        if not self._identity:
            return
        identity = [str(row[name]) for name in self._identity]
        key = hashlib.blake2b("\0".join(identity).encode("utf-8", "replace"), digest_size=16).digest()
        if key in self._seen:
            raise _twice(self._identity, identity, file)
        self._seen.add(key)

    def _line(self, text: str) -> None:
        content = (text + "\n").encode("utf-8")
        self._digest.update(content)
        self.out.write(content)


def _twice(names: list[str], identity: list[str], file: str) -> InvalidInput:
    said = ", ".join(f"{name} {quoted(value)}" for name, value in zip(names, identity, strict=True))
    hint = "was a log given twice, or are two runs of one model among them?"
    return wrong(TWICE, f"the same sample is in the logs twice: {said}", file, hint)


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        return number_text(value)
    if _SIMPLE.fullmatch(value):
        return value
    text = visible(value)
    if text.startswith(_FORMULA):
        text = "'" + text
    if not text or any(each in text for each in ',"\n\r') or text != text.strip():
        return '"' + text.replace('"', '""') + '"'
    return text


def number_text(value: float) -> str:
    """Return a number as written in rows.

    >>> number_text(1.0), number_text(0.25), number_text(True)
    ('1', '0.25', '1')
    """
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float) and math.isfinite(value) and value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return repr(value)
