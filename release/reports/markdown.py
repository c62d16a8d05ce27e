"""A report as Markdown: front matter for programs, then what the page says, for readers and for `git diff`.

Text from input is made inert, so that every engine shows it as text. Nothing but headings, lists, pipe
tables and links is used: no raw HTML, no footnotes, no ids of headings, which engines write differently.
What the page links within itself is named by its id instead, which stands under the heading of each object.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from release.audience.items import BenefitAssessment, RiskAssessment, Stage
from release.audience.view import AudienceView, StageView
from release.reports import lines, sheets, tables
from release.reports.history import decision_table, history_lines
from release.reports.html import SECTIONS, audience_text, tiles
from release.reports.markdown_sections import Sections
from release.reports.markdown_text import code, inert, quoted
from release.reports.model import Report, StageDecision, build
from release.reports.parts import citation
from release.reports.safe import anchor
from release.reports.summary import Sentence
from release.reports.twin import SCHEMA
from release.reports.words import Words, read_words


def render_markdown(view: AudienceView, *, lang: str = "en", words: Words | None = None) -> str:
    """Return the report of one audience as Markdown.

    Raises:
        UnknownLanguage: no words are shipped for `lang`.
    """
    words = words or read_words(lang)
    return markdown_of(build(view, words), words)


def markdown_of(report: Report, words: Words) -> str:
    """Return a report as Markdown."""
    writer = _Writer(report, words)
    return "\n".join((*_front_matter(report, words), *writer.lines())).rstrip() + "\n"


def _front_matter(report: Report, words: Words) -> Iterator[str]:
    view = report.view
    values = {
        "title": view.title,
        "plan": view.plan_id,
        "verdict": view.verdict,
        "decision": view.verdict if report.focus is None else report.focus.verdict,
        "stage": report.focus.id if report.focus else "",
        "at": view.at,
        "audience": view.audience,
        "lang": words.lang,
    }
    yield "---"
    yield f"schema: {SCHEMA}"
    yield from (f"{name}: {quoted(value)}" for name, value in values.items())
    yield f'digest: "{view.digest}"'
    yield f"withheld: {view.withheld}"
    yield from ("---", "")


class _Writer(Sections):
    """Writes one report; a method per section of the page."""

    def lines(self) -> Iterator[str]:
        """Yield the lines of the report."""
        view, words = self.view, self.words
        yield from self.blocks.heading(view.title, 1)
        facts = [
            (words("head.developer"), inert(view.developer)),
            (words("head.audience"), inert(audience_text(view, words))),
            (words("head.at"), inert(view.at)),
            (words("head.plan"), code(view.plan_id)),
            (words("head.digest"), code(view.digest)),
        ]
        yield from self.blocks.items(f"**{inert(name)}**: {value}" for name, value in facts if value)
        for name in SECTIONS:
            yield from self.blocks.heading(words(f"sections.{name}"), 2)
            yield from self._sections[name](self)
        made = words("foot.made", tool=view.tool, at=view.at)
        yield from ("---", "")
        yield f"{inert(made)} {inert(words('foot.audience', audience=audience_text(view, words)))}"

    def _decision(self) -> Iterator[str]:
        words, content = self.words, self.view.content
        if content.summary:
            yield from self.blocks.said(content.summary)
        verdict, sentence = words.term("verdict", self.view.verdict), self.report.sentence
        yield from (f"**{inert(verdict)}.** {inert(sentence)}", "")
        yield from self.blocks.items(
            f"{count} {inert(words.many(f'tiles.{name}', count))}" for name, count, _ in tiles(self.report)
        )
        for each in self.report.decisions:
            yield from self._stage_decision(each)
        if content.strategy:
            yield from self.blocks.heading(words("decision.strategy"), 3)
            yield from self.blocks.said(content.strategy.rationale, content.strategy.word("rationale"))
            yield from self.blocks.items(
                self.blocks.parts(citation(each)) for each in content.strategy.references
            )
            yield from self.blocks.notes(content.strategy)
        yield from self.blocks.notes(content)

    def _stage_decision(self, each: StageDecision) -> Iterator[str]:
        words, stage = self.words, each.stage
        when = words("decision.withheld")
        if stage.shown:
            when = " ".join(part for part in (words.term("status", stage.status), stage.date) if part)
        verdict = words.term("verdict", stage.verdict)
        against = f" · **{inert(words('history.card'))}**" if stage.id in self.report.against else ""
        yield f"- **{inert(stage.title)}**: **{inert(verdict)}** ({inert(when)}){against}"
        for reason in each.reasons[:3]:
            status = words.term("finding_status", reason.finding.status)
            yield f"    - {code(reason.finding.rule)} {inert(status)}: {inert(reason.finding.title)}"
        more = each.more + len(each.reasons) - 3
        if more > 0:
            yield f"    - {inert(words.many('decision.more', more))}"
        elif each.unexplained or not each.reasons:
            yield f"    - {inert(words('decision.unexplained' if each.unexplained else 'decision.nothing'))}"
        yield ""

    def _overview(self) -> Iterator[str]:
        if self.report.overview is None:
            yield from (inert(self.words("decision.no_stage")), "")
            return
        yield from (inert(self.words("overview.lede")), "")
        yield from self._sentence(self.report.overview, 0)
        yield ""

    def _sentence(self, sentence: Sentence, depth: int) -> Iterator[str]:
        about = f" ({code(sentence.href.removeprefix('#'))})" if sentence.level != "plan" else ""
        proposed = f" ({inert(self.words('overview.proposed'))})" if sentence.proposed else ""
        yield f"{'    ' * depth}- {inert(sentence.text)}{about}{proposed}"
        for each in sentence.below:
            yield from self._sentence(each, depth + 1)

    def _changes(self) -> Iterator[str]:
        report, words = self.report, self.words
        if report.compared is not None:
            yield from self.blocks.heading(words("compare.since", since=report.compared.since), 3)
            yield from (inert(report.compared.sentence), "")
            for table in report.compared.tables:
                yield from self.blocks.table(table)
        if not (report.before and report.focus):
            yield from self.blocks.empty("changes")
            return
        lede = words("changes.lede", before=report.before.title, focus=report.focus.title)
        yield from (inert(lede), "")
        if report.changes:
            yield from self.blocks.table(tables.change_table(words, report))
        else:
            yield from (inert(words("changes.none")), "")
        if report.arrivals:
            yield from self.blocks.heading(words("changes.since", date=report.before.date), 3)
            yield from self.blocks.items(
                f"{inert(each.date)}: {inert(words(f'changes.kind.{each.kind}'))}: {inert(each.text)}"
                f" ({code(each.href.removeprefix('#'))})"
                for each in report.arrivals
            )

    def _history(self) -> Iterator[str]:
        history, words, view = self.report.history, self.words, self.view
        if history is None:
            yield from self.blocks.empty("history")
            return
        told = " ".join((words("history.lede"), *history_lines(words, view, history)))
        yield from (inert(told), "")
        if self.report.replayed:
            yield from self.blocks.chart(self.report.replayed)
        else:
            yield from (inert(words("history.no_day")), "")
        if history.taken:
            yield from self.blocks.heading(words("history.decisions"), 3)
            yield from self.blocks.table(decision_table(words, view, history))

    def _stages(self) -> Iterator[str]:
        blocks, content = self.blocks, self.view.content
        if self.report.timeline:
            yield from blocks.chart(self.report.timeline)
        details = {stage.id: stage for stage in content.stages}
        for stage in self.view.stages:
            verdict = self.words.term("verdict", stage.verdict)
            yield from blocks.head(anchor("stage", stage.id), stage.title, verdict)
            detail = details.get(stage.id)
            if detail is None:
                yield from (inert(self.words("stages.hidden")), "")
            else:
                yield from self._stage(stage, detail)
        if not self.view.stages:
            yield from blocks.empty("stages")
        for variant in content.variants:
            yield from blocks.head(anchor("variant", variant.id), variant.title)
            yield from blocks.rows(sheets.variant_sheet(self.words, variant))
            yield from blocks.notes(variant)

    def _stage(self, stage: StageView, detail: Stage) -> Iterator[str]:
        words, blocks = self.words, self.blocks
        yield from blocks.rows(sheets.stage_sheet(words, stage, detail))
        if detail.rationale:
            yield from blocks.said(detail.rationale)
        elif detail.word("rationale"):
            missing = words.term("missing", detail.word("rationale"))
            yield from (f"**{inert(words('fields.rationale'))}**: *{inert(missing)}*", "")
        if detail.variants:
            named = (
                f"{inert(each.title or each.id)} ({code(f'variant:{each.id}')})" for each in detail.variants
            )
            yield from (f"**{inert(words('fields.variants'))}**: {', '.join(named)}", "")
        if detail.artefacts:
            yield from blocks.heading(words("stages.artefacts"), 4)
            for each in detail.artefacts:
                kind = words.term("artefact", each.kind)
                ref = f" ({blocks.parts(citation(each.ref, quote=False))})" if each.ref else ""
                about = ", ".join(inert(part) for part in (each.title, each.date) if part)
                yield f"- {inert(kind)}: {about}{ref}"
            yield ""
        if detail.criteria:
            yield from blocks.heading(words("stages.criteria"), 4)
            for one in detail.criteria:
                written = one.written or words.term("missing", one.word("written"))
                verdict = words.term("verdict", one.verdict)
                meaning = inert(words("stages.criterion", verdict=verdict, date=written))
                asks = f" ({inert(one.require)})" if one.require else ""
                yield f"- {code(one.id)} {inert(one.text)} {meaning}{asks}"
            yield ""
        if detail.responses:
            yield from blocks.heading(words("stages.responses"), 4)
            for response in detail.responses:
                yield from blocks.said(response.text, response.word("text"))
                yield from blocks.rows(lines.response_line(words, response))
                yield from blocks.notes(response)
        if detail.reasons_fail_when:
            yield from blocks.heading(words("stages.reasons_fail_when"), 4)
            yield from blocks.items(inert(each) for each in detail.reasons_fail_when)
        yield from blocks.notes(detail)

    def _risks(self) -> Iterator[str]:
        report, words, blocks, content = self.report, self.words, self.blocks, self.view.content
        if report.focus:
            yield from (inert(words("risks.lede", stage=report.focus.title)), "")
        yield from blocks.heading(words("risks.risks"), 3)
        if report.placed:
            yield from blocks.table(tables.risk_table(words, report))
            if report.matrix:
                yield from blocks.chart(report.matrix)
            else:
                yield from (inert(words("risks.no_matrix")), "")
        else:
            yield from blocks.empty("risks")
        yield from blocks.heading(words("risks.benefits"), 3)
        if content.benefits:
            yield from blocks.table(tables.benefit_table(words, report))
        else:
            yield from blocks.empty("benefits")
        actors = {each.id: each for each in content.actors}
        for risk in content.risks:
            yield from blocks.head(anchor("risk", risk.id), risk.title, words("fields.risk"), risk.category)
            yield from blocks.said(risk.description, risk.word("description"))
            yield from blocks.rows(sheets.risk_sheet(words, risk, actors))
            for each in risk.assessments:
                yield from self._assessment(each)
            yield from blocks.notes(risk)
        for benefit in content.benefits:
            yield from blocks.head(anchor("benefit", benefit.id), benefit.title, words("fields.benefit"))
            for assessment in benefit.assessments:
                yield from self._assessment(assessment)
            yield from blocks.notes(benefit)
        yield from blocks.heading(words("risks.scale"), 3)
        yield from (inert(words("risks.scale_text")), "")
        yield from blocks.items(
            f"**{inert(words.term('likelihood', each.word))}**: {inert(words.span(each))}"
            for each in report.scale
        )

    def _assessment(self, each: RiskAssessment | BenefitAssessment) -> Iterator[str]:
        words, blocks = self.words, self.blocks
        yield from blocks.heading(words("risks.at_stage", stage=self.titles.get(each.stage, each.stage)), 4)
        told = ", ".join(inert(part) for part in (each.date, each.by) if part)
        if told:
            yield from (told, "")
        if isinstance(each, RiskAssessment):
            yield from blocks.rows(sheets.assessment_sheet(words, each))
        else:
            yield from blocks.rows(sheets.benefit_sheet(words, each))
        yield from blocks.said(each.rationale, each.word("rationale"))
        yield from blocks.rows(sheets.cited_line(words, each))
        yield from blocks.notes(each)

    _sections: Mapping[str, Callable[[_Writer], Iterator[str]]] = {
        "decision": _decision,
        "overview": _overview,
        "changes": _changes,
        "history": _history,
        "stages": _stages,
        "risks": _risks,
        "mitigations": Sections.mitigations,
        "partners": Sections.partners,
        "evidence": Sections.evidence,
        "monitoring": Sections.monitoring,
        "events": Sections.events,
        "findings": Sections.findings,
        "critiques": Sections.critiques,
        "not-known": Sections.not_known,
        "limits": Sections.limits,
        "again": Sections.again,
        "sources": Sections.sources,
    }
