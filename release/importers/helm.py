"""HELM: the folder of one run, with its run_spec, scenario_state, per_instance_stats and stats as JSON.

One row per instance and train trial, for one metric of the test split: `exact_match` unless `--metric`
names another. Perturbed copies of instances are left out. The mean in stats.json must be that of the
instances, and every instance asked in scenario_state.json must have its statistics. HELM does not log its
own version.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Final

from release.base.canonical import sha256
from release.evidence.inputs import digest_of
from release.importers._logs.complaint import UNFINISHED, misformed, wrong
from release.importers._logs.documents import content_of, files_below, parse, parse_list
from release.importers._logs.fields import Fields, day_of, label
from release.importers._logs.importer import Importer, Provenance, Reading, Reported, Request, Row, Source
from release.importers._logs.scores import Means, choose, confirm, confirm_count

_SPEC: Final = "run_spec.json"
_STATE: Final = "scenario_state.json"
_INSTANCES: Final = "per_instance_stats.json"
_STATS: Final = "stats.json"
_SPLIT: Final = "test"
_PREFERRED: Final = ("exact_match", "quasi_exact_match")


def logs(source: Source) -> list[Source]:
    """Return the folders of runs at or below a source."""
    return [
        Source(each.path.parent, each.shown[: -len(_SPEC) - 1] or ".")
        for each in files_below(source)
        if each.path.name == _SPEC and source.path.is_dir()
    ]


def read(log: Source, request: Request) -> Reading:
    """Read one run."""
    for name in (_STATE, _INSTANCES, _STATS):
        if not (log.path / name).is_file():
            message = f"there is no {name}, so the run did not finish"
            hint = "run it to its end; a part of a run cannot be read here"
            raise wrong(UNFINISHED, message, log.shown, hint)
    return (yield from _Run(log, request).rows())


@dataclass(slots=True)
class _Run:
    """One run while it is read."""

    log: Source
    request: Request
    metric: str = ""
    means: Means = field(default_factory=Means)
    seen: set[tuple[str, int]] = field(default_factory=set)
    unscored: int = 0
    perturbed: int = 0

    def rows(self) -> Reading:
        """Yield a row per instance and trial, and return where they come from."""
        spec = parse(content_of(self._file(_SPEC)), self._file(_SPEC).shown)
        adapter = spec.object("adapter_spec")
        model = adapter.key("model" if adapter.has("model") else "model_deployment")
        task = spec.key("name").split(":", 1)[0]
        trials = adapter.count("num_train_trials", 1)
        asked, errors, moment = self._asked()
        entries = self._list(_INSTANCES, "statistics of instance")
        self.metric = choose(self.request.metric, _names(entries), self.log.shown, preferred=_PREFERRED)
        for entry in entries:
            row = self._row(entry, task, model, trials, errors)
            if row is not None:
                yield row
        return self._provenance(task, model, trials, asked, len(errors & self.seen), moment)

    def _file(self, name: str) -> Source:
        return Source(self.log.path / name, f"{self.log.shown}/{name}")

    def _list(self, name: str, what: str) -> list[Fields]:
        """Return the objects of a file that is one list."""
        file = self._file(name)
        return list(parse_list(content_of(file), file.shown).objects("", what))

    def _asked(self) -> tuple[set[tuple[str, int]], set[tuple[str, int]], float]:
        """Return the instances and trials that were asked, those that failed, and when the last was."""
        state = parse(content_of(self._file(_STATE)), self._file(_STATE).shown)
        asked, failed = set(), set()
        last = math.nan
        for each in state.objects("request_states", "request"):
            instance = each.object("instance")
            if instance.has("perturbation") or instance.raw("split") not in {_SPLIT, None}:
                continue
            key = (instance.key("id"), each.count("train_trial_index", 0))
            asked.add(key)
            result = each.object("result", optional=True)
            if not result.values or result.raw("success") is not True:
                failed.add(key)
            moment = result.raw("request_datetime")
            if isinstance(moment, (int, float)) and not moment < last:
                last = moment
        return asked, failed, last

    def _row(
        self, entry: Fields, task: str, model: str, trials: int, failed: set[tuple[str, int]]
    ) -> Row | None:
        if entry.has("perturbation"):
            self.perturbed += 1
            return None
        key, trial = entry.key("instance_id"), entry.count("train_trial_index", 0)
        own = Fields(entry.values, entry.file, f"instance '{key}' of trial {trial}")
        stats = [
            stat
            for stat in own.objects("stats", "statistic")
            if stat.object("name").raw("name") == self.metric
            and stat.object("name").raw("split") in {_SPLIT, None}
            and not stat.object("name").has("perturbation")
        ]
        if not stats and own.list("stats") and _split(own) not in {_SPLIT, None}:
            return None
        if (key, trial) in self.seen:
            raise wrong("IN-083", f"{own.what} is in the log twice", own.file)
        if trial >= trials:
            raise own.wrong(f"the run has {trials} trials")
        self.seen.add((key, trial))
        error = (key, trial) in failed
        value = self._value(stats, own) if stats and not error else None
        self.unscored += value is None and not error
        self.means.add(key, value)
        item = key if trials == 1 else f"{key} trial {trial}"
        row: Row = {"item": item, "sample": key, "epoch": trial + 1, "benchmark": task, "model": model}
        return {**row, "stage": None, "value": value, "error": int(error), "metric": self.metric}

    def _value(self, stats: list[Fields], own: Fields) -> float | None:
        if len(stats) > 1:
            raise own.wrong(f"'{label(self.metric)}' is there {len(stats)} times")
        count = stats[0].count("count")
        if count == 0:
            return None
        total = stats[0].number("sum")
        return total if count == 1 else total / count

    def _provenance(
        self, task: str, model: str, trials: int, asked: set[tuple[str, int]], errors: int, moment: float
    ) -> Provenance:  # fmt: skip
        if extra := self.seen - asked:
            shown = min(extra)[0]
            raise misformed(f"instance '{label(shown)}' has statistics and was never asked", self.log.shown)
        missing = len(asked - self.seen)
        incomplete = (f"{len(self.seen)} of {len(asked)} instances have statistics",) if missing else ()
        names = (_SPEC, _STATE, _INSTANCES, _STATS)
        digests = "\n".join(f"{name} {digest_of(self.log.path / name)}" for name in names)
        notes = [f"{self.perturbed} perturbed copies were left out"] if self.perturbed else []
        return Provenance(
            file=self.log.shown,
            sha256=sha256(digests.encode()),
            tool="crfm-helm",
            version="",
            task=task,
            models=(model,),
            date=day_of(moment),
            status="finished",
            present=len(self.seen),
            expected=len(asked),
            errors=errors,
            unscored=self.unscored,
            epochs=trials,
            metric=self.metric,
            incomplete=incomplete,
            notes=tuple(notes),
            reported=() if incomplete or errors else self._reported(task, model, trials),
        )

    def _reported(self, task: str, model: str, trials: int) -> tuple[Reported, ...]:
        """Return the mean of stats.json, after holding it against the instances."""
        for stat in self._list(_STATS, "statistic"):
            name = stat.object("name")
            if name.raw("name") != self.metric or name.raw("split") != _SPLIT or name.has("perturbation"):
                continue
            if self.unscored:
                return ()
            what = f"'{label(self.metric)}' of {_STATS}"
            confirm_count(stat.count("count"), trials, f"trials of {what}", self.log.shown)
            stated = stat.number("mean")
            confirm(stated, self.means.of_rows, what, self.log.shown)
            return (Reported("mean", stated, model, {"benchmark": task}),)
        return ()


def _split(entry: Fields) -> Any:  # noqa: ANN401 - any JSON value
    first = next(entry.objects("stats", "statistic"))
    return first.object("name").raw("split")


def _names(entries: list[Fields]) -> set[str]:
    return {
        stat.object("name").key("name")
        for entry in entries[:1]
        for stat in entry.objects("stats", "statistic")
    }


IMPORTER = Importer("helm", "HELM: folders of runs", ("benchmark",), logs, read)
