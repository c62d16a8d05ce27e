"""garak: `*.report.jsonl`; a hit log beside it is held against it.

One row per output and detector: the attempt succeeded where the detector's score reaches the threshold of
the run. The category is the probe, and where several detectors judged it, probe and detector, as in garak's
own summary; `--metric DETECTOR` takes one detector only. Outputs that a detector could not judge have a
blank outcome. Counts of the summary lines must be those of the attempts. A report without its completion
line is a run that was cut.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from release.evidence.inputs import digest_of
from release.importers._logs.complaint import COUNTS, misformed, wrong
from release.importers._logs.documents import files_below, read_lines
from release.importers._logs.fields import Fields, day_of, label
from release.importers._logs.importer import Importer, Provenance, Reading, Reported, Request, Row, Source
from release.importers._logs.scores import choose, confirm_count

_REPORT: Final = ".report.jsonl"
_HITS: Final = ".hitlog.jsonl"
_STARTED, _DONE = 1, 2
_THRESHOLD: Final = 0.5


def logs(source: Source) -> list[Source]:
    """Return the reports at or below a source."""
    found = [each for each in files_below(source) if each.path.name.endswith(_REPORT)]
    if not found and source.path.name.endswith(_HITS):
        message = "a hit log holds only the attempts that succeeded, so no rate can be told from it"
        raise wrong("IN-078", message, source.shown, "give the report beside it, *.report.jsonl")
    return found


def read(log: Source, request: Request) -> Reading:
    """Read one report."""
    return (yield from _Report(log, request).rows())


@dataclass(slots=True)
class _Report:
    """One report while it is read; `judged` holds [hits, passes, blanks] by probe and detector."""

    log: Source
    request: Request
    setup: Fields | None = None
    init: Fields | None = None
    complete: bool = False
    started: dict[str, int] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)
    judged: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    evaluations: list[Fields] = field(default_factory=list)
    outputs: int = 0
    unjudged: int = 0

    def rows(self) -> Reading:
        """Yield the rows, and return where they come from."""
        several = self._several()
        for line in read_lines(self.log):
            entry = line.text("entry_type")
            if entry == "start_run setup":
                self.setup = line
            elif entry == "init":
                self.init = line
            elif entry == "completion":
                self.complete = True
            elif entry == "eval":
                self.evaluations.append(line)
            elif entry == "attempt":
                yield from self._attempt(line, several)
        if self.init is None:
            raise misformed("there is no line that begins a run ('init')", self.log.shown)
        if self.request.metric:
            choose(self.request.metric, {detector for _, detector in self.judged}, self.log.shown)
        self._check_hits()
        return self._provenance(self.init, tuple(self._reported(several)))

    def _several(self) -> set[str]:
        """Return the probes that more than one detector judges; the first of two passes over the file."""
        detectors: dict[str, set[str]] = {}
        for line in read_lines(self.log):
            if line.raw("entry_type") == "attempt":
                known = detectors.setdefault(line.key("probe_classname"), set())
                known.update(line.object("detector_results", optional=True).values)
        return {probe for probe, names in detectors.items() if len(names) > 1}

    def _attempt(self, line: Fields, several: set[str]) -> Iterator[Row]:
        key, status = line.key("uuid"), line.count("status")
        attempt = Fields(line.values, line.file, f"line {line.line}, attempt '{key}'", line.line)
        outputs = attempt.list("outputs")
        if status == _STARTED:
            self.started[key] = len(outputs)
        if status != _DONE:
            return
        if key in self.done:
            raise wrong("IN-083", f"{attempt.what} is finished twice", self.log.shown, line=line.line)
        self.done.add(key)
        self.outputs += len(outputs)
        probe = attempt.key("probe_classname")
        for name, scores in sorted(attempt.object("detector_results").values.items()):
            detector = attempt.as_key(name, "detector_results")
            if not isinstance(scores, list) or len(scores) != len(outputs):
                message = f"{attempt.what}: '{label(detector)}' does not judge its {len(outputs)} outputs"
                raise wrong(COUNTS, message, self.log.shown, line=line.line)
            for number, score in enumerate(scores, 1):
                success = self._success(attempt, score, detector)
                self.judged.setdefault((probe, detector), [0, 0, 0])[
                    2 if success is None else 1 - success
                ] += 1
                if self.request.metric in {"", detector}:
                    self.unjudged += success is None
                    yield {
                        "attempt": f"{key} output {number}",
                        "category": self._category(probe, detector, several),
                        "model": self._model(),
                        "stage": None,
                        "success": success,
                        "probe": probe,
                        "detector": detector,
                        "prompt": key,
                        "generation": number,
                    }

    def _success(self, attempt: Fields, score: Any, detector: str) -> int | None:  # noqa: ANN401 - JSON
        if score is None:
            return None
        return int(attempt.finite(score, detector) >= self._threshold())

    def _threshold(self) -> float:
        if self.setup is None or not self.setup.has("run.eval_threshold"):
            return _THRESHOLD
        return self.setup.number("run.eval_threshold")

    def _category(self, probe: str, detector: str, several: set[str]) -> str:
        return f"{probe}/{detector}" if probe in several and not self.request.metric else probe

    def _model(self) -> str:
        for prefix in ("target", "model"):
            kind = f"plugins.{prefix}_type"
            if self.setup is not None and self.setup.has(kind):
                name = f"plugins.{prefix}_name"
                rest = f" {self.setup.key(name)}" if self.setup.has(name) else ""
                return self.setup.key(kind) + rest
        return "unknown"

    def _check_hits(self) -> None:
        """Hold the hit log beside the report against it."""
        name = self.log.path.name.removesuffix(_REPORT) + _HITS
        path = self.log.path.with_name(name)
        if not path.is_file() or not self.complete:
            return
        shown = self.log.shown[: -len(self.log.path.name)] + name
        hits = Counter((hit.key("probe"), hit.key("detector")) for hit in read_lines(Source(path, shown)))
        for probe, detector in sorted({*hits, *self.judged}):
            what = f"hits of {label(probe)} by {label(detector)}"
            found = self.judged.get((probe, detector), [0, 0, 0])[0]
            confirm_count(hits[probe, detector], found, what, shown)

    def _reported(self, several: set[str]) -> Iterator[Reported]:
        """Yield the rates of the summary lines, after holding them against the attempts."""
        for line in self.evaluations:
            probe, detector = line.key("probe"), line.key("detector").removeprefix("detector.")
            hits, passes, blanks = self.judged.get((probe, detector), [0, 0, 0])
            what = f"{label(probe)} by {label(detector)}"
            total = line.count("total_evaluated" if line.has("total_evaluated") else "total")
            confirm_count(line.count("passed"), passes, f"passes of {what}", self.log.shown)
            if line.has("total_evaluated") or total != hits + passes + blanks:
                confirm_count(total, hits + passes, f"outputs of {what}", self.log.shown)
            if hits + passes and self.request.metric in {"", detector}:
                by = {"category": self._category(probe, detector, several)}
                yield Reported("success_rate", hits / (hits + passes), self._model(), by)

    def _provenance(self, init: Fields, reported: tuple[Reported, ...]) -> Provenance:
        incomplete = []
        expected = sum(self.started.values()) or None
        if not self.complete:
            incomplete.append("the report has no completion line, so the run was cut")
        if open_attempts := len(self.started.keys() - self.done):
            incomplete.append(f"{open_attempts} attempts were not judged")
        unsummed = {*self.judged} - {
            (line.key("probe"), line.key("detector").removeprefix("detector.")) for line in self.evaluations
        }
        if self.complete and unsummed:
            incomplete.append(f"{len(unsummed)} pairs of probe and detector have no summary")
        notes = []
        counts = Counter(probe for probe, _ in self.judged)
        if any(times > 1 for times in counts.values()) and not self.request.metric:
            notes.append(
                "Some outputs are judged by several detectors: only the rates by category can be read"
            )
        if any(times > 1 for times in self.started.values()):
            notes.append("A prompt was answered several times, and intervals take the answers as independent")
        return Provenance(
            file=self.log.shown,
            sha256=digest_of(self.log.path),
            tool="garak",
            version=label(init.raw("garak_version") or ""),
            task=", ".join(sorted({probe for probe, _ in self.judged})),
            models=(self._model(),),
            date=day_of(init.raw("start_time")),
            status="complete" if self.complete else "cut",
            present=self.outputs,
            expected=expected if expected is None or expected >= self.outputs else self.outputs,
            unscored=self.unjudged,
            metric=self.request.metric,
            incomplete=tuple(incomplete),
            notes=tuple(notes),
            reported=reported,
        )


IMPORTER = Importer("garak", "garak: report", ("red_team", "misuse_probe"), logs, read)
