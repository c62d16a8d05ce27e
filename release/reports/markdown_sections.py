"""Sections of a report as Markdown that list objects one after the other."""

from __future__ import annotations

from collections.abc import Iterator

from release.reports import lines, sheets, tables
from release.reports.html import command
from release.reports.markdown_blocks import Blocks
from release.reports.markdown_text import code, inert, link
from release.reports.model import FindingEntry, Report
from release.reports.objects import object_href
from release.reports.parts import dated
from release.reports.safe import address, anchor
from release.reports.words import Words


class Sections:
    """Writes the sections of one report."""

    def __init__(self, report: Report, words: Words) -> None:
        self.report, self.view, self.words = report, report.view, words
        sources = ((each.id, address(each.url)) for each in report.view.content.sources)
        self.blocks = Blocks(words, {anchor(name): to for name, to in sources if to})
        self.titles = {stage.id: stage.title for stage in report.view.stages}
        self.href = object_href(report.view)

    def mitigations(self) -> Iterator[str]:
        """Yield the mitigations."""
        for each in self.view.content.mitigations:
            kind = self.words.term("mitigation_kind", each.kind)
            yield from self.blocks.head(anchor("mitigation", each.id), each.title, kind)
            yield from self.blocks.rows(sheets.mitigation_sheet(self.words, each))
            yield from self.blocks.notes(each)
        if not self.view.content.mitigations:
            yield from self.blocks.empty("mitigations")

    def partners(self) -> Iterator[str]:
        """Yield the partners and what they found."""
        words, blocks = self.words, self.blocks
        for partner in self.view.content.partners:
            kind = words.term("partner_kind", partner.kind)
            yield from blocks.head(anchor("partner", partner.id), partner.name, kind)
            yield from blocks.said(partner.question, partner.word("question"))
            yield from blocks.rows(sheets.partner_sheet(words, partner))
            for finding in partner.findings:
                yield from blocks.heading(words("partners.finding"), 4)
                name = code(anchor("finding", partner.id, finding.id))
                yield from (f"{name} · {blocks.parts(dated(words, finding, 'date'))}", "")
                yield from blocks.quoted(finding.text, finding.word("text"))
                yield from blocks.rows(sheets.finding_line(words, finding))
                yield from blocks.notes(finding)
            if not partner.findings:
                yield from (inert(words("partners.no_finding")), "")
            yield from blocks.notes(partner)
        if not self.view.content.partners:
            yield from blocks.empty("partners")

    def evidence(self) -> Iterator[str]:
        """Yield every evidence item with its figures and its source."""
        words, blocks, report = self.words, self.blocks, self.report
        if not self.view.content.evidence:
            yield from blocks.empty("evidence")
            return
        yield from (inert(words("evidence.lede")), "")
        if report.coverage:
            yield from blocks.chart(report.coverage)
        for item in self.view.content.evidence:
            agreed = item.agreement if item.agreement != "not-computed" else ""
            tags = [words.term("kind", item.kind), words.term("provenance", item.provenance)]
            tags += [words.term("agreement", agreed)] if agreed else []
            yield from blocks.head(anchor("evidence", item.id), item.claim, *tags)
            if item.id in report.charts:
                yield from (inert(report.charts[item.id].desc), "")
            for name, figures in (("computed", item.figures), ("declared", item.declared)):
                if figures:
                    caption = words(f"evidence.{name}")
                    yield from blocks.table(tables.figure_table(words, figures, caption))
            if not item.figures and not item.declared:
                yield from (inert(words("evidence.no_figures")), "")
            yield from blocks.rows(sheets.evidence_sheet(words, item, report.uses.get(item.id, ())))
            yield from blocks.notes(item)

    def monitoring(self) -> Iterator[str]:
        """Yield the signals and what was seen."""
        for each in self.view.content.monitoring:
            yield from self.blocks.head(anchor("monitoring", each.id), each.signal)
            yield from self.blocks.rows(sheets.monitoring_sheet(self.words, each))
            if each.observations:
                yield from self.blocks.table(tables.sighting_table(self.words, each))
            else:
                yield from (inert(self.words("monitoring.none")), "")
            yield from self.blocks.notes(each)
        if not self.view.content.monitoring:
            yield from self.blocks.empty("monitoring")

    def events(self) -> Iterator[str]:
        """Yield what happened meanwhile."""
        words, blocks = self.words, self.blocks
        for each in sorted(self.view.content.events, key=lambda one: (not one.date, one.date)):
            kind = inert(words.term("event", each.kind))
            name = code(anchor("event", each.id))
            yield from (f"**{blocks.parts(dated(words, each, 'date'))}** · {kind} · {name}", "")
            yield from blocks.said(each.text, each.word("text"))
            yield from blocks.rows(lines.event_line(words, each))
            yield from blocks.notes(each)
        if not self.view.content.events:
            yield from blocks.empty("events")

    def findings(self) -> Iterator[str]:
        """Yield the findings of rules, the waivers and who decided what."""
        words, blocks, content = self.words, self.blocks, self.view.content
        counts = self.view.summary
        told = {name: getattr(counts, name) for name in ("passed", "failed", "unknown", "waived")}
        yield from (inert(words("findings.lede", **told)), "")
        for stage, entries in self.report.findings:
            yield from blocks.heading(self.titles.get(stage, stage) if stage else words("findings.plan"), 3)
            for entry in entries:
                yield from self._finding(entry)
        if not self.report.findings:
            yield from blocks.empty("findings")
        if content.waivers:
            yield from blocks.heading(words("findings.waivers"), 3)
            for each in content.waivers:
                about = f" {inert(words('findings.for_object', object=each.object))}" if each.object else ""
                at_stage = f" ({inert(each.stage)})" if each.stage else ""
                yield f"- **{inert(each.rule)}**{about}{at_stage}: {inert(lines.waived(words, each))}"
            yield ""
        if content.approvals:
            yield from blocks.heading(words("findings.approvals"), 3)
            yield from blocks.table(tables.approval_table(words, content.approvals))
        if content.attestations:
            yield from blocks.heading(words("findings.attestations"), 3)
            yield from blocks.items(
                f"**{inert(each.statement or each.id)}**: {blocks.parts(lines.attested(words, each))}"
                for each in content.attestations
            )

    def _finding(self, entry: FindingEntry) -> Iterator[str]:
        words, blocks, finding = self.words, self.blocks, entry.finding
        status = words.term("finding_status", finding.status)
        if finding.status == "fail" and finding.severity != "error":
            status = words.term("severity_of_rule", finding.severity)
        meaning = ""
        if finding.verdict and finding.severity == "error" and finding.status != "waived":
            verdict = "hold" if finding.status == "unknown" else finding.verdict
            meaning = f" · {inert(words('findings.means', verdict=words.term('verdict', verdict)))}"
        yield from blocks.heading(f"{finding.rule}: {finding.title}", 4)
        yield from (f"**{inert(status)}** · {inert(finding.pack)}{meaning}", "")
        yield from (inert(lines.message_of(finding)), "")
        if finding.waiver:
            yield from (inert(lines.waived(words, finding.waiver)), "")
        yield from blocks.rows(lines.about_finding(words, entry, self.href))

    def critiques(self) -> Iterator[str]:
        """Yield objections and answers."""
        words, blocks = self.words, self.blocks
        for each in self.view.content.critiques:
            yield from blocks.head(anchor("critique", each.id), f"{words('critiques.of')} {each.of}")
            yield from (blocks.parts(lines.critique_meta(words, each)), "")
            yield from blocks.said(each.text, each.word("text"))
            if each.answer:
                answered = blocks.parts(lines.answer_meta(words, each.answer))
                yield from (f"**{inert(words('critiques.answer'))}** {answered}", "")
                yield from blocks.said(each.answer.text, each.answer.word("text"))
            else:
                yield from (inert(words("critiques.unanswered")), "")
            yield from blocks.notes(each)
        if not self.view.content.critiques:
            yield from blocks.empty("critiques")

    def not_known(self) -> Iterator[str]:
        """Yield what is not known."""
        if not self.report.gaps:
            yield from self.blocks.empty("gaps")
            return
        yield from (inert(self.words.many("gaps.lede", self.report.missing)), "")
        yield from self.blocks.table(tables.gap_table(self.words, self.report.gaps))

    def limits(self) -> Iterator[str]:
        """Yield the limits of the report."""
        for each in self.report.limits:
            more = f" {inert(each.link)}" if each.link else ""
            yield f"- {inert(each.text)}{more}"
        yield ""

    def again(self) -> Iterator[str]:
        """Yield how the report is made again."""
        words, blocks = self.words, self.blocks
        yield from (inert(words("again.lede")), "")
        yield from (code(command(self.view)), "")
        yield from blocks.rows(lines.again_sheet(words, self.view))
        if self.view.params:
            yield from blocks.table(tables.parameter_table(words, self.view.params))

    def sources(self) -> Iterator[str]:
        """Yield the sources."""
        words, blocks = self.words, self.blocks
        for each in self.view.content.sources:
            to = address(each.url)
            title = each.title or words.term("missing", each.word("title"))
            shown = link(title, to) if to else inert(title)
            about = ". ".join(part for part in (inert("; ".join(each.authors)), shown) if part)
            date = f", {inert(each.date)}" if each.date else ""
            places = blocks.parts(lines.source_places(words, each))
            yield f"- {code(anchor('source', each.id))} {about}{date}. {places}".rstrip()
        yield ""
        if not self.view.content.sources:
            yield from blocks.empty("sources")
