"""The entry point: exit codes, signals, and the one place where an error of ours is caught."""

from __future__ import annotations

# The module `signal` costs an import of its own, which this is to come before.
import _signal  # type: ignore[import-not-found]
import gc
import os
import sys
from types import FrameType


def main() -> int:
    """Run the command line and return its exit code."""
    _stop_quietly()
    if sys.argv[1:] in (["--version"], ["-V"]):
        from release import __version__

        # Answered before anything heavy is imported: scripts ask for the version often.
        try:
            sys.stdout.write(f"release {__version__}\n")
            sys.stdout.flush()
        except BrokenPipeError:
            return 0
        except (OSError, AttributeError):
            return 2
        return 0
    # Modules, plans and packs live until the end; looking through them for garbage with the interpreter's
    # default thresholds takes a tenth of a short run and finds none.
    gc.set_threshold(50_000, 20, 50)
    from release.cli.run import run

    return run(sys.argv[1:])


def _stop_quietly() -> None:
    """Let SIGINT and SIGTERM end the process at once until a command runs: nothing is open or written yet."""
    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
        _signal.signal(_signal.SIGINT, _stop)
    _signal.signal(_signal.SIGTERM, _stop)


def _stop(number: int, _frame: FrameType | None) -> None:
    os._exit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
