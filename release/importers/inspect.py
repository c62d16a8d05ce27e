"""Inspect (UK AI Security Institute): `.eval` archives and `.json` logs of version 2.

One row per sample and epoch. A scorer's value is taken as Inspect takes it: C is 1, P is 0.5, I and N are
0, yes and no, true and false, numbers as they are. A sample that ended in an error has a blank value, as in
Inspect's own means. The mean that the log states for the scorer must be that of its samples.

Members of archives are packed by zstandard since 2026; that needs the extra `logs`, or Python 3.14.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from release.evidence.inputs import digest_of
from release.importers._logs.archives import Archive, opened
from release.importers._logs.complaint import COUNTS, wrong
from release.importers._logs.documents import files_below, first_bytes, read_document
from release.importers._logs.fields import Fields, day_of, label
from release.importers._logs.importer import Importer, Provenance, Reading, Reported, Request, Row, Source
from release.importers._logs.scores import Means, choose, confirm, confirm_count, known_words

_VERSION: Final = 2
_HEAD: Final = re.compile(rb'\A\s*\{\s*"version":\s*\d+,\s*"status":\s*"')
_SAMPLE: Final = re.compile(r"samples/.+_epoch_\d+\.json")


def logs(source: Source) -> list[Source]:
    """Return the archives and JSON logs at or below a source."""
    return [
        each
        for each in files_below(source)
        if each.path.suffix == ".eval" or (each.path.suffix == ".json" and _HEAD.match(first_bytes(each)))
    ]


def read(log: Source, request: Request) -> Reading:
    """Read one log."""
    if log.path.suffix != ".eval":
        document = read_document(log)
        samples = document.objects("samples", "sample", optional=True)
        return (yield from _Log(log, document, request).rows(samples))
    with opened(log) as archive:
        finished = "header.json" in archive.names
        name = "header.json" if finished else "_journal/start.json"
        if name not in archive.names:
            message = "the archive holds neither header.json nor _journal/start.json"
            raise Fields({}, log.shown, "").wrong(message)
        return (yield from _Log(log, archive.document(name), request).rows(_members(archive)))


def _members(archive: Archive) -> Iterator[Fields]:
    for name in archive.names:
        if _SAMPLE.fullmatch(name):
            yield archive.document(name)


class _Log:
    """One log while it is read."""

    def __init__(self, log: Source, header: Fields, request: Request) -> None:
        if header.count("version", _VERSION) != _VERSION:
            raise header.wrong(f"logs of version {header.raw('version')} are not read, only {_VERSION}")
        self._log = log
        self._header = header
        self._eval = header.object("eval")
        self._status = header.text("status", "started")
        self._config = self._eval.object("config", optional=True)
        self._epochs = self._config.count("epochs", 1)
        self._results = header.object("results", optional=True)
        self._metric = request.metric
        self._means = Means()
        self._seen: set[tuple[str, int]] = set()
        self._unscored = self._errors = 0

    def rows(self, samples: Iterator[Fields]) -> Reading:
        """Yield a row per sample, and return where they come from."""
        stated = [each.key("name") for each in self._results.objects("scores", "score", optional=True)]
        if stated:
            self._metric = choose(self._metric, set(stated), self._log.shown)
        model, task = self._eval.key("model"), self._eval.key("task")
        for sample in samples:
            yield self._row(sample, model, task)
        return self._provenance(model, task)

    def _row(self, sample: Fields, model: str, task: str) -> Row:
        key, epoch = sample.key("id"), sample.count("epoch", 1)
        sample = Fields(sample.values, sample.file, f"sample {key!r} of epoch {epoch}")
        if (key, epoch) in self._seen:
            raise wrong("IN-083", f"{sample.what} is in the log twice", self._log.shown)
        if epoch < 1 or epoch > self._epochs:
            raise sample.wrong(f"the log has {self._epochs} epochs")
        self._seen.add((key, epoch))
        failed = sample.has("error")
        value = None if failed and not sample.raw("scores") else self._value(sample)
        self._errors += failed
        self._unscored += value is None and not failed
        self._means.add(key, value)
        item = key if self._epochs == 1 else f"{key} epoch {epoch}"
        row: Row = {
            "item": item,
            "sample": key,
            "epoch": epoch,
            "benchmark": task,
            "model": model,
            "stage": None,
        }
        return {**row, "value": value, "error": int(failed), "metric": self._metric}

    def _value(self, sample: Fields) -> float | None:
        scores = sample.object("scores", optional=True)
        if not scores.values:
            return None
        self._metric = self._metric or choose("", scores.values.keys(), self._log.shown)
        if not scores.has(self._metric):
            return None
        value = scores.object(self._metric).raw("value")
        if isinstance(value, str):
            number = known_words(value)
            if number is not None:
                return number
        if isinstance(value, (dict, list)):
            raise sample.unusable(f"the score '{self._metric}' has several parts, which no row can hold")
        return scores.finite(value, self._metric)

    def _provenance(self, model: str, task: str) -> Provenance:
        dataset = self._eval.object("dataset", optional=True)
        chosen = len(dataset.list("sample_ids", optional=True)) or dataset.count("samples", 0)
        total = self._results.count("total_samples", 0) or chosen * self._epochs
        present = len(self._seen)
        incomplete = []
        if self._status != "success":
            incomplete.append(f"the run ended with the status '{label(self._status)}'")
        if present < total:
            incomplete.append(f"{present} of {total} samples are there")
        if present > total:
            confirm_count(total, present, "samples", self._log.shown)
        notes = []
        if chosen and dataset.count("samples", 0) > chosen:
            notes.append(f"{chosen} of the {dataset.count('samples')} items of the data set were run")
        if self._header.raw("invalidated") is True:
            incomplete.append("the log is marked as invalidated")
        return Provenance(
            file=self._log.shown,
            sha256=digest_of(self._log.path),
            tool="inspect_ai",
            version=label(self._eval.object("packages", optional=True).raw("inspect_ai") or ""),
            task=task,
            models=(model,),
            date=day_of(self._eval.raw("created")),
            status=label(self._status),
            present=present,
            expected=total,
            errors=self._errors,
            unscored=self._unscored,
            epochs=self._epochs,
            metric=self._metric,
            incomplete=tuple(incomplete),
            notes=tuple(notes),
            reported=self._reported(model, task) if not incomplete else (),
        )

    def _reported(self, model: str, task: str) -> tuple[Reported, ...]:
        """Return the mean that the log states, after holding it against the samples."""
        for score in self._results.objects("scores", "score", optional=True):
            if score.key("name") != self._metric:
                continue
            metrics = score.object("metrics", optional=True)
            name = next((each for each in ("accuracy", "mean") if metrics.has(each)), "")
            if not name or not self._reduced_by_mean():
                return ()
            stated = metrics.object(name).number("value")
            confirm(stated, self._means.of_items, f"the {name} of '{label(self._metric)}'", self._log.shown)
            if self._means.of_items != self._means.of_rows:
                return ()
            return (Reported("mean", stated, model, {"benchmark": task}),)
        if self._means.items:
            raise wrong(COUNTS, f"the results lack the score '{label(self._metric)}'", self._log.shown)
        return ()

    def _reduced_by_mean(self) -> bool:
        reducers = self._config.raw("epochs_reducer")
        return self._epochs == 1 or reducers in (None, ["mean"], "mean")


IMPORTER = Importer("inspect", "Inspect: .eval and .json logs", ("benchmark",), logs, read)
