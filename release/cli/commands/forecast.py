"""`release forecast`: a metric of a stage, forecast from smaller models."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any, Final

import typer

from release.cli import options as common
from release.cli.output import write_result

WIDTH: Final = 80


class ForecastFormat(StrEnum):
    """How the forecast is written."""

    text = "text"
    json = "json"


def forecast(
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="A release folder or its plan file.")] = ".",
    *,
    metric: Annotated[
        str,
        typer.Option("--metric", metavar="M", help="A metric of the rows, or the id of an evidence item."),
    ],
    to: Annotated[str, typer.Option("--to", metavar="STAGE", help="The stage to forecast.")],
    output_format: Annotated[
        ForecastFormat, typer.Option("--format", "-f", help="How it is written.")
    ] = ForecastFormat.text,
    output: common.Output = None,
) -> int:
    """Forecast a metric of a stage from smaller models."""
    from release import api
    from release.evidence.forecasting import forecast as compute

    found = compute(api.load_plan(plan), metric, to)
    if output_format is ForecastFormat.json:
        write_result(json.dumps(found, indent=2, ensure_ascii=False) + "\n", output)
    else:
        write_result("".join(f"{line}\n" for line in _lines(found)), output)
    return 0


def _lines(found: dict[str, Any]) -> Iterator[str]:
    fit, prediction, target = found["fit"], found["prediction"], found["target"]
    yield f"{found['metric']} at stage {target['stage']} (size {target['size']:.4g}), from {fit['runs']} runs"
    law = "-log(rate) = a C^b" if fit["form"] == "pass_rate_power_law" else "value = a C^b + c"
    figures = ", ".join(
        f"{name} {fit[name]['value']:.4g}" for name in ("a", "b", "c") if fit[name].get("value") is not None
    )
    yield from _line("law", law + (f": {figures}" if figures else ""))
    if prediction["value"] is None:
        yield from _line("prediction", f"refused: {prediction.get('reason', 'no reason given')}")
        return
    yield from _line("prediction", f"{prediction['value']:.6g} {_interval(prediction)}, if the law goes on")
    starts = found.get("later_starts")
    if starts and starts["starts"] > 1:
        left = starts["starts"] - 1
        what = "without the smallest run" if left == 1 else f"without the 1 to {left} smallest runs"
        ends = f"[{starts['low']:.6g}, {starts['high']:.6g}]"
        yield from _line("later starts", f"{ends} with what the law says {what}")
    yield from _line("extrapolation", f"{found['extrapolation']:.4g} times the largest run fitted")
    holdout = fit["holdout_error"]
    if holdout.get("value") is not None:
        miss = f"{holdout['value']:+.4g} from its prediction when left out"
        yield from _line("largest run", f"{miss} {_interval(holdout)}")
    if fit.get("constant_matters"):
        yield from _line("without c", f"{fit['without_constant']:.6g}: the law needs its irreducible term")
    if "actual" in found:
        graded = f"{found['grade']} the interval" if "grade" in found else "not graded: there is no interval"
        later = f", {starts['grade']} that of later starts" if starts and starts["starts"] > 1 else ""
        yield from _line("actual", f"{found['actual']:.6g}, {graded}{later}")


def _line(name: str, text: str) -> list[str]:
    """Return one line of the answer, wrapped below its own beginning."""
    return textwrap.wrap(
        f"  {name:13}  {text}",
        WIDTH,
        subsequent_indent=" " * 17,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _interval(figure: dict[str, Any]) -> str:
    if figure.get("low") is None or figure.get("high") is None:
        return f"(no interval: {figure['reason']})" if figure.get("reason") else "(no interval)"
    return f"[{figure['low']:.6g}, {figure['high']:.6g}] at {figure['level']:.0%}"
