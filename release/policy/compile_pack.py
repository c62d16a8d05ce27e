"""Compiling a pack: every expression and placeholder is checked against the types of the plan."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from release.base.errors import ErrorCollector, Position
from release.base.findings import Reference
from release.base.nearest import nearest
from release.base.visible import quoted
from release.policy.checked import Checked
from release.policy.compiled import CompiledPack, CompiledRule
from release.policy.expression import Dialect, ExpressionRefused, Language
from release.policy.pack import Citation, Pack, Rule, Source, Written
from release.policy.syntax import Constant, Node
from release.policy.template import Template, Unbalanced, split

_TRUTHS = frozenset({"bool", "dyn"})
_TOKEN = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\w+|[=!<>]=|&&|\|\|""")


def token_at(source: str, offset: int) -> int:
    """Return how many characters the name, number, text or operator at a place of an expression takes."""
    found = _TOKEN.match(source, offset)
    return 1 if found is None else found.end() - offset


class Checking:
    """Checks the expressions of one file.

    Attributes:
        dialect: the language they are written in.
        text: the file's text.
        errors: where mistakes go.
        results: names that results of evidence may have; None when any may.
        report: expressions may name `report`.
        named: the variables that the expressions checked so far name.
    """

    def __init__(
        self,
        dialect: Dialect,
        text: str,
        errors: ErrorCollector,
        *,
        results: Collection[str] | None = None,
        report: bool = False,
    ) -> None:
        self.dialect = dialect
        self.text = text
        self.errors = errors
        self.results = results
        self.report = report
        self.named: set[str] = set()

    def truth(self, written: Written, scope: str, *, what: str) -> Node:
        """Return the tree of an expression that must be true or false."""
        checked = self.expression(written, scope)
        if checked is None:
            return Constant(value=False)
        if checked.type not in _TRUTHS:
            hint = "compare it with something"
            message = f"{what} must be true or false, and this is of type {checked.type}"
            self.errors.add("IN-056", message, written.at, hint)
        return checked.node

    def expression(
        self, written: Written, scope: str, *, start: int = 0, source: str | None = None
    ) -> Checked | None:
        """Return what is known of an expression, or None after noting what is wrong with it.

        Args:
            written: the text that holds the expression.
            scope: the kind of object it is asked about.
            start: where in the text it starts.
            source: the expression, when it is not the whole text.
        """
        text = written.text if source is None else source
        try:
            checked = self.dialect.check(text, scope, report=self.report)
        except ExpressionRefused as refused:
            for complaint in refused.complaints:
                code = "IN-057" if complaint.limit else "IN-056"
                at, length = self.span(written, start + complaint.offset, token_at(text, complaint.offset))
                self.errors.add(code, complaint.message, at, complaint.hint, length)
            return None
        self.named.update(name for name, _ in checked.variables)
        self._check_results(checked, written, start)
        return checked

    def _check_results(self, checked: Checked, written: Written, start: int) -> None:
        for name, offset in checked.results if self.results is not None else ():
            if name not in (self.results or ()):
                near = nearest(name, self.results or ())
                other = 'of the kind `reported`, write result(e, "name", {})'
                hint = f"did you mean '{near}'?" if near else other
                message = f"no evidence kind has a result {quoted(name)}"
                at, length = self.span(written, start + offset, len(name))
                self.errors.add("IN-056", message, at, hint, length)

    def template(self, written: Written | None, scope: str) -> Template:
        """Return a message with its placeholders checked."""
        if written is None:
            return Template(())
        try:
            pieces = split(written.text)
        except Unbalanced as error:
            hint = "write {{ expression }}"
            at, length = self.span(written, error.offset, 2)
            self.errors.add("IN-058", error.message, at, hint, length)
            return Template(())
        parts: list[str | Node] = []
        for piece in pieces:
            if isinstance(piece, str):
                parts.append(piece)
                continue
            checked = self.expression(written, scope, start=piece.offset, source=piece.source)
            if checked is not None:
                parts.append(checked.node)
        return Template(parts)

    def span(self, written: Written, offset: int, length: int) -> tuple[Position, int | None]:
        """Return where a part of a text of the file stands, and how many code points it takes in its line.

        Args:
            written: the text.
            offset: where in it the part starts.
            length: how long the part is, in the text as it is meant.
        """
        from release.policy.scalars import place_in_scalar

        at = written.at

        def place(index: int) -> tuple[int, int]:
            return place_in_scalar(self.text, at.line, at.column, written.text, index)

        line, column = place(offset)
        if offset and (line, column) == place(0):  # not found again in the file: the whole text is shown
            return Position(at.file, line, column), None
        last, end = place(offset + max(length, 1) - 1)
        return Position(at.file, line, column), end + 1 - column if last == line else None


def compile_pack(
    pack: Pack, language: Language, errors: ErrorCollector, *, results: Collection[str] | None = None
) -> CompiledPack:
    """Compile a pack; mistakes go to `errors`, and then the pack must not be used.

    Args:
        pack: the pack as read.
        language: the language over the plan's types.
        errors: where mistakes go.
        results: names that results of evidence may have; None when any may.
    """
    errors.texts[pack.file] = pack.text
    checking = Checking(language.dialect(pack.param_types), pack.text, errors, results=results)
    sources = {source.id: source for source in pack.sources}
    when = pack.applies.when
    condition = None if when is None else checking.truth(when, "plan", what="`when`")
    checking.report = True
    return CompiledPack(
        id=pack.id,
        version=pack.version,
        title=pack.title,
        file=pack.file,
        digest=pack.digest,
        at=pack.at,
        shipped=pack.shipped,
        params=pack.params,
        rules=tuple(_rule(rule, checking, sources) for rule in pack.rules),
        start=pack.applies.start,
        condition=condition,
        organisation=pack.organisation,
    )


def _rule(rule: Rule, checking: Checking, sources: Mapping[str, Source]) -> CompiledRule:
    known = checking.results
    if "reported" in rule.evidence_kinds:  # its figures have names of their own
        checking.results = None
    checking.named.clear()
    when = None if rule.when is None else checking.truth(rule.when, rule.kind, what="`when`")
    require = checking.truth(rule.require, rule.kind, what="`require`")
    message, fix = checking.template(rule.message, rule.kind), checking.template(rule.fix, rule.kind)
    checking.results = known
    return CompiledRule(
        id=rule.id,
        title=rule.title,
        severity=rule.severity,
        verdict=rule.verdict,
        kind=rule.kind,
        evidence_kinds=rule.evidence_kinds,
        same_as=rule.same_as,
        references=tuple(_reference(each, sources) for each in rule.references),
        for_report=rule.for_report or "report" in checking.named,
        at=rule.at,
        when=when,
        require=require,
        message=message,
        fix=fix,
    )


def _reference(citation: Citation, sources: Mapping[str, Source]) -> Reference:
    source = sources.get(citation.source)
    text = source.title if source is not None else ""
    if citation.quote:
        text = f"{text}: “{citation.quote}”" if text else f"“{citation.quote}”"
    return Reference(citation.source, citation.at, citation.status, text)
