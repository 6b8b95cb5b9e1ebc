"""What comes back where a message is not taken."""

from __future__ import annotations


class RefusedError(Exception):
    """A message that its destination did not take.

    Parameters
    ----------
    message : str
        Why, without a secret.
    for_good : bool
        Whether trying again would come to the same.
    """

    def __init__(self, message: str, *, for_good: bool = False) -> None:
        super().__init__(message)
        self.for_good = for_good
