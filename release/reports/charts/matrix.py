"""Where each risk stands by likelihood and severity, at this stage and the one before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from release.audience.items import Risk, RiskAssessment
from release.audience.scales import LIKELIHOODS, SEVERITIES
from release.reports.charts.drawing import Chart, Mark, box, cells, line, point, words
from release.reports.parts import Part, Parts, Table
from release.reports.safe import anchor
from release.reports.words import NOTHING, Words

_LEFT, _TOP, _CELL, _ROW = 92.0, 10.0, 118.0, 58.0
_WIDTH = 720
_COLUMNS = 4


@dataclass(frozen=True, slots=True)
class Placed:
    """A risk with its assessment for the stage judged and for the one before, if any."""

    risk: Risk
    now: RiskAssessment | None
    before: RiskAssessment | None


def matrix(placed: Sequence[Placed], words_: Words) -> Chart | None:
    """Draw the risks that have both a likelihood and a severity; None when no risk has."""
    taken: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number, each in enumerate(placed, 1):
        if (cell := _cell(each.now)) is not None:
            taken[cell].append(number)
    if not taken:
        return None
    places = {
        number: _place(cell, index, len(numbers))
        for cell, numbers in taken.items()
        for index, number in enumerate(numbers)
    }
    height = _TOP + 5 * _ROW + 52
    return Chart(
        name="risk-matrix",
        title=words_("charts.matrix.title"),
        desc=_desc(placed, words_),
        width=_WIDTH,
        height=round(height),
        marks=(*_grid(words_), *_moves(placed, places), *_points(places)),
        table=_table(placed, words_),
        legend=(
            (point("circle", 8, 8, 7, fill="accent", stroke="accent"), words_("charts.matrix.now")),
            (point("circle", 8, 8, 5, fill="paper", stroke="muted"), words_("charts.matrix.earlier")),
        ),
    )


def _cell(assessment: RiskAssessment | None) -> tuple[int, int] | None:
    words_ = [each.word for each in LIKELIHOODS]
    if assessment is None or assessment.likelihood not in words_ or assessment.severity not in SEVERITIES:
        return None
    return words_.index(assessment.likelihood), SEVERITIES.index(assessment.severity)


def _corner(cell: tuple[int, int]) -> tuple[float, float]:
    return _LEFT + cell[0] * _CELL, _TOP + (4 - cell[1]) * _ROW


def _place(cell: tuple[int, int], index: int, count: int) -> tuple[float, float]:
    left, top = _corner(cell)
    rows = -(-count // _COLUMNS)
    across = min(count - index // _COLUMNS * _COLUMNS, _COLUMNS)
    x = left + _CELL * (index % _COLUMNS + 1) / (across + 1)
    return x, top + _ROW * (index // _COLUMNS + 1) / (rows + 1)


def _grid(words_: Words) -> list[Mark]:
    marks: list[Mark] = []
    for column in range(5):
        for level in range(5):
            left, top = _corner((column, level))
            marks.append(box(left, top, _CELL, _ROW, fill="panel", stroke="edge", stroke_width="0.75"))
    for level, word in enumerate(SEVERITIES):
        _, top = _corner((0, level))
        label = words_.term("severity", word)
        marks.append(words(_LEFT - 8, top + _ROW / 2 + 4, label, anchor="end"))
    bottom = _TOP + 5 * _ROW
    for column, each in enumerate(LIKELIHOODS):
        middle = _LEFT + (column + 0.5) * _CELL
        marks.append(words(middle, bottom + 18, words_.term("likelihood", each.word), anchor="middle"))
        marks.append(words(middle, bottom + 34, words_.span(each), "muted", size="11", anchor="middle"))
    return marks


def _moves(placed: Sequence[Placed], places: dict[int, tuple[float, float]]) -> list[Mark]:
    marks: list[Mark] = []
    for number, each in enumerate(placed, 1):
        earlier, now = _cell(each.before), _cell(each.now)
        if earlier is None or now is None or earlier == now:
            continue
        left, top = _corner(earlier)
        start = (left + _CELL - 14, top + 12.0 + 7 * (number % 5))
        marks.append(line(start, places[number], "muted", stroke_dasharray="3 2"))
        marks.append(point("circle", *start, 5, fill="paper", stroke="muted"))
    return marks


def _points(places: dict[int, tuple[float, float]]) -> list[Mark]:
    marks: list[Mark] = []
    for number, (x, y) in sorted(places.items()):
        marks.append(point("circle", x, y, 11, fill="accent", stroke="paper"))
        marks.append(words(x, y + 4, str(number), "paper", anchor="middle", font_weight="700"))
    return marks


def _level(assessment: RiskAssessment | None, name: str, words_: Words) -> str:
    word = getattr(assessment, name) if assessment else ""
    if not word:
        return words_.term("missing", assessment.word(name) if assessment else "") if assessment else NOTHING
    return words_.graded(word) if name == "likelihood" else words_.term("severity", word)


def _row(number: int, each: Placed, words_: Words) -> tuple[Parts, ...]:
    before = (
        NOTHING
        if each.before is None
        else f"{_level(each.before, 'likelihood', words_)}; {_level(each.before, 'severity', words_)}"
    )
    return cells(
        str(number),
        Part(each.risk.title, "link", f"#{anchor('risk', each.risk.id)}"),
        _level(each.now, "likelihood", words_),
        _level(each.now, "severity", words_),
        before,
    )


def _table(placed: Sequence[Placed], words_: Words) -> Table:
    names = ("mark", "risk", "likelihood", "severity", "before")
    rows = tuple(_row(number, each, words_) for number, each in enumerate(placed, 1))
    return Table(
        words_("charts.matrix.title"), tuple(words_(f"charts.matrix.{name}") for name in names), rows
    )


def _desc(placed: Sequence[Placed], words_: Words) -> str:
    shown = [each for each in placed if _cell(each.now) is not None]
    parts = "; ".join(
        f"{each.risk.title}: {_level(each.now, 'likelihood', words_)}, {_level(each.now, 'severity', words_)}"
        for each in shown
    )
    return words_("charts.matrix.desc", shown=len(shown), total=len(placed), risks=parts)
