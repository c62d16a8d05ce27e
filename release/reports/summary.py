"""The executive summary, made from the bottom up: figures, claim, risk or benefit, stage, plan.

Each sentence carries what it sums up, so that a reader can open it level by level. Nothing here is typed by
hand: the words for how good evidence is and for how figures differ are worked out from counts and intervals.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from release.audience.copying import Link
from release.audience.items import Benefit, BenefitAssessment, Cited, Risk, RiskAssessment
from release.audience.items_evidence import Evidence, Figure
from release.audience.scales import LEVELS, LIKELIHOOD_WORDS, SEVERITIES
from release.audience.view import AudienceView, StageView
from release.reports.changes import latest, latest_benefit
from release.reports.numbers import bounds_of, common_decimals, number, value_of
from release.reports.prose import plain
from release.reports.safe import anchor
from release.reports.words import Words

Level = Literal["plan", "stage", "risk", "benefit", "claim", "figures"]
BUDGET: Final[Mapping[Level, int]] = {
    "plan": 320,
    "stage": 320,
    "risk": 300,
    "benefit": 300,
    "claim": 240,
    "figures": 240,
}
"""Characters that a sentence of each level may have; what does not fit is left out, from the end."""
TITLE: Final = 90
FIGURES: Final = 3
ROBUST: Final = 3


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence and what it sums up.

    Attributes:
        id: its id on the page.
        href: where what it is about stands in full.
        cites: ids on the page of what it sums up; for figures, of the evidence item.
        below: the sentences that it sums up.
        proposed: whether the wording is that of a summariser, accepted after checks.
    """

    id: str
    level: Level
    text: str
    href: str
    cites: tuple[str, ...]
    below: tuple[Sentence, ...] = ()
    proposed: bool = False

    def each(self) -> Iterator[Sentence]:
        """Yield this sentence and all below it."""
        yield self
        for sentence in self.below:
            yield from sentence.each()


def summary_of(view: AudienceView, focus: StageView | None, decision: str, words: Words) -> Sentence | None:
    """Return the summary of a report; None for a plan without stages.

    Args:
        view: what the audience may see.
        focus: the stage that is decided next, or latest.
        decision: the sentence on that stage.
        words: the words of the report.
    """
    if focus is None:
        return None
    made = _Maker(view, words)
    stages = tuple(made.stage(stage, deep=stage is focus) for stage in view.stages)
    clauses = [decision, made.verdicts()]
    return Sentence(
        "summary:plan",
        "plan",
        fitted(clauses, "plan"),
        "#decision",
        tuple(anchor("stage", stage.id) for stage in view.stages),
        stages,
    )


def fitted(clauses: Iterable[str], level: Level) -> str:
    """Join clauses as long as they fit the budget of a level; the first is cut where it alone does not."""
    text = ""
    for clause in clauses:
        longer = f"{text} {clause}".strip()
        if len(longer) <= BUDGET[level]:
            text = longer
        elif not text:
            return plain(longer, BUDGET[level])
    return text


class _Maker:
    def __init__(self, view: AudienceView, words: Words) -> None:
        self.view, self.words = view, words
        self.evidence = {item.id: item for item in view.content.evidence}
        order = [stage.id for stage in view.stages if stage.shown]
        self.before = dict(zip(order[1:], order, strict=False))

    def verdicts(self) -> str:
        stages = self.view.stages
        counts = {
            verdict: count
            for verdict in ("go", "hold", "no-go")
            if (count := sum(stage.verdict == verdict for stage in stages))
        }
        if len(counts) == 1:
            verdict = self.words.term("verdict", next(iter(counts)))
            return self.words.many("overview.alike", len(stages), verdict=verdict)
        told = (self.words.many(f"overview.stages_{verdict}", count) for verdict, count in counts.items())
        return self.words("overview.stages", count=len(stages), told=", ".join(told))

    def stage(self, stage: StageView, *, deep: bool) -> Sentence:
        content = self.view.content
        risks = [(risk, now) for risk in content.risks if (now := latest(risk.assessments, stage.id))]
        goods = [
            (good, found)
            for good in content.benefits
            if (found := latest_benefit(good.assessments, stage.id))
        ]
        risks.sort(key=lambda pair: _gravity(pair[1]), reverse=True)
        goods.sort(key=lambda pair: _rank(LEVELS, pair[1].magnitude), reverse=True)
        words, verdict = self.words, self.words.term("verdict", stage.verdict)
        clauses = [words("overview.stage", stage=plain(stage.title, TITLE), verdict=verdict)]
        clauses.append(words.many("overview.risks", len(risks)) if risks else words("overview.no_risk"))
        if risks and _gravity(risks[0][1]) > (-1, -1):
            first, levels = risks[0][0], self._levels(risks[0][1])
            clauses.append(words("overview.gravest", risk=plain(first.title, TITLE), levels=levels))
        told = words.many("overview.benefits", len(goods)) if goods else words("overview.no_benefit")
        clauses.append(told)
        below: tuple[Sentence, ...] = ()
        if deep:
            below = (
                *(self.risk(stage, risk, now) for risk, now in risks),
                *(self.benefit(stage, good, now) for good, now in goods),
            )
        cites = (
            *(anchor("risk", risk.id) for risk, _ in risks),
            *(anchor("benefit", good.id) for good, _ in goods),
        )
        here = anchor("stage", stage.id)
        return Sentence(f"summary:{here}", "stage", fitted(clauses, "stage"), f"#{here}", cites, below)

    def _levels(self, now: RiskAssessment) -> str:
        words = self.words
        likelihood = (
            words.graded(now.likelihood) if now.likelihood else words.term("missing", now.word("likelihood"))
        )
        severity = now.severity or now.word("severity")
        return words(
            "overview.levels",
            likelihood=likelihood,
            severity=words.term("severity", severity) if now.severity else words.term("missing", severity),
        )

    def risk(self, stage: StageView, risk: Risk, now: RiskAssessment) -> Sentence:
        words = self.words
        residual = (
            words.term("severity", now.residual)
            if now.residual
            else words.term("missing", now.word("residual"))
        )
        clauses = [
            words("overview.risk", risk=plain(risk.title, TITLE), levels=self._levels(now)),
            self.strength(now.evidence),
            words("overview.residual", residual=residual),
        ]
        return self._assessed("risk", risk.id, clauses, now.evidence, stage)

    def benefit(self, stage: StageView, good: Benefit, now: BenefitAssessment) -> Sentence:
        words = self.words
        found = now.magnitude
        magnitude = words.term("level", found) if found else words.term("missing", now.word("magnitude"))
        clauses = [
            words("overview.benefit", benefit=plain(good.title, TITLE), magnitude=magnitude),
            self.strength(now.evidence),
        ]
        return self._assessed("benefit", good.id, clauses, now.evidence, stage)

    def _assessed(
        self, level: Level, name: str, clauses: list[str], cited: Cited | None, stage: StageView
    ) -> Sentence:
        here = anchor(level, name)
        items = [self.evidence[each.id] for each in _cited(cited) if each.id in self.evidence]
        below = tuple(self.claim(here, item, stage) for item in items)
        cites = tuple(anchor("evidence", item.id) for item in items)
        return Sentence(f"summary:{here}", level, fitted(clauses, level), f"#{here}", cites, below)

    def strength(self, cited: Cited | None) -> str:
        """Say how much evidence there is and whether it agrees: words worked out from counts."""
        words = self.words
        supporting = [each for each in (cited.supporting if cited else ()) if each.id in self.evidence]
        opposing = [each for each in (cited.opposing if cited else ()) if each.id in self.evidence]
        total = len(supporting) + len(opposing)
        if not total:
            return words("overview.no_evidence")
        items = [self.evidence[each.id] for each in (*supporting, *opposing)]
        sure = sum(any(_has_interval(figure) for figure in (*item.figures, *item.declared)) for item in items)
        amount = "robust" if total >= ROBUST and sure else "medium" if total >= ROBUST or sure else "limited"
        most = max(len(supporting), len(opposing))
        agreed = "high" if most == total else "medium" if most * 2 > total else "low"
        return words(
            "overview.strength",
            evidence=words(f"overview.evidence.{amount}"),
            items=words.many("overview.items", total),
            sure=sure,
            agreement=words(f"overview.agreement.{agreed}"),
            supporting=len(supporting),
            opposing=len(opposing),
        )

    def claim(self, owner: str, item: Evidence, stage: StageView) -> Sentence:
        """Say what an item claims, and whether it was computed or is declared."""
        words, here = self.words, anchor("evidence", item.id)
        claim = plain(item.claim, BUDGET["claim"] - 40) if item.claim else item.id
        ending = "" if claim[-1:] in ".!?…" else "."
        text = f"{claim}{ending} ({words.term('provenance', item.provenance)})"
        figures = Sentence(
            f"summary:{owner}:{item.id}:figures", "figures", self.figures(item, stage), f"#{here}", (here,)
        )
        return Sentence(f"summary:{owner}:{item.id}", "claim", text, f"#{here}", (here,), (figures,))

    def figures(self, item: Evidence, stage: StageView) -> str:
        """Say the figures that are about a stage, else about the whole, and how they differ from before."""
        words, found = self.words, item.figures or item.declared
        own = [each for each in found if ("stage", stage.id) in each.by]
        chosen = (own or [each for each in found if not each.by] or list(found))[:FIGURES]
        if not chosen:
            return words("evidence.no_figures")
        earlier = self.before.get(stage.id, "")
        clauses = [
            f"{self._figure(each, found)}{self._against(each, found, stage.id, earlier)}." for each in chosen
        ]
        more = len(own or found) - len(chosen)
        if more > 0:
            clauses.append(words.many("overview.more_figures", more))
        return fitted(clauses, "figures")

    def _figure(self, figure: Figure, found: Sequence[Figure]) -> str:
        words = self.words
        decimals = common_decimals(each for each in found if each.result == figure.result)
        by = [f"{words.term('slice', name)} {words.term('sampling', value)}" for name, value in figure.by]
        name = ", ".join((words.term("result", figure.result), *by))
        absent = words.term("missing", "refused" if figure.refused else "unknown")
        value = value_of(figure, decimals) or absent
        bounds = bounds_of(figure, decimals)
        spread = (
            words("figure.to", low=bounds[0], high=bounds[1]) if bounds else words("figure.without_interval")
        )
        size = number(figure.n) if figure.n is not None else words("figure.no_n")
        unit = f" {figure.unit}" if figure.unit else ""
        return f"{name}: {value}{unit} ({spread}; n {size})"

    def _against(self, figure: Figure, found: Sequence[Figure], stage: str, earlier: str) -> str:
        """Say how a figure differs from that of the stage before; sure only where the intervals part."""
        there = tuple(("stage", earlier) if pair == ("stage", stage) else pair for pair in figure.by)
        if not earlier or there == figure.by:
            return ""
        other = next((one for one in found if one.result == figure.result and one.by == there), None)
        if other is None or figure.value is None or other.value is None:
            return ""
        if not (_has_interval(figure) and _has_interval(other)):
            word = "unsure"
        elif _low(figure) > _high(other):
            word = "higher"
        elif _high(figure) < _low(other):
            word = "lower"
        else:
            word = "overlap"
        return self.words(f"overview.against.{word}", stage=earlier)


def _cited(cited: Cited | None) -> Iterator[Link]:
    if cited is not None:
        yield from (*cited.supporting, *cited.opposing)


def _has_interval(figure: Figure) -> bool:
    return figure.low is not None or figure.high is not None


def _low(figure: Figure) -> float:
    return float("-inf") if figure.low is None else float(figure.low)


def _high(figure: Figure) -> float:
    return float("inf") if figure.high is None else float(figure.high)


def _rank(scale: Sequence[str], word: str) -> int:
    return scale.index(word) if word in scale else -1


def _gravity(now: RiskAssessment) -> tuple[int, int]:
    return _rank(SEVERITIES, now.severity), _rank(LIKELIHOOD_WORDS, now.likelihood)
