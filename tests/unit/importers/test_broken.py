"""Logs that were cut, edited, repeated or made to harm: each is refused with its code and its place."""

from __future__ import annotations

import json
import os
import shutil
import struct
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from release.base.errors import InvalidInput
from release.base.limits import ARCHIVE_MEMBERS
from release.importers._logs.archives import opened
from release.importers._logs.importer import IMPORTERS, Request, Source, importer_called

CASES = Path(__file__).resolve().parents[2] / "cases/importers"
LINKED = 0o120777 << 16


def refused(run: Callable[[], Any]) -> list[tuple[str, str, int]]:
    with pytest.raises(InvalidInput) as raised:
        run()
    assert all(error.message and error.code.startswith("IN-0") for error in raised.value.errors)
    return [(each.code, each.message, each.at.line if each.at else 0) for each in raised.value.errors]


def members(case: str = "accuracy") -> dict[str, Any]:
    path = CASES / "inspect" / case / "log/run.eval"
    with opened(Source(path, path.name)) as archive:
        return {name: json.loads(archive.content(name)) for name in archive.names}


def archive(folder: Path, content: dict[str, Any], name: str = "run.eval") -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for member, value in content.items():
            out.writestr(member, value if isinstance(value, bytes) else json.dumps(value))
    return path


def copied(tmp_path: Path, case: str) -> Path:
    return Path(shutil.copytree(CASES / case / "log", tmp_path / "log"))


def edited(path: Path, change: Callable[[Any], None]) -> Path:
    value = json.loads(path.read_text(encoding="utf-8"))
    change(value)
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def edited_lines(path: Path, change: Callable[[list[Any]], None]) -> Path:
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    change(lines)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


class TestInspect:
    def test_packed_again_it_gives_the_same_rows(self, imports: Callable, tmp_path: Path) -> None:
        kept = (CASES / "inspect/accuracy/rows.csv").read_text(encoding="utf-8")
        assert imports("inspect", archive(tmp_path, members())).rows == kept

    @pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
    def test_a_cut_archive(self, share: float, imports: Callable, tmp_path: Path) -> None:
        whole = archive(tmp_path, members()).read_bytes()
        path = tmp_path / "cut.eval"
        path.write_bytes(whole[: int(len(whole) * share)])
        assert refused(lambda: imports("inspect", path))[0][0] == "IN-079"

    def test_a_run_that_crashed_has_no_header(self, imports: Callable, tmp_path: Path) -> None:
        content = {name: value for name, value in members().items() if name != "header.json"}
        path = archive(tmp_path, content)
        (only,) = refused(lambda: imports("inspect", path))
        assert only[:2] == ("IN-080", "the run ended with the status 'started'")
        done = imports("inspect", path, partial=True)
        assert done.imported.rows == 8
        assert "not whole" in " ".join(done.imported.item["limitations"])
        assert "declared" not in done.imported.item

    @pytest.mark.parametrize("status", ["started", "cancelled", "error"])
    def test_another_status_than_success(self, status: str, imports: Callable, tmp_path: Path) -> None:
        content = members()
        content["header.json"]["status"] = status
        codes = refused(lambda: imports("inspect", archive(tmp_path, content)))
        assert codes[0][:2] == ("IN-080", f"the run ended with the status '{status}'")

    def test_samples_that_are_missing(self, imports: Callable, tmp_path: Path) -> None:
        content = members()
        del content["samples/add-1_epoch_1.json"]
        path = archive(tmp_path, content)
        assert refused(lambda: imports("inspect", path))[0][:2] == ("IN-080", "7 of 8 samples are there")
        (log,) = imports("inspect", path, partial=True).imported.logs
        assert (log.present, log.expected) == (7, 8)

    def test_more_samples_than_were_asked(self, imports: Callable, tmp_path: Path) -> None:
        content = members()
        extra = {**content["samples/add-1_epoch_1.json"], "id": "add-9"}
        path = archive(tmp_path, {**content, "samples/add-9_epoch_1.json": extra})
        assert refused(lambda: imports("inspect", path))[0][:2] == (
            "IN-081",
            "samples: the log states 8, and 9 are found",
        )

    def test_a_mean_that_is_not_that_of_the_samples(self, imports: Callable, tmp_path: Path) -> None:
        content = members()
        content["header.json"]["results"]["scores"][0]["metrics"]["mean"]["value"] = 0.875
        (only,) = refused(lambda: imports("inspect", archive(tmp_path, content)))
        assert only[:2] == ("IN-081", "the mean of 'exact': the log states 0.875, and its samples give 0.75")

    @pytest.mark.parametrize(
        "value", [float("nan"), float("inf"), 1e301, "maybe", {"a": 1}, [1], None], ids=str
    )
    def test_a_score_that_is_no_number(self, value: object, imports: Callable, tmp_path: Path) -> None:
        content = members()
        content["samples/add-1_epoch_1.json"]["scores"]["exact"]["value"] = value
        (only,) = refused(lambda: imports("inspect", archive(tmp_path, content)))
        assert only[0] == "IN-082"
        assert "sample 'add-1' of epoch 1" in only[1]

    def test_the_same_log_twice(self, imports: Callable, tmp_path: Path) -> None:
        path = archive(tmp_path, members())
        again = Path(shutil.copy(path, tmp_path / "again.eval"))
        (only,) = refused(lambda: imports("inspect", path, again))
        assert only[0] == "IN-083"
        assert "item 'add-1'" in only[1]

    def test_the_same_sample_twice_in_one_log(self, imports: Callable, tmp_path: Path) -> None:
        content = members()
        content["samples/other_epoch_1.json"] = content["samples/add-1_epoch_1.json"]
        assert refused(lambda: imports("inspect", archive(tmp_path, content)))[0][0] == "IN-083"

    def test_several_scores_and_none_chosen(self, imports: Callable) -> None:
        log = CASES / "inspect/two-scorers/log"
        assert refused(lambda: imports("inspect", log))[0][0] == "IN-084"
        assert refused(lambda: imports("inspect", log, metric="lengthy"))[0][0] == "IN-084"

    def test_two_models_are_not_taken_for_one_stage(self, imports: Callable, tmp_path: Path) -> None:
        content = members()
        path = archive(tmp_path, content)
        content["header.json"]["eval"]["model"] = "mockllm/other"
        other = archive(tmp_path, content, "other.eval")
        assert refused(lambda: imports("inspect", path, other))[0][0] == "IN-084"
        models = {"mockllm/model": "first", "mockllm/other": "second"}
        done = imports("inspect", path, other, stage="", models=models)
        assert done.imported.stages == ("first", "second")
        assert done.found.results["change"].value == 0

    def test_stages_models_and_kinds_that_are_not_there(self, imports: Callable) -> None:
        log = CASES / "inspect/accuracy/log"
        for options in (
            {"stage": "firsts"},
            {"stage": ""},
            {"models": {"gpt": "second"}},
            {"kind": "red_team"},
        ):
            assert refused(lambda options=options: imports("inspect", log, **options))[0][0] == "IN-084"
        assert refused(lambda: imports("inspekt", log))[0][0] == "IN-088"
        assert refused(lambda: imports("inspect", log / "none"))[0][0] == "IN-085"
        assert refused(lambda: imports("garak", log))[0][0] == "IN-078"


class TestArchives:
    @pytest.mark.parametrize(
        "name",
        ["../samples/x.json", "/etc/passwd", "samples/../../x", "C:/x", "a\\..\\b", "~/x", "samples/\x1bx"],
    )
    def test_names_that_are_paths(self, name: str, imports: Callable, tmp_path: Path) -> None:
        path = archive(tmp_path, {**members(), name: {}})
        (only,) = refused(lambda: imports("inspect", path))
        assert only[0] == "IN-079"
        assert "\x1b" not in only[1]
        assert sorted(each.name for each in tmp_path.iterdir()) == ["release", "run.eval"]

    def test_a_member_that_unpacks_to_too_much(self, imports: Callable, tmp_path: Path) -> None:
        path = archive(tmp_path, {**members(), "samples/bomb_epoch_1.json": bytes(70 * 2**20)})
        assert path.stat().st_size < 2**20
        (only,) = refused(lambda: imports("inspect", path))
        assert only[0] == "IN-079"
        assert "200 to 1" in only[1]

    @pytest.mark.parametrize("announced", [1, 2**31])
    def test_a_member_that_lies_about_its_size(
        self, announced: int, imports: Callable, tmp_path: Path
    ) -> None:
        path = archive(tmp_path, {**members(), "samples/lie_epoch_1.json": b'{"a": 1}' + bytes(2**20)})
        content = path.read_bytes()
        entry = content.rindex(b"PK\x01\x02")
        path.write_bytes(content[: entry + 24] + struct.pack("<I", announced) + content[entry + 28 :])
        assert refused(lambda: imports("inspect", path))[0][0] == "IN-079"

    def test_links_codes_and_methods_that_are_not_read(self, imports: Callable, tmp_path: Path) -> None:
        base = members()
        link = zipfile.ZipInfo("samples/link_epoch_1.json")
        link.external_attr = LINKED
        packed = zipfile.ZipInfo("samples/packed_epoch_1.json")
        packed.compress_type = zipfile.ZIP_BZIP2
        for member in (link, packed):
            path = archive(tmp_path, base)
            with zipfile.ZipFile(path, "a") as out:
                out.writestr(member, "{}")
            assert refused(lambda path=path: imports("inspect", path))[0][0] == "IN-079"

    def test_two_members_of_one_name(self, imports: Callable, tmp_path: Path) -> None:
        path = archive(tmp_path, members())
        with zipfile.ZipFile(path, "a") as out, pytest.warns(UserWarning, match="Duplicate"):
            out.writestr("header.json", "{}")
        (only,) = refused(lambda: imports("inspect", path))
        assert only[:2] == ("IN-079", "two members have the same name")

    def test_too_many_members(self, imports: Callable, tmp_path: Path) -> None:
        path = tmp_path / "many.eval"
        with zipfile.ZipFile(path, "w") as out:
            for number in range(ARCHIVE_MEMBERS + 1):
                out.writestr(f"m{number}", b"")
        (only,) = refused(lambda: imports("inspect", path))
        assert only[:2] == ("IN-079", f"{ARCHIVE_MEMBERS + 1} members; the limit is {ARCHIVE_MEMBERS}")

    @pytest.mark.skipif(sys.version_info >= (3, 14), reason="the standard library unpacks it")
    def test_without_the_extra_it_says_what_to_install(
        self, imports: Callable, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "backports", None)
        with pytest.raises(InvalidInput) as raised:
            imports("inspect", CASES / "inspect/accuracy/log")
        (only,) = raised.value.errors
        assert (only.code, "staged-release[logs]" in only.hint) == ("IN-079", True)

    def test_a_damaged_zstandard_member(self, imports: Callable, tmp_path: Path) -> None:
        content = bytearray((CASES / "inspect/accuracy/log/run.eval").read_bytes())
        at = content.index(b"samples/add-1") + 600
        content[at : at + 40] = bytes(40)
        path = tmp_path / "run.eval"
        path.write_bytes(content)
        assert refused(lambda: imports("inspect", path))[0][0] == "IN-079"


class TestLmEval:
    def folder(self, tmp_path: Path) -> tuple[Path, Path, Path]:
        log = copied(tmp_path, "lm_eval/sums") / "local__dummy"
        return log, next(log.glob("results*")), next(log.glob("samples*"))

    def test_without_results_it_did_not_finish(self, imports: Callable, tmp_path: Path) -> None:
        log, results, _ = self.folder(tmp_path)
        results.unlink()
        assert refused(lambda: imports("lm-eval", log))[0][0] == "IN-080"
        assert imports("lm-eval", log, partial=True).imported.rows == 12

    def test_results_alone_are_averages(self, imports: Callable, tmp_path: Path) -> None:
        _, results, samples = self.folder(tmp_path)
        assert imports("lm-eval", results).imported.rows == 12
        samples.unlink()
        assert refused(lambda: imports("lm-eval", results))[0][:2] == (
            "IN-080",
            "there are no samples beside the results, only averages",
        )

    def test_a_cut_line_is_named(self, imports: Callable, tmp_path: Path) -> None:
        log, _, samples = self.folder(tmp_path)
        text = samples.read_text(encoding="utf-8")
        samples.write_text(text[:-20], encoding="utf-8")
        code, message, line = refused(lambda: imports("lm-eval", log))[0]
        assert (code, line) == ("IN-078", 12)
        assert "sample 12" in message

    def test_missing_repeated_and_undefined_samples(self, imports: Callable, tmp_path: Path) -> None:
        log, _, samples = self.folder(tmp_path)
        whole = samples.read_text(encoding="utf-8")
        edited_lines(samples, lambda lines: lines.pop())
        assert refused(lambda: imports("lm-eval", log))[0][:2] == ("IN-080", "11 of 12 samples are there")
        samples.write_text(whole + whole.splitlines(keepends=True)[0], encoding="utf-8")
        assert refused(lambda: imports("lm-eval", log))[0][0] == "IN-083"
        samples.write_text(whole, encoding="utf-8")
        edited_lines(samples, lambda lines: lines[11].update(acc=float("nan")))
        assert refused(lambda: imports("lm-eval", log))[0][::2] == ("IN-082", 12)

    def test_figures_that_the_samples_do_not_give(self, imports: Callable, tmp_path: Path) -> None:
        log, results, _ = self.folder(tmp_path)
        edited(results, lambda value: value["results"]["local_sums"].update({"acc,none": 0.99}))
        assert refused(lambda: imports("lm-eval", log))[0][0] == "IN-081"
        edited(results, lambda value: value["n-samples"]["local_sums"].update({"effective": 5}))
        assert refused(lambda: imports("lm-eval", log))[0][0] == "IN-081"

    def test_a_key_written_twice(self, imports: Callable, tmp_path: Path) -> None:
        log, _, samples = self.folder(tmp_path)
        text = samples.read_text(encoding="utf-8").replace('"acc": ', '"acc": 0.0, "acc": ', 1)
        samples.write_text(text, encoding="utf-8")
        assert refused(lambda: imports("lm-eval", log))[0][::2] == ("IN-078", 1)


class TestHelm:
    @pytest.mark.parametrize("name", ["scenario_state.json", "per_instance_stats.json", "stats.json"])
    def test_a_file_that_is_missing(self, name: str, imports: Callable, tmp_path: Path) -> None:
        log = copied(tmp_path, "helm/one-trial")
        (log / name).unlink()
        assert refused(lambda: imports("helm", log))[0][0] == "IN-080"

    def test_instances_missing_twice_or_undefined(self, imports: Callable, tmp_path: Path) -> None:
        log = copied(tmp_path, "helm/one-trial")
        path = log / "per_instance_stats.json"
        whole = path.read_text(encoding="utf-8")
        edited(path, lambda value: value.pop())
        assert refused(lambda: imports("helm", log))[0][:2] == ("IN-080", "5 of 6 instances have statistics")
        path.write_text(whole, encoding="utf-8")
        edited(path, lambda value: value.append(value[0]))
        assert refused(lambda: imports("helm", log))[0][0] == "IN-083"
        path.write_text(whole.replace('"sum": 0', '"sum": NaN'), encoding="utf-8")
        assert refused(lambda: imports("helm", log))[0][0] == "IN-082"

    def test_a_mean_that_the_instances_do_not_give(self, imports: Callable, tmp_path: Path) -> None:
        log = copied(tmp_path, "helm/one-trial")

        def change(value: list[Any]) -> None:
            for each in value:
                if each["name"] == {"name": "exact_match", "split": "test"}:
                    each["mean"] = 0.5

        edited(log / "stats.json", change)
        assert refused(lambda: imports("helm", log, metric="exact_match"))[0][0] == "IN-081"


class TestGarak:
    def test_a_run_that_was_cut(self, imports: Callable, tmp_path: Path) -> None:
        log = copied(tmp_path, "garak/repeat")

        def cut(lines: list[Any]) -> None:
            lines[:] = [line for line in lines if line["entry_type"] != "completion"]

        edited_lines(log / "run.report.jsonl", cut)
        assert refused(lambda: imports("garak", log))[0][0] == "IN-080"
        assert imports("garak", log, partial=True).imported.logs[0].status == "cut"

    def test_attempts_that_were_not_judged(self, imports: Callable, tmp_path: Path) -> None:
        log = copied(tmp_path, "garak/repeat")

        def undone(lines: list[Any]) -> None:
            lines.remove(next(line for line in lines if line.get("status") == 2))

        edited_lines(log / "run.report.jsonl", undone)
        assert refused(lambda: imports("garak", log))[0][0] in {"IN-080", "IN-081"}

    def test_counts_that_the_attempts_do_not_give(self, imports: Callable, tmp_path: Path) -> None:
        log = copied(tmp_path, "garak/repeat")
        (log / "run.hitlog.jsonl").unlink()

        def praise(lines: list[Any]) -> None:
            next(line for line in lines if line["entry_type"] == "eval")["passed"] += 1

        edited_lines(log / "run.report.jsonl", praise)
        assert refused(lambda: imports("garak", log))[0][0] == "IN-081"

    def test_the_hit_log_must_agree_and_is_not_enough(self, imports: Callable, tmp_path: Path) -> None:
        log = copied(tmp_path, "garak/repeat")
        edited_lines(log / "run.hitlog.jsonl", lambda lines: lines.pop())
        assert refused(lambda: imports("garak", log))[0][0] == "IN-081"
        assert refused(lambda: imports("garak", log / "run.hitlog.jsonl"))[0][0] == "IN-078"

    @pytest.mark.parametrize(("score", "code"), [(float("nan"), "IN-082"), ("yes", "IN-082")])
    def test_scores_that_are_no_numbers(
        self, score: object, code: str, imports: Callable, tmp_path: Path
    ) -> None:
        log = copied(tmp_path, "garak/repeat")

        def change(lines: list[Any]) -> None:
            attempt = next(line for line in lines if line.get("status") == 2)
            next(iter(attempt["detector_results"].values()))[0] = score

        edited_lines(log / "run.report.jsonl", change)
        found, _, line = refused(lambda: imports("garak", log))[0]
        assert found == code
        assert line > 1

    def test_outputs_without_a_judgement_are_blank(self, imports: Callable, tmp_path: Path) -> None:
        log = copied(tmp_path, "garak/repeat")
        (log / "run.hitlog.jsonl").unlink()

        def change(lines: list[Any]) -> None:
            attempt = next(line for line in lines if line.get("status") == 2)
            detector, scores = next(iter(attempt["detector_results"].items()))
            hit = scores[0] >= 0.5
            scores[0] = None
            for line in lines:
                if line["entry_type"] == "eval" and line["detector"] == detector:
                    line["passed" if not hit else "fails"] -= 1
                    line["total_evaluated"] -= 1

        edited_lines(log / "run.report.jsonl", change)
        done = imports("garak", log)
        assert done.found.facts["missing"] == 1
        assert done.imported.logs[0].unscored == 1


class TestPromptfoo:
    def test_counts_and_versions(self, imports: Callable, tmp_path: Path) -> None:
        path = copied(tmp_path, "promptfoo/red-team") / "results.json"
        whole = path.read_text(encoding="utf-8")
        edited(path, lambda value: value["results"]["results"].pop())
        assert refused(lambda: imports("promptfoo", path))[0][0] == "IN-081"
        path.write_text(whole.replace('"version": 3', '"version": 2'), encoding="utf-8")
        assert refused(lambda: imports("promptfoo", path))[0][0] == "IN-078"
        path.write_text(whole[:-100], encoding="utf-8")
        assert refused(lambda: imports("promptfoo", path))[0][0] == "IN-078"


class TestMlflow:
    def test_metrics_that_are_no_numbers(self, imports: Callable, tmp_path: Path) -> None:
        log = copied(tmp_path, "mlflow/files")
        metric = min(log.glob("*/metrics/loss"))
        options = {"kind": "forecast", "metric": "loss"}
        metric.write_text("1 nan 1\n", encoding="utf-8")
        assert refused(lambda: imports("mlflow", log, **options))[0][0] == "IN-082"
        metric.write_text("1 0.5 1\nrubbish\n", encoding="utf-8")
        assert refused(lambda: imports("mlflow", log, **options))[0][::2] == ("IN-078", 2)
        metric.write_text("", encoding="utf-8")
        assert refused(lambda: imports("mlflow", log, **options))[0][0] == "IN-078"

    @pytest.mark.parametrize("case", ["failed", "sqlite"])
    def test_runs_that_failed(self, case: str, imports: Callable) -> None:
        log = CASES / "mlflow" / case / "log"
        (only,) = refused(lambda: imports("mlflow", log, kind="forecast", metric="loss"))
        assert only[:2] == ("IN-080", "run 'killed' has the status FAILED")

    def test_a_store_that_is_damaged(self, imports: Callable, tmp_path: Path) -> None:
        path = copied(tmp_path, "mlflow/sqlite") / "mlflow.db"
        whole = path.read_bytes()
        for content in (whole[:2000], whole[:100] + os.urandom(len(whole) - 100)):
            path.write_bytes(content)
            assert refused(lambda: imports("mlflow", path, kind="forecast"))[0][0] == "IN-078"

    def test_a_table_with_a_row_too_short(self, imports: Callable, tmp_path: Path) -> None:
        log = copied(tmp_path, "mlflow/answers")
        (table,) = log.glob("*/artifacts/eval_results_table.json")
        edited(table, lambda value: value["data"][2].pop())
        options = {"kind": "benchmark", "columns": {"item": "question", "correct": "right"}}
        assert "row 3" in refused(lambda: imports("mlflow", log, **options))[0][1]

    def test_a_stated_mean_is_held_against_the_table(self, imports: Callable, tmp_path: Path) -> None:
        log = copied(tmp_path, "mlflow/answers")
        (metric,) = log.glob("*/metrics/right/mean")
        metric.write_text("1 0.99 0\n", encoding="utf-8")
        options = {"kind": "benchmark", "columns": {"item": "question", "correct": "right"}}
        assert refused(lambda: imports("mlflow", log, **options))[0][0] == "IN-081"


class TestTable:
    COLUMNS = {"item": "item", "correct": "right"}  # noqa: RUF012 - never changed

    @pytest.mark.parametrize(
        ("text", "code", "line"),
        [
            ("item,right\na,1\nb,nan\n", "IN-070", 3),
            ("item,right\na,1\nb,1,1\n", "IN-068", 3),
            ("item,rihgt\na,1\n", "IN-066", 1),
            ("item,right\na,1\na,0\n", "IN-083", 1),
            ("", "IN-067", 1),
        ],
    )
    def test_rows_that_do_not_fit(
        self, text: str, code: str, line: int, imports: Callable, tmp_path: Path
    ) -> None:
        path = tmp_path / "rows.csv"
        path.write_text(text, encoding="utf-8")
        found = refused(lambda: imports("table", path, kind="benchmark", columns=self.COLUMNS))
        assert found[0][::2] == (code, line)

    def test_a_stage_that_the_plan_has_not(self, imports: Callable, tmp_path: Path) -> None:
        path = tmp_path / "rows.csv"
        path.write_text("item,right,model\na,1,gpt\n", encoding="utf-8")
        columns = {**self.COLUMNS, "stage": "model"}
        assert refused(lambda: imports("table", path, kind="benchmark", columns=columns))[0][0] == "IN-084"

    def test_each_name_that_is_no_stage_is_shown_where_it_first_stands(
        self, imports: Callable, tmp_path: Path
    ) -> None:
        path = tmp_path / "rows.csv"
        path.write_text("item,right,model\na,1,gpt-s\nb,1,gpt-s\nc,1,gpt-l\nd,,gpt-x\n", encoding="utf-8")
        columns = {**self.COLUMNS, "stage": "model"}
        models = {"gpt-s": "first"}
        with pytest.raises(InvalidInput) as raised:
            imports("table", path, kind="benchmark", columns=columns, stage="", models=models)
        found = [(each.message, each.at.line, each.at.column) for each in raised.value.errors if each.at]
        assert found == [
            ("'gpt-l' is no stage of the plan", 4, 5),
            ("'gpt-x' is no stage of the plan", 5, 4),
        ]
        assert "--model-map" in (raised.value.errors[0].hint or "")

    def test_the_models_of_a_map_are_named(self, imports: Callable, tmp_path: Path) -> None:
        path = tmp_path / "rows.csv"
        path.write_text("item,right,model\na,1,gpt-s\nb,1,second\n", encoding="utf-8")
        columns = {**self.COLUMNS, "stage": "model"}
        models = {"gpt-s": "first"}
        done = imports("table", path, kind="benchmark", columns=columns, stage="", models=models)
        assert "model gpt-s" in done.imported.item["limitations"][0]

    def test_a_table_that_tells_no_stage(self, imports: Callable, tmp_path: Path) -> None:
        path = tmp_path / "rows.csv"
        path.write_text("item,right\na,1\n", encoding="utf-8")
        models = {"gpt-s": "first"}
        (only,) = refused(
            lambda: imports("table", path, kind="benchmark", columns=self.COLUMNS, stage="", models=models)
        )
        assert only[1] == "the table has no column that says which stage a row is about"

    def test_rows_may_name_variants_instead_of_stages(self, imports: Callable, tmp_path: Path) -> None:
        path = tmp_path / "rows.csv"
        path.write_text("item,rater,variant,score\na,r,small,1\na,q,small,2\nb,r,large,3\n", encoding="utf-8")
        columns = {name: name for name in ("item", "rater", "variant", "score")}
        done = imports("table", path, kind="human_credibility", columns=columns, stage="")
        assert done.imported.item["stages"] == ["first", "second"]
        assert done.imported.item["variants"] == ["large", "small"]
        path.write_text("item,rater,variant,score\na,r,small,1\na,q,tiny,2\n", encoding="utf-8")
        found = refused(lambda: imports("table", path, kind="human_credibility", columns=columns, stage=""))
        assert found[0][::2] == ("IN-070", 3)

    def test_parquet(self, imports: Callable, tmp_path: Path) -> None:
        import duckdb

        path = tmp_path / "rows.parquet"
        duckdb.sql(f"COPY (SELECT 'a' AS item, 1 AS \"right\" UNION ALL SELECT 'b', 0) TO '{path}'")
        done = imports("table", path, kind="benchmark", columns=self.COLUMNS)
        assert done.found.results["accuracy"].value == 0.5


HEADS = {
    "inspect": (
        "run.json",
        b'{"version": 2, "status": "success", "eval": {"model": "m", "task": "t"}, "samples": ',
    ),
    "lm_eval": ("samples_t_2026-01-01T00-00-00.0.jsonl", b'{"doc_id": 1, "metrics": ["acc"], "acc": '),
    "helm": ("run_spec.json", b'{"name": "t", "adapter_spec": {"model": "m"}}'),
    "garak": (
        "run.report.jsonl",
        b'{"entry_type": "init"}\n{"entry_type": "attempt", "uuid": "u", "status": ',
    ),
    "promptfoo": ("results.json", b'{"evalId": "e", "results": {"version": 3, "results": '),
    "mlflow": ("table.json", b'{"columns": ["item", "correct"], "data": '),
    "table": ("rows.csv", b"item,correct\n"),
}
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
).map(lambda value: json.dumps(value).encode())


@pytest.mark.parametrize("name", sorted(HEADS))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tail=st.binary(max_size=200) | JSON | JSON.map(lambda text: text + b"}}"), head=st.booleans())
@example(tail=b"[" * 100_000, head=True)
@example(tail=b"9" * 5000, head=True)
@example(tail=b'"\\ud800"}}', head=True)
def test_any_bytes_are_read_or_refused(name: str, *, tail: bytes, head: bool, tmp_path: Path) -> None:
    file, begin = HEADS[name]
    folder = tmp_path / "any"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    path = folder / file
    path.write_bytes(begin + tail if head else tail)
    if name == "helm":
        for other in ("scenario_state.json", "per_instance_stats.json", "stats.json"):
            (folder / other).write_bytes(tail)
    read_or_refuse(name, folder)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 10**6), change=st.binary(min_size=1, max_size=4))
def test_any_changed_archive_is_read_or_refused(at: int, change: bytes, tmp_path: Path) -> None:
    content = bytearray((CASES / "inspect/limited/log/run.eval").read_bytes())
    at %= len(content)
    content[at : at + len(change)] = change
    folder = tmp_path / "any"
    folder.mkdir(exist_ok=True)
    (folder / "run.eval").write_bytes(content)
    read_or_refuse("inspect", folder)


def read_or_refuse(name: str, folder: Path) -> None:
    importer = importer_called(name)
    kind = (*importer.kinds, "benchmark")[0]
    request = Request(kind, columns={"item": "item", "correct": "correct"})
    try:
        for log in importer.logs(Source(folder, "any")):
            with closing(importer.read(log, request)) as rows:
                assert all(rows)
    except InvalidInput:
        return


def test_heads_cover_every_format() -> None:
    assert set(HEADS) == set(IMPORTERS.shipped)
