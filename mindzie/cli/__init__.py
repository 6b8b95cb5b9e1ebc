"""The command line: ``mindzie --help``."""

from mindzie.cli.app import main

__all__ = ["main"]
