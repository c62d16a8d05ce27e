"""Figures in prose, quotations in sources."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release.evidence.archive import archived_text, page_text
from release.evidence.prose import figures_in, not_borne_out, not_quoted
from release.evidence.quotation import folded, stands_in


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("72% of one cohort, 83 % before", ["72%", "83 %"]),
        ("accuracy 0.95 or .5", ["0.95", ".5"]),
        ("8% to 18%", ["8%", "18%"]),
        ("between 8 and 18 percent", ["8", "18 percent"]),
        ("the 774M and 1.5B models, GPT-2, top_k_40, v1.2.3", []),
        ("on 2019-11-05, in 2019", []),
        ("3 raters of 10", []),
        ("1,234 items", ["1,234"]),
        ("6.72, 6.91.", ["6.72", "6.91"]),
        ("about $5", []),
        ("6.28 points, 3 percentage points and 8 pp", ["6.28 points", "3 percentage points", "8 pp"]),
    ],
)
def test_figures_are_what_a_reader_would_check(text, figures) -> None:
    assert [figure.text for figure in figures_in(text)] == figures


@pytest.mark.parametrize(
    ("claim", "numbers", "left"),
    [
        ("8% to 18%", ["0.085", "0.0628", "0.1727", "0.1838"], []),
        ("8% to 18%", ["0.0628", "0.1727"], ["8%", "18%"]),
        ("an accuracy of 0.69", ["0.6923"], []),
        ("an accuracy of 0.69", ["0.6977"], ["0.69"]),
        ("69.2%", ["0.6923"], []),
        ("fell by 6.28 points", ["-0.0628"], []),
        ("fell by 0.063", ["-0.0628"], []),
    ],
)
def test_a_figure_stands_for_what_rounds_to_it(claim, numbers, left) -> None:
    assert not_borne_out(figures_in(claim), [Fraction(number) for number in numbers]) == left


def test_bounds_are_no_results() -> None:
    text = "below 5%, at least 99.9%, > 0.5, no worse than 2%, within a margin of 0.05, and 71% of all"
    assert [figure.text for figure in figures_in(text) if figure.result] == ["71%"]


def test_figures_of_a_claim_are_looked_up_in_the_quotation() -> None:
    claim = figures_in("6.91 against 52% and 0.95")
    assert [each.text for each in not_quoted(claim, "scores of 6.91 and 95%")] == ["52%"]


@pytest.mark.parametrize(
    ("quote", "source", "found"),
    [
        ("they said \u201cno\u201d", 'and they   said\n"no" again', True),
        ("it's", "it\u2019s", True),
        ("\ufb01ne", "fine", True),
        ("Fine", "fine", False),
        ("", "anything", False),
        ("  ", "anything", False),
        ("52% of the time", "6.91 out of 10", False),
    ],
)
def test_quotations_are_found_whatever_the_typography(quote, source, found) -> None:
    assert stands_in(quote, folded(source)) is found


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text) -> None:
    assert folded(folded(text)) == folded(text)


def test_pages_are_read_without_scripts_and_markup(tmp_path) -> None:
    page = (
        "<html><style>p{}</style><p>6.91 <b>out</b> of&nbsp;10</p><p>next</p><script>var x = '52%'</script>"
    )
    assert folded(page_text(page)) == "6.91 out of 10 next"
    path = tmp_path / "post.html"
    path.write_text(page, encoding="utf-8")
    assert "52%" not in (archived_text(path) or "")
    (tmp_path / "post.pdf").write_bytes(b"%PDF-1.7")
    assert archived_text(tmp_path / "post.pdf") is None
