"""The weakest claims of a plan: each attacked, ranked by its weight in the verdict times its weakness."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from release.analysis.attack import Attack, Grounds, Node, figures_of
from release.analysis.attacks import attacks_on
from release.analysis.case import Case
from release.analysis.flipping import Alone, flips_of
from release.analysis.wording import judged_words
from release.base.dates import moment
from release.base.errors import Position
from release.base.labels import Label
from release.base.pointers import EVERYTHING
from release.base.record import Record
from release.evidence.prose import ProseFigure, figures_in, not_borne_out, numbers_of, shares_in
from release.evidence.stage_evidence import about
from release.gate.judgement import Judgement

_CARRIES: Final = 1.0
_SHAPES: Final = 0.7
_CITED: Final = 0.5
_IDLE: Final = 0.3


class Claim(Record):
    """Something that the plan says is so.

    Attributes:
        object: `kind:id`.
        weight: how much of the verdict rests on it, from 0 to 1.
        evidence: ids of what backs it.
    """

    object: str
    text: str
    pointer: str
    weight: float
    evidence: tuple[str, ...]
    label: Label


class Flaw(Record):
    """A weakness of a claim.

    Attributes:
        by: `release`, or the name of an outside critic.
    """

    claim: Claim
    check: str
    text: str
    weakness: float
    at: Position
    pointer: str
    by: str
    label: Label

    @property
    def score(self) -> float:
        """Weight in the verdict times weakness."""
        return self.claim.weight * self.weakness


class Recorded(Record):
    """A critique that stands in the plan.

    Attributes:
        answer: what was answered, empty while it is open.
    """

    id: str
    of: str
    text: str
    by: str
    date: str
    severity: str
    answer: str
    at: Position
    pointer: str
    label: Label


class Critique(Record):
    """All of it: claims, flaws by score, and critiques on record, open ones first."""

    judgement: Judgement
    stage: str | None
    claims: tuple[Claim, ...]
    flaws: tuple[Flaw, ...]
    recorded: tuple[Recorded, ...]


def critique_of(case: Case, stage: str | None) -> Critique:
    """Attack every claim of a plan.

    Args:
        case: the plan.
        stage: the stage whose verdict gives claims their weight; None where every stage is out.
    """
    return _Critic(case, stage).run()


def with_critic(
    case: Case, critique: Critique, name: str, said: Sequence[tuple[str, str, float]]
) -> Critique:
    """Return a critique with what an outside critic says: (claim, text, weakness), checked already."""
    claims = {each.object: each for each in critique.claims}
    plan = case.plan
    flaws = [
        Flaw(
            claim=claims[of],
            check="critic",
            text=text,
            weakness=weakness,
            at=plan.object_position(claims[of].pointer),
            pointer=plan.local_pointer(claims[of].pointer),
            by=name,
            label=claims[of].label,
        )
        for of, text, weakness in said
    ]
    return critique.but(flaws=tuple(sorted([*critique.flaws, *flaws], key=_rank)))


def _rank(flaw: Flaw) -> tuple[float, str, str]:
    return -flaw.score, flaw.claim.object, flaw.check


class _Critic:
    def __init__(self, case: Case, stage: str | None) -> None:
        self._case = case
        self._stage = stage
        self._judgement = case.judgement()
        self._facts = self._judgement.facts
        alone = flips_of(case, stage, evaluations=1).alone if stage is not None else ()
        self._alone: dict[str, Alone] = {each.part.object: each for each in alone}
        verdict = self._judgement.stage(stage).verdict if stage is not None else self._judgement.verdict
        self._verdict = verdict
        sources = self._facts.get("sources", ())
        self._grounds = Grounds(
            at=self._judgement.at,
            superseded={each["supersedes"]: each for each in sources if "supersedes" in each},
            stages={each["id"]: each for each in self._facts["stages"]},
        )

    def run(self) -> Critique:
        claims: list[Claim] = []
        flaws: list[Flaw] = []
        for claim, attacks in self._attacked():
            claims.append(claim)
            flaws += [self._flaw(claim, attack) for attack in attacks]
        flaws.sort(key=_rank)
        return Critique(self._judgement, self._stage, tuple(claims), tuple(flaws), tuple(self._recorded()))

    def _flaw(self, claim: Claim, attack: Attack) -> Flaw:
        plan = self._case.plan
        label = claim.label
        for pointer in attack.also:
            label = label.meet(plan.label(pointer))
        return Flaw(
            claim=claim,
            check=attack.check,
            text=attack.text,
            weakness=attack.weakness,
            at=plan.object_position(claim.pointer),
            pointer=plan.local_pointer(claim.pointer),
            by="release",
            label=label,
        )

    def _attacked(self) -> Iterator[tuple[Claim, list[Attack]]]:
        for item in self._facts.get("evidence", ()):
            claim = self._claim(f"evidence:{item['id']}", str(item.get("claim", "")), item, [item])
            yield claim, [_naming(item, attack) for attack in attacks_on(item, self._grounds)]
        for risk in self._facts.get("risks", ()):
            for each in risk.get("assessments", ()):
                name = f"assessment:{risk['id']}/{each['stage']}"
                cited = _cited(each)
                claim = self._claim(name, str(each.get("rationale", "")), each, cited)
                yield claim, [*self._assessment(each, cited), *self._ignored(risk, each)]
        for benefit in self._facts.get("benefits", ()):
            for each in benefit.get("assessments", ()):
                name = f"benefit:{benefit['id']}/{each['stage']}"
                cited = _cited(each)
                claim = self._claim(name, str(each.get("rationale", "")), each, cited)
                yield claim, list(self._assessment(each, cited))
        for partner in self._facts.get("partners", ()):
            for finding in partner.get("findings", ()):
                cited = list(finding.get("evidence", ()))
                claim = self._claim(f"finding:{finding['id']}", str(finding.get("text", "")), finding, cited)
                yield claim, list(_finding(finding, cited))
        for signal in self._facts.get("monitoring", ()):
            claim = self._claim(f"monitoring:{signal['id']}", str(signal.get("signal", "")), signal, [])
            yield claim, list(_watching(signal))

    def _claim(self, name: str, text: str, node: Node, evidence: Sequence[Node]) -> Claim:
        plan = self._case.plan
        label = plan.label(node["$at"])
        for item in evidence:
            label = label.meet(plan.label(item["$at"]))
        sides = node.get("evidence")
        if isinstance(sides, Mapping) and "$at" in sides:
            label = label.meet(plan.label(sides["$at"]))
        ids = tuple(item["id"] for item in evidence)
        return Claim(name, text, node["$at"], self._weight(name, node, ids), ids, label)

    def _weight(self, name: str, node: Node, evidence: Sequence[str]) -> float:
        found = [_IDLE]
        for part in (name, *(f"evidence:{each}" for each in evidence)):
            alone = self._alone.get(part)
            if alone is not None and alone.verdict != self._verdict:
                found.append(_CARRIES)
            elif alone is not None and (alone.opened or alone.closed):
                found.append(_SHAPES)
        if self._stage is not None and self._stage in (*node.get("cited_for", ()), node.get("stage")):
            found.append(_CITED)
        return max(found)

    def _assessment(self, assessment: Node, cited: Sequence[Node]) -> Iterator[Attack]:
        stage = self._grounds.stages.get(str(assessment.get("stage")))
        also = tuple(item["$at"] for item in cited)
        for item in cited:
            answer = None if stage is None else about(item, stage)
            if answer is False and "transfer_argument" not in item:
                text = (
                    f"it cites {item['id']}, which is about {', '.join(item.get('stages', ())) or 'others'}"
                )
                yield Attack("other-stage", f"{text}, and nothing says why that should carry over", 0.8, also)
            elif answer is None and stage is not None:
                text = f"it cites {item['id']}, and nobody knows if that is about this stage"
                yield Attack("other-stage", text, 0.6, also)
        if not cited and ("likelihood" in assessment or assessment.get("magnitude") in {"moderate", "high"}):
            yield Attack("unbacked", "it is judged on no evidence at all", 0.6)
        if assessment.get("confidence") == "high" and all(_weak(item) for item in cited):
            text = "its confidence is high, and nothing that it cites was recomputed with an interval"
            yield Attack("uncalibrated", text, 0.8, also)
        if cited and all(item.get("evaluator", {}).get("kind") == "developer" for item in cited):
            who = tuple(item["evaluator"]["$at"] for item in cited if "$at" in item["evaluator"])
            yield Attack("dependent", "everything that it cites is the developer's own", 0.4, (*also, *who))
        marginal = assessment.get("marginal")
        if isinstance(marginal, Mapping) and "text" in marginal and not marginal.get("baseline"):
            yield Attack("no-baseline", "it speaks of what the stage adds, and not to what", 0.7)
        text = str(assessment.get("rationale", ""))
        yield from judged_words(text)
        if cited:
            yield from _not_cited(text, cited, also, "nothing that it cites does")

    def _ignored(self, risk: Node, assessment: Node) -> Iterator[Attack]:
        """Yield findings that speak for holding the stage, of which no assessment of it takes notice.

        They are told once a stage, at its assessment of the first risk.
        """
        first = next(iter(self._facts.get("risks", ())), None)
        if risk is not first or "date" not in assessment:
            return
        stage = assessment.get("stage")
        noticed = {
            item["id"]
            for each in self._facts.get("risks", ())
            for other in each.get("assessments", ())
            if other.get("stage") == stage
            for item in _cited(other)
        }
        for partner in self._facts.get("partners", ()):
            for finding in partner.get("findings", ()):
                own = {item["id"] for item in finding.get("evidence", ())}
                concerns = self._in_time(finding, str(stage)) and (
                    stage in finding.get("stages", ()) or "stages" in finding.get("$unknown", ())
                )
                if finding.get("favours") == "hold" and concerns and not own & noticed:
                    text = (
                        f"finding {finding['id']} speaks for holding, and no assessment of the stage cites it"
                    )
                    # Something hidden may cite it.
                    yield Attack("one-sided", text, 0.8, (EVERYTHING,))

    def _in_time(self, finding: Node, stage: str) -> bool:
        """Tell whether a finding was there before the stage's date."""
        date, limit = finding.get("date"), self._grounds.stages.get(stage, {}).get("date")
        return date is None or limit is None or moment(date) <= moment(limit)

    def _recorded(self) -> Iterator[Recorded]:
        plan = self._case.plan
        found = []
        for each in self._facts.get("critiques", ()):
            answer = each.get("answer", {})
            label = plan.label(each["$at"])
            beside = [answer["$at"]] if isinstance(answer, Mapping) and "$at" in answer else []
            for pointer in (*beside, *self._meant(str(each["of"]))):
                label = label.meet(plan.label(pointer))
            found.append(
                Recorded(
                    id=each["id"],
                    of=str(each["of"]),
                    text=str(each.get("text", "")),
                    by=str(each.get("by", "")),
                    date=str(each.get("date", "")),
                    severity=str(each.get("severity", "")),
                    answer=str(answer.get("text", "answered")) if answer else "",
                    at=plan.object_position(each["$at"]),
                    pointer=plan.local_pointer(each["$at"]),
                    label=label,
                )
            )
        yield from sorted(found, key=lambda each: bool(each.answer))

    def _meant(self, name: str) -> Iterator[str]:
        """Yield the pointers of the objects that a critique may be of: `kind:id`, or an id alone."""
        kind, colon, rest = name.partition(":")
        for each, nodes in self._case.plan.objects.items():
            node = nodes.get(rest if colon else name) if not colon or each == kind else None
            if node is not None and "$at" in node:
                yield node["$at"]


def _naming(item: Node, attack: Attack) -> Attack:
    """Return the attack with the places of the figures that it names: each may have a label of its own.

    What is said of numbers in words rests on all figures, for each of them might bear the number out.
    """
    figures = [each for each in figures_of(item) if attack.check == "prose" or each.shown in attack.text]
    return attack.but(also=(*attack.also, *_places([each.figure for each in figures])))


def _places(nodes: Iterable[Node]) -> tuple[str, ...]:
    return tuple(node["$at"] for node in nodes if "$at" in node)


def _cited(node: Mapping[str, Any]) -> list[Node]:
    sides = node.get("evidence", {})
    if not isinstance(sides, Mapping):
        return []
    return [*sides.get("for", ()), *sides.get("against", ())]


def _all_figures(items: Iterable[Node]) -> list[Node]:
    return [each.figure for item in items for each in figures_of(item)]


def _weak(item: Node) -> bool:
    """Tell whether an item has no computed figure with an interval."""
    figures = figures_of(item)
    return item.get("provenance") != "computed" or not any("low" in each.figure for each in figures)


def _finding(finding: Node, cited: Sequence[Node]) -> Iterator[Attack]:
    also = tuple(item["$at"] for item in cited)
    text = str(finding.get("text", ""))
    yield from judged_words(text)
    if not cited:
        yield Attack("unbacked", "the finding names no evidence", 0.6)
        return
    yield from _not_cited(text, cited, also, "its evidence does not")


def _not_cited(text: str, cited: Sequence[Node], also: tuple[str, ...], tail: str) -> Iterator[Attack]:
    """Yield results that a text tells and that no figure of what it cites bears out."""
    figures = _all_figures(cited)
    wrong = not_borne_out(_results_in(text), numbers_of(figures))
    if wrong:
        yield Attack("prose", f"it says {', '.join(wrong)}, and {tail}", 0.8, (*also, *_places(figures)))


def _results_in(text: str) -> list[ProseFigure]:
    return [each for each in (*figures_in(text), *shares_in(text)) if each.result]


def _watching(signal: Node) -> Iterator[Attack]:
    """Yield that nothing was seen where nobody says how much was watched."""
    amount = signal.get("exposure", {}).get("amount") if isinstance(signal.get("exposure"), Mapping) else None
    bare = [
        each
        for each in signal.get("observations", ())
        if each.get("count") == 0 and amount is None and "rate" not in each
    ]
    if bare:
        text = f"{len(bare)} times nothing was seen, and how much was watched is not known"
        yield Attack("no-baseline", text, 0.7)
