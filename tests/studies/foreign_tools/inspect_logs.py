"""Make the fixtures of Inspect: whole runs, epochs with errors, number scores, and a run that failed.

Run with the Python of an environment that has `inspect-ai`; see README.md.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from inspect_ai import Task
from inspect_ai import eval as evaluate
from inspect_ai.dataset import Sample
from inspect_ai.model import ModelOutput, ModelUsage, get_model
from inspect_ai.scorer import Score, Target, exact, includes, mean, scorer, stderr
from inspect_ai.solver import Generate, TaskState, generate, solver

OUT = Path(sys.argv[1]).resolve()
os.chdir(OUT.parent)  # outside of any work tree, whose address and commit would be logged
ITEMS = [Sample(input=f"What is {n} + {n}?", target=str(2 * n), id=f"add-{n}") for n in range(1, 9)]


def model(answers: list[str], name: str = "mockllm/model"):
    outputs = [ModelOutput.from_content(name, each) for each in answers]
    for output in outputs:
        # Without it the tokens are counted with a table that would have to be downloaded.
        output.usage = ModelUsage(input_tokens=6, output_tokens=1, total_tokens=7)
    return get_model(name, custom_outputs=outputs)


@solver
def fails_on(name: str):
    async def solve(state: TaskState, generate: Generate) -> TaskState:
        if state.sample_id == name:
            raise ValueError("the tool call failed")
        return await generate(state)

    return solve


@scorer(metrics=[mean(), stderr()])
def length():
    async def score(state: TaskState, target: Target) -> Score:
        del target
        return Score(value=len(state.output.completion) / 8)

    return score


def run(case: str, task: Task, answers: list[str], **options) -> None:
    folder = OUT / case
    evaluate(
        task,
        model=model(answers),
        log_dir=str(folder),
        display="none",
        max_connections=1,
        max_samples=1,
        log_realtime=False,
        **options,
    )


right = [str(2 * n) for n in range(1, 9)]
wrong_two = [*right[:3], "no", *right[4:6], "no", right[7]]
run("accuracy", Task(dataset=ITEMS, solver=generate(), scorer=exact(), name="addition"), wrong_two)
run(
    "json",
    Task(dataset=ITEMS, solver=generate(), scorer=exact(), name="addition"),
    wrong_two,
    log_format="json",
)
run(
    "epochs",
    Task(dataset=ITEMS[:3], solver=fails_on("add-3"), scorer=includes(), name="addition"),
    ["2", "4", "2", "no"],
    epochs=2,
    fail_on_error=False,
)
run(
    "numbers",
    Task(dataset=ITEMS[:5], solver=generate(), scorer=length(), name="length"),
    ["a" * n for n in range(1, 6)],
)
run(
    "two-scorers",
    Task(dataset=ITEMS[:4], solver=generate(), scorer=[exact(), length()], name="addition"),
    right[:4],
)
run("failed", Task(dataset=ITEMS[:4], solver=fails_on("add-3"), scorer=exact(), name="addition"), right[:4])
run("limited", Task(dataset=ITEMS, solver=generate(), scorer=exact(), name="addition"), right, limit=5)
