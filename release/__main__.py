"""The entry point: exit codes, signals, and the one place where an error of ours is caught."""

from __future__ import annotations

import gc
import sys


def main() -> int:
    """Run the command line and return its exit code."""
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


if __name__ == "__main__":
    sys.exit(main())
