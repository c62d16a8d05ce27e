"""Figures as somebody reported them.

Question: what does a source say, where no rows are at hand from which it could be recomputed?

Nothing is computed. The figures have names of their own, each with a `unit`, and their provenance is always
`declared`. Where the item quotes an archived source, the quotation is looked up in it (facts
`quotation_found` and `figures_not_in_source`).

Source: none; it is how every figure of a paper or a press release enters a plan.

Limits: a reported figure is a claim. Rules that ask for an interval, a sample size or rows find none unless
they were reported too.
"""

from __future__ import annotations

from release.evidence.kind import Kind

KIND = Kind(
    name="reported",
    version=1,
    title="Figures as somebody reported them",
    roles=(),
    requires=(),
    results=(),
    compute=None,
)
