"""Quotations: whether words stand in a source, whatever its typography."""

from __future__ import annotations

import re
import unicodedata

_DOUBLE = "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\u2036\u301d\u301e"
_SINGLE = "\u2018\u2019\u201a\u201b\u2039\u203a\u2032\u2035\u0060\u00b4"
_MARKS = str.maketrans(dict.fromkeys(_DOUBLE, '"') | dict.fromkeys(_SINGLE, "'"))
_SPACE = re.compile(r"\s+")


def folded(text: str) -> str:
    """Return text with compatibility characters, white space and quotation marks made alike.

    >>> folded("a  “close”\u00a0call")
    'a "close" call'
    """
    marked = unicodedata.normalize("NFKC", text.translate(_MARKS)).translate(_MARKS)
    return _SPACE.sub(" ", marked).strip()


def stands_in(quote: str, folded_source: str) -> bool:
    """Tell whether a quotation stands in a source that `folded` has prepared; an empty one stands nowhere."""
    wanted = folded(quote)
    return bool(wanted) and wanted in folded_source
