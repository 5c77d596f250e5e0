"""The command `reconciler`; `--version` is answered before anything heavy is imported."""

import sys


def main() -> int:
    """Run the command line of this process and return its exit code."""
    if sys.argv[1:] == ["--version"]:
        from reconciler import __version__

        sys.stdout.write(f"reconciler {__version__}\n")
        return 0
    try:
        from reconciler.cli.app import run_and_leave

        return run_and_leave(sys.argv[1:])
    except KeyboardInterrupt:  # before the command line could heed signals
        return 130


if __name__ == "__main__":
    sys.exit(main())
