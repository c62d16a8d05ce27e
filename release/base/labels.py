"""Audience labels: who may see a thing. The strictest of several is their meet, the readers they share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from release.base.record import Record


class Label(Record):
    """The readers of a thing besides insiders, who see everything.

    Attributes:
        public: everybody may see it.
        all_partners: every partner may see it (implied by `public`).
        partners: the partners named, when neither of the above holds.
    """

    public: bool = False
    all_partners: bool = False
    partners: frozenset[str] = frozenset()

    def meet(self, other: Label) -> Label:
        """Return the label of something that rests on both: only common readers remain."""
        if self.public:
            return other
        if other.public or other is self:
            return self
        if self.all_partners:
            return other
        if other.all_partners:
            return self
        common = self.partners & other.partners
        return Label(partners=common) if common else INTERNAL

    def visible_to(self, audience: str) -> bool:
        """Tell whether `audience` (`public`, `partner:<id>` or `internal`) may see a thing so labelled."""
        if audience == "internal" or self.public:
            return True
        if audience.startswith("partner:"):
            return self.all_partners or audience.removeprefix("partner:") in self.partners
        return False

    @property
    def rank(self) -> int:
        """Rank on the scale that rules use: public 0, partner 1, internal 2."""
        if self.public:
            return 0
        return 1 if self.all_partners or self.partners else 2

    @property
    def words(self) -> tuple[str, ...]:
        """The label as it is written in a plan."""
        if self.public:
            return ("public",)
        if self.all_partners:
            return ("partner",)
        return tuple(f"partner:{name}" for name in sorted(self.partners)) or ("internal",)


PUBLIC = Label(public=True)
PARTNERS = Label(all_partners=True)
INTERNAL = Label()


def label_of(words: str | Sequence[str]) -> Label:
    """Read a label as written, one word or a list: of conflicting words the strictest wins.

    A list of `partner:<id>` names all of them (a union); any other word in the list narrows by `meet`,
    and a word that is no label hides.
    """
    written = [words] if isinstance(words, str) else list(words)
    named = frozenset(word.removeprefix("partner:") for word in written if word.startswith("partner:"))
    label = Label(partners=named) if named else PUBLIC
    for word in written:
        if not word.startswith("partner:"):
            label = label.meet({"public": PUBLIC, "partner": PARTNERS}.get(word, INTERNAL))
    return label if written else INTERNAL


def strictest(labels: Iterable[Label]) -> Label:
    """Return the meet of all labels; `PUBLIC` when there are none."""
    result = PUBLIC
    for label in labels:
        result = result.meet(label)
    return result
