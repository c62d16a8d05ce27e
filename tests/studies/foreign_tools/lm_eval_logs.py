"""Make the fixtures of lm-evaluation-harness with its dummy model and two local tasks; see README.md."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import lm_eval
from lm_eval.loggers import EvaluationTracker
from lm_eval.tasks import TaskManager

OUT = Path(sys.argv[1])
WORK = OUT / "tasks"
WORK.mkdir(parents=True, exist_ok=True)

(WORK / "choices.jsonl").write_text(
    "".join(
        json.dumps({"question": f"{n} + {n} =", "choices": [str(2 * n), str(2 * n + 1)], "answer": n % 2})
        + "\n"
        for n in range(12)
    )
)
(WORK / "words.jsonl").write_text(
    "".join(
        json.dumps({"question": f"Say {word}.", "answer": word}) + "\n"
        for word in ("lol", "yes", "lol", "no")
    )
)
(WORK / "sums.yaml").write_text(
    f"""task: local_sums
dataset_path: json
dataset_kwargs: {{data_files: {{test: {WORK}/choices.jsonl}}}}
test_split: test
output_type: multiple_choice
doc_to_text: "{{{{question}}}}"
doc_to_choice: choices
doc_to_target: answer
metric_list:
  - {{metric: acc, aggregation: mean, higher_is_better: true}}
  - {{metric: acc_norm, aggregation: mean, higher_is_better: true}}
metadata: {{version: 1.0}}
"""
)
(WORK / "words.yaml").write_text(
    f"""task: local_words
dataset_path: json
dataset_kwargs: {{data_files: {{test: {WORK}/words.jsonl}}}}
test_split: test
output_type: generate_until
doc_to_text: "{{{{question}}}}"
doc_to_target: "{{{{answer}}}}"
metric_list:
  - {{metric: exact_match, aggregation: mean, higher_is_better: true}}
metadata: {{version: 2.0}}
"""
)


def run(case: str, tasks: list[str], **options) -> None:
    tracker = EvaluationTracker(output_path=str(OUT / case))
    found = lm_eval.simple_evaluate(
        model="dummy",
        model_args="pretrained=local/dummy",
        tasks=tasks,
        task_manager=TaskManager(include_path=str(WORK)),
        evaluation_tracker=tracker,
        log_samples=True,
        **options,
    )
    samples = found.pop("samples")
    tracker.save_results_aggregated(results=found, samples=samples)
    for task in found["configs"]:
        tracker.save_results_samples(task_name=task, samples=samples[task])


run("sums", ["local_sums"])
run("both", ["local_sums", "local_words"])
run("limited", ["local_sums"], limit=5)
