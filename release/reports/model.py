"""The model of a report: what every format says, worked out once from what the audience may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from release.audience.history import History
from release.audience.items_evidence import Evidence
from release.audience.scales import LIKELIHOODS, Likelihood
from release.audience.view import AudienceView, StageView
from release.base.findings import SEVERITY_RANK, Finding
from release.reports.changes import Arrival, Change, arrivals, changes, latest
from release.reports.charts.coverage import coverage
from release.reports.charts.dots import by_stage
from release.reports.charts.drawing import Chart
from release.reports.charts.forecast import forecast
from release.reports.charts.matrix import Placed, matrix
from release.reports.charts.replay import replayed
from release.reports.charts.timeline import timeline
from release.reports.compare import Compared
from release.reports.gaps import Gaps, gaps_of
from release.reports.history import verdict_table
from release.reports.safe import anchor
from release.reports.summary import Sentence, summary_of
from release.reports.words import Words

REPORT_PACK = "partner-report"
REASONS = 4


@dataclass(frozen=True, slots=True)
class Reason:
    """A finding that blocks a stage, or would."""

    finding: Finding
    href: str


@dataclass(frozen=True, slots=True)
class StageDecision:
    """The decision on one stage.

    Attributes:
        reasons: the findings that block most, at most `REASONS`; `more` says how many further ones block.
        unexplained: the verdict is not go, and nothing that the audience may see says why.
    """

    stage: StageView
    reasons: tuple[Reason, ...]
    more: int
    failed: int
    unknown: int
    waived: int
    unexplained: bool


@dataclass(frozen=True, slots=True)
class Use:
    """Where an evidence item is used."""

    kind: str
    title: str
    href: str
    side: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit of the report."""

    text: str
    href: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class FindingEntry:
    """A finding with its id on the page.

    Attributes:
        whole: id of the finding under which advice and basis are told; empty where they are told here.
        under: the stage of that finding, by its title.
    """

    anchor: str
    finding: Finding
    place: str
    whole: str = ""
    under: str = ""


def bundled(entries: Sequence[FindingEntry]) -> tuple[tuple[FindingEntry, ...], ...]:
    """Return the findings of a stage, together those that the same rule has for the same reason."""
    found: dict[tuple[object, ...], list[FindingEntry]] = defaultdict(list)
    for each in entries:
        finding = each.finding
        kind = (finding.status, finding.severity, finding.verdict, finding.title, finding.pack)
        alone = (each.anchor,) if finding.waiver else ()
        found[(*kind, *_advice(finding), *alone)].append(each)
    return tuple(tuple(each) for each in found.values())


_Groups = tuple[tuple[str, tuple[FindingEntry, ...]], ...]


@dataclass(frozen=True)
class Report:
    """Everything that a report says.

    Attributes:
        focus: the stage that is decided next, else the last one that is out; None without stages.
        before: the stage before `focus`.
        findings: every finding once, under its first stage (an empty id: the plan), in stage order.
        sentence: what is decided on `focus`.
        overview: the summary that opens level by level.
        compared: what differs from an earlier date, where that was asked for.
        uses: evidence id to where it is used.
        charts: evidence id to its chart.
        history: the verdicts in time, where earlier days were judged again.
        replayed: its chart.
    """

    view: AudienceView
    focus: StageView | None
    before: StageView | None
    sentence: str
    decisions: tuple[StageDecision, ...]
    overview: Sentence | None
    changes: tuple[Change, ...]
    arrivals: tuple[Arrival, ...]
    placed: tuple[Placed, ...]
    findings: tuple[tuple[str, tuple[FindingEntry, ...]], ...]
    gaps: tuple[Gaps, ...]
    limits: tuple[Limit, ...]
    uses: Mapping[str, tuple[Use, ...]]
    charts: Mapping[str, Chart]
    timeline: Chart | None
    matrix: Chart | None
    coverage: Chart | None
    compared: Compared | None = None
    history: History | None = None
    replayed: Chart | None = None
    scale: tuple[Likelihood, ...] = LIKELIHOODS

    @property
    def missing(self) -> int:
        """How many things are not known."""
        return sum(len(each.gaps) for each in self.gaps)

    @property
    def against(self) -> frozenset[str]:
        """The stages that went out, or were decided to, against the verdict."""
        return (
            frozenset(each.stage for each in self.history.taken if each.against)
            if self.history
            else frozenset()
        )


def build(view: AudienceView, words: Words) -> Report:
    """Work out a report."""
    focus = _focus(view)
    before = _before(view, focus)
    entries = _told_once(view, _entries(view), focus)
    hrefs = {id(entry.finding): f"#{entry.anchor}" for _, group in entries for entry in group}
    placed = _placed(view, focus, before)
    gaps = gaps_of(view)
    decisions = tuple(_decision(view, stage, hrefs) for stage in view.stages)
    sentence = _sentence(view, focus, decisions, words)
    return Report(
        view=view,
        focus=focus,
        before=before,
        sentence=sentence,
        decisions=decisions,
        overview=summary_of(view, focus, sentence, words),
        changes=changes(view, before, focus, words) if before and focus else (),
        arrivals=arrivals(view, before, words) if before else (),
        placed=placed,
        findings=entries,
        gaps=gaps,
        limits=tuple(_limits(view, gaps, entries, words)),
        uses=_uses(view),
        charts={
            item.id: chart
            for item in view.content.evidence
            if (chart := forecast(item, words) or by_stage(item, view, words)) is not None
        },
        timeline=timeline(view, words),
        matrix=matrix(placed, words),
        coverage=coverage(view, words),
    )


def with_history(report: Report, history: History, words: Words) -> Report:
    """Return a report that also tells how the verdicts came to be."""
    table = verdict_table(words, report.view, history)
    return replace(report, history=history, replayed=replayed(report.view, history, table, words))


def _focus(view: AudienceView) -> StageView | None:
    if view.next_stage is not None:
        return view.stage(view.next_stage)
    out = [stage for stage in view.stages if stage.status == "released"]
    return out[-1] if out else next(iter(view.stages), None)


def _before(view: AudienceView, focus: StageView | None) -> StageView | None:
    if focus is None:
        return None
    earlier = view.stages[: view.stages.index(focus)]
    return next((stage for stage in reversed(earlier) if stage.shown and stage.status != "cancelled"), None)


def _blocks(finding: Finding) -> bool:
    return finding.severity == "error" and finding.status != "waived"


def _urgency(finding: Finding) -> tuple[int, int, int]:
    stops = finding.status == "fail" and finding.verdict == "no-go"
    order = {"fail": 0, "unknown": 1, "waived": 2}
    return (0 if stops else 1, order[finding.status], -SEVERITY_RANK[finding.severity])


def _decision(view: AudienceView, stage: StageView, hrefs: Mapping[int, str]) -> StageDecision:
    own = view.at_stage(stage.id)
    blocking = sorted((each for each in own if _blocks(each)), key=_urgency)
    counts = {status: sum(each.status == status for each in own) for status in ("fail", "unknown", "waived")}
    return StageDecision(
        stage=stage,
        reasons=tuple(Reason(each, hrefs[id(each)]) for each in blocking[:REASONS]),
        more=max(0, len(blocking) - REASONS),
        failed=counts["fail"],
        unknown=counts["unknown"],
        waived=counts["waived"],
        unexplained=stage.verdict != "go" and not blocking,
    )


def _sentence(
    view: AudienceView, focus: StageView | None, decisions: Sequence[StageDecision], words: Words
) -> str:
    """Say what is decided on the stage that is next, or latest."""
    if focus is None:
        return words("decision.no_stage")
    own = next(each for each in decisions if each.stage is focus)
    when = "next" if view.next_stage else "last"
    values = {"stage": focus.title, "at": view.at, "date": focus.date or words("decision.no_date")}
    start = words(f"decision.{when}.{focus.verdict}", **values)
    blocking = len(own.reasons) + own.more
    if own.unexplained:
        return f"{start} {words('decision.unexplained')}"
    return f"{start} {words.many('decision.reasons', blocking)}" if blocking else start


def _entries(view: AudienceView) -> _Groups:
    groups: dict[str, list[FindingEntry]] = defaultdict(list)
    taken: dict[str, int] = defaultdict(int)
    for finding in sorted(view.findings, key=_urgency):
        name = anchor("rule", finding.rule, *finding.object.split(":", 1))
        taken[name] += 1
        unique = name if taken[name] == 1 else f"{name}:{taken[name]}"
        groups[finding.stage or ""].append(FindingEntry(unique, finding, _place(view, finding)))
    order = ["", *(stage.id for stage in view.stages)]
    return tuple((stage, tuple(groups[stage])) for stage in order if groups.get(stage))


def _told_once(view: AudienceView, groups: _Groups, focus: StageView | None) -> _Groups:
    """Refer findings whose advice and basis are the same to one of them: one of the stage that is decided."""
    titles = {stage.id: stage.title for stage in view.stages}
    first: dict[tuple[object, ...], tuple[FindingEntry, str]] = {}
    for stage, entries in sorted(groups, key=lambda group: focus is None or group[0] != focus.id):
        for entry in entries:
            first.setdefault(_advice(entry.finding), (entry, stage))

    def told(entry: FindingEntry) -> FindingEntry:
        whole, stage = first[_advice(entry.finding)]
        if whole is entry or not entry.finding.references:
            return entry
        return replace(entry, whole=whole.anchor, under=titles.get(stage, ""))

    return tuple((stage, tuple(told(each) for each in entries)) for stage, entries in groups)


def _advice(finding: Finding) -> tuple[object, ...]:
    return finding.rule, finding.fix, finding.references, finding.waiver is None


def _place(view: AudienceView, finding: Finding) -> str:
    """Return file, line and column for insiders.

    The file is named as seen from the plan's folder, so that where that lies changes nothing.
    """
    if not view.insider:
        return ""
    file = finding.at.file.removeprefix(view.path).lstrip("/\\")
    return str(finding.at.but(file=file or "release.yaml"))


def _placed(view: AudienceView, focus: StageView | None, before: StageView | None) -> tuple[Placed, ...]:
    return tuple(
        Placed(
            risk,
            latest(risk.assessments, focus.id) if focus else None,
            latest(risk.assessments, before.id) if before else None,
        )
        for risk in view.content.risks
    )


def _uses(view: AudienceView) -> Mapping[str, tuple[Use, ...]]:
    uses: dict[str, dict[Use, None]] = defaultdict(dict)
    for name, use in _each_use(view):
        uses[name][use] = None
    return {name: tuple(each) for name, each in uses.items()}


def _each_use(view: AudienceView) -> Iterator[tuple[str, Use]]:
    content = view.content
    for kind, assessed in (("risk", content.risks), ("benefit", content.benefits)):
        for each in assessed:
            href = f"#{anchor(kind, each.id)}"
            for assessment in each.assessments:
                if assessment.evidence is not None:
                    for link in assessment.evidence.supporting:
                        yield link.id, Use(kind, each.title, href, "for")
                    for link in assessment.evidence.opposing:
                        yield link.id, Use(kind, each.title, href, "against")
    for mitigation in content.mitigations:
        for link in mitigation.evidence:
            yield link.id, Use("mitigation", mitigation.title, f"#{anchor('mitigation', mitigation.id)}")
    for partner in content.partners:
        for finding in partner.findings:
            for link in finding.evidence:
                yield link.id, Use("finding", partner.name, f"#{anchor('finding', partner.id, finding.id)}")


def _limits(
    view: AudienceView,
    gaps: Sequence[Gaps],
    entries: Sequence[tuple[str, Sequence[FindingEntry]]],
    words: Words,
) -> Iterator[Limit]:
    yield Limit(words("limits.rules"))
    yield Limit(words("limits.date", at=view.at))
    yield Limit(words("limits.likelihood"), "#likelihood-scale", words("limits.scale"))
    missing = sum(len(each.gaps) for each in gaps)
    if missing:
        yield Limit(words.many("limits.gaps", missing), "#not-known", words("sections.not-known"))
    yield from _limits_of_figures(view, words)
    if view.undated:
        yield Limit(words.many("limits.undated", view.undated))
    if view.withheld:
        yield Limit(words.many("limits.withheld", view.withheld))
    if view.lock_state in {"stale", "missing", "partial", "tampered"}:
        yield Limit(words(f"limits.lock.{view.lock_state}"))
    for _, group in entries:
        for entry in group:
            if entry.finding.pack == REPORT_PACK:
                yield Limit(entry.finding.message, f"#{entry.anchor}", entry.finding.rule)


def _limits_of_figures(view: AudienceView, words: Words) -> Iterator[Limit]:
    items = view.content.evidence
    declared = sum(each.provenance != "computed" for each in items)
    if declared:
        yield Limit(
            words("limits.declared", declared=declared, items=len(items)),
            "#evidence",
            words("sections.evidence"),
        )
    bare = sum(_bare(each) for each in items)
    if bare:
        yield Limit(words.many("limits.bare", bare))
    for item in items:
        for text in item.limitations:
            yield Limit(text, f"#{anchor('evidence', item.id)}", item.id)


def _bare(item: Evidence) -> int:
    return sum(each.low is None and each.high is None for each in (item.figures or item.declared))
