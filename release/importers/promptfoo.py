"""promptfoo: the JSON that `promptfoo eval -o results.json` and `promptfoo redteam eval` write, version 3.

- `benchmark`: one row per test and provider; right when every assertion passed, or the score with `--metric
  score`, or one named score with `--metric NAME`
- `red_team`, `misuse_probe`: one row per test; the attempt succeeded when the test failed, since the tests
  of a red team say what must not happen. The category is the plug-in, the actor column names the strategy
- `preference`: tests with a `select-best` assertion; the provider chosen against each other one of the test

A test whose provider failed (`failureReason` 2) has a blank outcome. Counts must be those that the file
states.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from release.evidence.inputs import digest_of
from release.importers._logs.documents import files_below, first_bytes, read_document
from release.importers._logs.fields import Fields, day_of, label
from release.importers._logs.importer import Importer, Provenance, Reading, Reported, Request, Row, Source
from release.importers._logs.scores import Means, choose, confirm_count

_HEAD: Final = re.compile(rb'\A\s*\{\s*"evalId":')
_ERROR: Final = 2
_VERSIONS: Final = (3,)
_PASSED: Final = "passed"
_SCORE: Final = "score"


def logs(source: Source) -> list[Source]:
    """Return the results at or below a source."""
    return [
        each for each in files_below(source) if each.path.suffix == ".json" and _HEAD.match(first_bytes(each))
    ]


def read(log: Source, request: Request) -> Reading:
    """Read one file of results."""
    return (yield from _Log(log, read_document(log), request).rows())


@dataclass(frozen=True, slots=True)
class _Test:
    """One test with one provider."""

    fields: Fields
    item: str
    model: str
    repeat: int


@dataclass(slots=True)
class _Log:
    """One file while it is read."""

    log: Source
    document: Fields
    request: Request
    failed: int = 0
    models: set[str] = field(default_factory=set)
    means: dict[str, Means] = field(default_factory=dict)

    def rows(self) -> Reading:
        """Yield the rows, and return where they come from."""
        results = self.document.object("results")
        if results.count("version", 0) not in _VERSIONS:
            raise results.wrong(f"results of version {results.raw('version')} are not read, only 3")
        tests = list(self._tests(results))
        self._check_counts(results, tests)
        if self.request.kind == "preference":
            yield from self._comparisons(tests)
        else:
            for test in tests:
                yield self._row(test)
        return self._provenance(results, len(tests), max((test.repeat for test in tests), default=1))

    def _tests(self, results: Fields) -> Iterator[_Test]:
        times: Counter[tuple[str, int, int]] = Counter()
        for each in results.objects("results", "result"):
            provider = each.object("provider")
            model = provider.key("label" if provider.raw("label") else "id")
            prompt, test = each.count("promptIdx", 0), each.count("testIdx")
            times[model, prompt, test] += 1
            self.models.add(model)
            self.failed += each.count("failureReason", 0) == _ERROR
            item = f"test-{test}"
            yield _Test(each, item, model, times[model, prompt, test])

    def _check_counts(self, results: Fields, tests: list[_Test]) -> None:
        stats = results.object("stats")
        passed = sum(test.fields.truth("success") for test in tests)
        confirm_count(stats.count("successes"), passed, "tests that passed", self.log.shown)
        confirm_count(stats.count("errors", 0), self.failed, "tests that ended in an error", self.log.shown)
        rest = len(tests) - passed - self.failed
        confirm_count(stats.count("failures"), rest, "tests that failed", self.log.shown)

    def _row(self, test: _Test) -> Row:
        fields = test.fields
        failed = fields.count("failureReason", 0) == _ERROR
        prompt = fields.count("promptIdx", 0)
        task = self._task()
        key = f"{test.item} prompt {prompt}" if self._prompts() > len(self.models) else test.item
        name = key if test.repeat == 1 else f"{key} repetition {test.repeat}"
        if self.request.kind == "benchmark":
            value = None if failed else self._value(fields)
            self.means.setdefault(test.model, Means()).add(name, value)
            row: Row = {
                "item": name,
                "sample": key,
                "epoch": test.repeat,
                "benchmark": task,
                "model": test.model,
            }
            return {**row, "stage": None, "value": value, "error": int(failed), "metric": self._metric()}
        metadata = fields.object("testCase", optional=True).object("metadata", optional=True)
        success = None if failed else int(not fields.truth("success"))
        category = metadata.key("pluginId") if metadata.has("pluginId") else "none"
        strategy = metadata.key("strategyId") if metadata.has("strategyId") else "none"
        self.means.setdefault(test.model, Means()).add(name, success)
        row = {"attempt": name, "category": category, "model": test.model, "stage": None, "success": success}
        return {**row, "strategy": strategy, "error": int(failed)}

    def _value(self, fields: Fields) -> float:
        metric = self._metric()
        if metric == _PASSED:
            return int(fields.truth("success"))
        if metric == _SCORE:
            return fields.number("score")
        named = fields.object("namedScores", optional=True)
        choose(metric, {*named.values, _PASSED, _SCORE}, self.log.shown)
        return named.number(metric)

    def _comparisons(self, tests: list[_Test]) -> Iterator[Row]:
        """Yield the chosen provider of each test against every other one."""
        together: dict[tuple[str, int], list[_Test]] = {}
        for test in tests:
            together.setdefault((test.item, test.repeat), []).append(test)
        for (item, repeat), group in sorted(together.items()):
            chosen = [test for test in group if _is_best(test.fields)]
            if not chosen:
                continue
            if len(chosen) > 1:
                raise chosen[1].fields.wrong("two answers to one test are chosen as the best")
            for other in sorted(group, key=lambda test: test.model):
                if other.model != chosen[0].model:
                    pair = sorted((other.model, chosen[0].model))
                    yield {
                        "item": item if repeat == 1 else f"{item} repetition {repeat}",
                        "model_a": pair[0],
                        "model_b": pair[1],
                        "winner": chosen[0].model,
                        "rater": "select-best",
                    }

    def _prompts(self) -> int:
        return len(self.document.object("results").list("prompts", optional=True))

    def _metric(self) -> str:
        return self.request.metric or _PASSED

    def _task(self) -> str:
        config = self.document.object("config", optional=True)
        return config.key("description") if config.has("description") else "promptfoo"

    def _provenance(self, results: Fields, present: int, repeats: int) -> Provenance:
        metadata = self.document.object("metadata", optional=True)
        notes = []
        if self.request.kind == "preference":
            notes.append("Answers were compared by a model or a script of the log's author, not by people")
        elif self.request.kind != "benchmark" and repeats > 1:
            notes.append("Tests were repeated, and intervals take the attempts as independent")
        return Provenance(
            file=self.log.shown,
            sha256=digest_of(self.log.path),
            tool="promptfoo",
            version=label(metadata.raw("promptfooVersion") or ""),
            task=self._task(),
            models=tuple(sorted(self.models)),
            date=day_of(results.raw("timestamp")),
            status="written",
            present=present,
            errors=self.failed,
            epochs=repeats if self.request.kind == "benchmark" else 1,
            metric=self._metric() if self.request.kind == "benchmark" else "",
            notes=tuple(notes),
            reported=tuple(self._reported(results)),
        )

    def _reported(self, results: Fields) -> Iterator[Reported]:
        """Yield the pass rate that the file states for each provider, where it is of tests alone."""
        if (
            self.request.kind != "benchmark"
            or self._metric() != _PASSED
            or self._prompts() != len(self.models)
        ):
            return
        for prompt in results.objects("prompts", "prompt", optional=True):
            metrics = prompt.object("metrics", optional=True)
            passed, failed = metrics.count("testPassCount", 0), metrics.count("testFailCount", 0)
            if passed + failed:
                model = prompt.key("provider")
                if model in self.models:
                    yield Reported("mean", passed / (passed + failed), model, {"benchmark": self._task()})


def _is_best(fields: Fields) -> bool:
    graded = fields.object("gradingResult", optional=True)
    for part in graded.objects("componentResults", "assertion", optional=True):
        assertion = part.object("assertion", optional=True)
        if assertion.raw("type") == "select-best":
            return part.truth("pass")
    return False


IMPORTER = Importer(
    "promptfoo",
    "promptfoo: results as JSON",
    ("benchmark", "red_team", "misuse_probe", "preference"),
    logs,
    read,
)
