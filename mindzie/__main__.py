"""``python -m mindzie`` is the command ``mindzie``."""

from mindzie.cli import main

if __name__ == "__main__":
    main()
