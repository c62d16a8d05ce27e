"""The parser of events in Python, for a PyYAML that was built without libyaml; imported only then."""

from __future__ import annotations

from typing import Any

import yaml
from yaml.scanner import ScannerError


class PythonParser(yaml.Loader):
    """Gives the same events as libyaml, and the same refusal where an escape names no character."""

    def get_event(self) -> Any:  # noqa: ANN401 - the class above has no types
        """Return the next event.

        Raises:
            yaml.YAMLError: the text is not YAML.
        """
        try:
            event = super().get_event()  # type: ignore[no-untyped-call] # the stubs leave it untyped
        except (ValueError, OverflowError):
            raise self._no_character(self.get_mark()) from None
        if isinstance(event, yaml.ScalarEvent) and any("\ud800" <= each <= "\udfff" for each in event.value):
            raise self._no_character(event.start_mark)
        return event

    def _no_character(self, mark: Any) -> ScannerError:  # noqa: ANN401
        return ScannerError(problem="found invalid Unicode character escape code", problem_mark=mark)
