"""lm-evaluation-harness: `results_*.json` with the `samples_*.jsonl` beside it, of `--log_samples`.

One row per document of each task. The score is one metric, `acc`, `exact_match` or the only one unless
`--metric` names another; where a task has several filters, `--metric METRIC,FILTER` names both. Means that
the results state for plain metrics must be those of the samples. Without the results file a run did not
finish.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from release.evidence.inputs import digest_of
from release.importers._logs.complaint import COUNTS, misformed, wrong
from release.importers._logs.documents import files_below, read_document, read_lines
from release.importers._logs.fields import Fields, day_of, label
from release.importers._logs.importer import Importer, Provenance, Reading, Reported, Request, Row, Source
from release.importers._logs.scores import Means, choose, confirm, confirm_count

_SAMPLES: Final = re.compile(r"samples_(.+)_(\d{4}-\d\d-\d\dT[\d.:-]+)\.jsonl", re.ASCII)
_RESULTS: Final = "results_{}.json"
_PREFERRED: Final = ("acc", "exact_match")
_PLAIN_MEANS: Final = frozenset({"acc", "acc_norm", "exact_match", "em", "pass@1"})


def logs(source: Source) -> list[Source]:
    """Return the files of samples at or below a source; of a results file, those of the same run."""
    found = []
    for each in files_below(source):
        if _SAMPLES.fullmatch(each.path.name):
            found.append(each)
        elif each.path == source.path and (moment := re.fullmatch(r"results_(.+)\.json", each.path.name)):
            beside = files_below(Source(each.path.parent, each.shown[: -len(each.path.name) - 1] or "."))
            found += [
                other
                for other in beside
                if other.path.parent == each.path.parent
                and (match := _SAMPLES.fullmatch(other.path.name))
                and match[2] == moment[1]
            ]
            if not found:
                message = "there are no samples beside the results, only averages"
                hint = "run lm_eval with --log_samples"
                raise wrong("IN-080", message, each.shown, hint)
    return found


def read(log: Source, request: Request) -> Reading:
    """Read the samples of one task."""
    match = _SAMPLES.fullmatch(log.path.name)
    if match is None:
        raise misformed("the name of the file does not tell its task and date", log.shown)
    results_path = log.path.with_name(_RESULTS.format(match[2]))
    results = None
    if results_path.is_file():
        results = read_document(Source(results_path, log.shown[: -len(log.path.name)] + results_path.name))
    return (yield from _Task(log, match[1], results, request).rows())


@dataclass(slots=True)
class _Task:
    """The samples of one task while they are read."""

    log: Source
    task: str
    results: Fields | None
    request: Request
    metric: str = ""
    filter: str = ""
    means: Means = field(default_factory=Means)
    seen: Counter[str] = field(default_factory=Counter)
    unscored: int = 0
    other: int = 0

    def rows(self) -> Reading:
        """Yield a row per document, and return where they come from."""
        model = self._model()
        self.metric, _, self.filter = self.request.metric.partition(",")
        for sample in read_lines(self.log, "sample"):
            row = self._row(sample, model)
            if row is not None:
                yield row
        if not self.seen:
            raise misformed("there is no sample in it", self.log.shown)
        return self._provenance(model)

    def _row(self, sample: Fields, model: str) -> Row | None:
        used = sample.text("filter", "none")
        if not self.metric:
            names = [sample.as_key(name, "metrics") for name in sample.list("metrics")]
            self.metric = choose("", names, self.log.shown, preferred=_PREFERRED)
        self.filter = self.filter or used
        if used != self.filter:
            self.other += 1
            return None
        item = sample.key("doc_id")
        self.seen[item] += 1
        if self.metric not in sample.values:
            names = [str(name) for name in sample.list("metrics", optional=True)]
            choose(self.metric, names, self.log.shown)
        raw = sample.raw(self.metric)
        value = None if raw is None else sample.finite(raw, self.metric)
        self.unscored += value is None
        self.means.add(item, value)
        row: Row = {"item": item, "sample": item, "epoch": 1, "benchmark": self.task, "model": model}
        return {**row, "stage": None, "value": value, "error": 0, "metric": f"{self.metric},{self.filter}"}

    def _model(self) -> str:
        if self.results is None:
            return label(self.log.path.parent.name) or "unknown"
        if self.results.raw("model_name"):
            return self.results.key("model_name")
        return self.results.object("config", optional=True).text("model", "unknown")

    def _provenance(self, model: str) -> Provenance:
        twice = [item for item, times in self.seen.items() if times > 1]
        if twice:
            message = f"the document {twice[0]} is in the file {self.seen[twice[0]]} times"
            raise wrong("IN-083", message, self.log.shown, "was the file written twice?")
        present = len(self.seen)
        notes = [f"{self.other} lines of other filters were left out"] if self.other else []
        incomplete = []
        expected, date, version = None, day_of(self.log.path.name[-32:-6][:10]), ""
        reported: tuple[Reported, ...] = ()
        if self.results is None:
            incomplete.append("there is no results file beside the samples, so the run did not finish")
        else:
            expected, original = self._expected(self.results)
            version = label(self.results.raw("lm_eval_version") or "")
            date = day_of(self.results.raw("date"))
            if expected is not None and present < expected:
                incomplete.append(f"{present} of {expected} samples are there")
            if expected is not None and present > expected:
                confirm_count(expected, present, "samples", self.log.shown)
            if expected is not None and original > expected:
                notes.append(f"{expected} of the {original} items of the task were run")
            reported = () if incomplete else self._reported(self.results, model)
        return Provenance(
            file=self.log.shown,
            sha256=digest_of(self.log.path),
            tool="lm_eval",
            version=version,
            task=self.task,
            models=(model,),
            date=date,
            status="success" if self.results is not None else "no results",
            present=present,
            expected=expected,
            unscored=self.unscored,
            metric=f"{self.metric},{self.filter}",
            incomplete=tuple(incomplete),
            notes=tuple(notes),
            reported=reported,
        )

    def _expected(self, results: Fields) -> tuple[int | None, int]:
        counts = results.object("n-samples", optional=True)
        if not counts.has(self.task):
            return None, 0
        own = counts.object(self.task)
        return own.count("effective"), own.count("original")

    def _reported(self, results: Fields, model: str) -> tuple[Reported, ...]:
        """Return the mean that the results state, after holding it against the samples."""
        table = results.object("results")
        if not table.has(self.task):
            message = f"the results beside it lack the task '{label(self.task)}'"
            raise wrong(COUNTS, message, self.log.shown, "were files of two runs mixed?")
        own = table.object(self.task)
        name = f"{self.metric},{self.filter}"
        if self.metric not in _PLAIN_MEANS or not own.has(name) or self.unscored:
            return ()
        stated = own.number(name)
        confirm(stated, self.means.of_rows, f"'{label(name)}' of {label(self.task)}", self.log.shown)
        return (Reported("mean", stated, model, {"benchmark": self.task}),)


IMPORTER = Importer("lm_eval", "lm-evaluation-harness: results and samples", ("benchmark",), logs, read)
