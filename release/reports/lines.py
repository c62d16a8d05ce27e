"""Short lines about findings, objections, events, sources, and how to make the report again."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from release.audience.items import Answer, Attestation, Critique, Event, Response, Source, Waiver
from release.audience.view import AudienceView, Pack
from release.base.findings import Finding, WaiverInfo
from release.reports.model import FindingEntry
from release.reports.parts import (
    Part,
    Parts,
    Row,
    citation,
    dated,
    day,
    digest_part,
    field,
    joined,
    linked,
    links,
    missing,
    plain_text,
    stages,
    term,
)
from release.reports.safe import address, contact_address
from release.reports.words import Words


def linked_address(text: str, href: str) -> Parts:
    """Return an address as a link where it may be one, else as text."""
    return (Part(text, "link", href),) if href else plain_text(text)


def about_finding(words: Words, entry: FindingEntry, href: Callable[[str], str]) -> Iterator[Row]:
    """Say what is missing, what to do, what it is about, where it is written and what the rule rests on."""
    yield from about_case(words, entry, href)
    yield from about_rule(words, entry)


def message_of(finding: Finding) -> str:
    """Return what a finding says; its title, which stands above it, is not said again."""
    said = finding.message.removeprefix(f"{finding.title}: ")
    return said[:1].upper() + said[1:]


def about_case(words: Words, entry: FindingEntry, href: Callable[[str], str]) -> Iterator[Row]:
    """Say what a finding misses beyond its message, what it is about and where that is written."""
    finding = entry.finding
    if any(each not in finding.message for each in finding.missing):
        yield Row(words("findings.missing"), plain_text(", ".join(finding.missing)))
    to = href(finding.object)
    yield Row(words("findings.object"), (Part(finding.object, "link", to) if to else Part(finding.object),))
    if len(finding.stages) > 1:
        yield Row(words("findings.counts_at"), stages(finding.stages))
    if entry.place:
        yield Row(words("findings.place"), (Part(entry.place, "code"),))


def about_rule(words: Words, entry: FindingEntry) -> Iterator[Row]:
    """Say what to do and what the rule rests on, or where both are told."""
    finding = entry.finding
    if finding.fix and finding.waiver is None and not entry.whole:
        yield Row(words("findings.fix"), plain_text(finding.fix))
    if entry.whole:
        key = "findings.as_for" if entry.under else "findings.as_for_plan"
        told = Part(words(key, stage=entry.under), "link", f"#{entry.whole}")
        yield Row(words("findings.fix"), (told,))
        return
    basis = []
    for each in finding.references:
        status = f" ({words.term('reference_status', each.status)})" if each.status else ""
        source = each.text or ("" if each.source == "own" else each.source)
        basis.append(plain_text(", ".join(part for part in (source, each.at) if part) + status))
    if basis:
        yield Row(words("findings.basis"), joined(basis, "; "))


def waived(words: Words, waiver: Waiver | WaiverInfo) -> str:
    """Say who waived, from when until when, and why."""

    def said(name: str) -> str:
        written = getattr(waiver, name)
        return written or words.term("missing", waiver.word(name) if isinstance(waiver, Waiver) else "")

    named = {name: said(name) for name in ("approver", "granted", "expires")}
    return f"{words('findings.waived', **named)} {waiver.reason}"


def attested(words: Words, each: Attestation) -> Parts:
    """Say who stands for a statement."""
    since = (day(each.on),) if each.on else ()
    return joined((field(words, each, "answer"), field(words, each, "by"), plain_text(each.role), since))


def critique_meta(words: Words, each: Critique) -> Parts:
    """Say how severe an objection is, whose and when."""
    severity = term(words, each, "severity", "severity")
    return joined((severity, field(words, each, "by"), dated(words, each, "date")))


def answer_meta(words: Words, each: Answer) -> Parts:
    """Say who answered and when."""
    return joined((field(words, each, "by"), dated(words, each, "date")))


def response_line(words: Words, each: Response) -> Iterator[Row]:
    """Say to what a stage answers, who answers when, and by which means."""
    yield Row(words("stages.answers"), links([each.to] if each.to else []))
    yield Row(words("fields.date"), dated(words, each, "date"))
    yield Row(words("fields.by"), field(words, each, "by"))
    if each.mitigations or each.word("mitigations"):
        yield Row(words("fields.mitigations"), linked(words, each, "mitigations"))


def event_line(words: Words, each: Event) -> Iterator[Row]:
    """Say when an event was learned of, if later, and name the stages that it touches, and its sources."""
    if each.learned or each.word("learned"):
        yield Row(words("fields.learned"), dated(words, each, "learned"))
    if each.stages:
        yield Row(words("fields.stages"), stages(each.stages))
    if each.references:
        yield Row(words("fields.source"), joined((citation(one) for one in each.references), "; "))


def source_places(words: Words, each: Source) -> Parts:
    """Say where a source is found."""
    found: list[Parts] = []
    if each.url:
        found.append(linked_address(each.url, address(each.url)))
    if each.archived:
        found.append((Part(f"{words('sources.archived')} "), Part(each.archived, "code")))
    if each.sha256:
        found.append((digest_part(each.sha256),))
    if each.supersedes:
        found.append((Part(f"{words('sources.supersedes')} "), *links([each.supersedes])))
    return joined(found)


def _pack(pack: Pack) -> str:
    why = f": {pack.not_applicable}" if pack.not_applicable else ""
    return f"{pack.title} ({pack.id} {pack.version}){why}"


def again_sheet(words: Words, view: AudienceView) -> Iterator[Row]:
    """Say which bytes were judged, by what, and whom to ask."""
    digest = words("again.digest_plan" if view.insider else "again.digest_view")
    yield Row(digest, (Part(view.digest, "code"),), wide=True)
    if view.lock_digest:
        yield Row(words("again.digest_lock"), (Part(view.lock_digest, "code"),), wide=True)
    if view.lock_state:
        yield Row(words("again.lock"), plain_text(words.term("lock", view.lock_state)))
    yield Row(words("again.tool"), plain_text(f"staged-release {view.tool}"))
    if view.packs:
        yield Row(
            words("again.pack"), joined((plain_text(_pack(each)) for each in view.packs), "; "), wide=True
        )
    contact, homepage = view.content.contact, view.content.homepage
    if contact:
        where = linked_address(contact.address, contact_address(contact.address))
        where = where or missing(words, contact.word("address"))
        yield Row(words("again.contact"), joined((field(words, contact, "name"), where)), wide=True)
    if homepage:
        yield Row(words("again.homepage"), linked_address(homepage, address(homepage)), wide=True)
