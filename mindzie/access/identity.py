"""Who comes to the door."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from mindzie.core.errors import SettingError
from mindzie.store.base import NAME


def storable(text: str) -> bool:
    """Return whether every database can hold a text: it has no zero and no half of a letter.

    Examples
    --------
    >>> storable("Müller"), storable("a" + chr(0))
    (True, False)
    """
    return "\0" not in text and text.encode(errors="replace").decode() == text


LOCAL = "local"
"""The provider of accounts that the workspace itself keeps, and of the one user of a laptop."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A person as vouched for by a provider, in one tenant.

    Parameters
    ----------
    tenant : str
        Name of the tenant.
    provider : str
        Who vouches: an issuer's address, or ``"local"``.
    subject : str
        Who it is to the provider; permanent, never a name or an e-mail address.

    Examples
    --------
    >>> Identity("acme", "local", "u1").tenant
    'acme'
    """

    tenant: str
    provider: str
    subject: str

    def facts(self) -> dict[str, str]:
        """Return provider and subject as they are kept.

        Raises
        ------
        SettingError
            Where one of them is empty, or longer than any provider's.
        """
        told = {"provider": self.provider, "subject": self.subject}
        for name, value in told.items():
            if not isinstance(value, str) or not 0 < len(value.strip()) <= NAME:
                raise SettingError(
                    f"An identity needs a {name} of 1 to {NAME} letters: it is what the provider calls the person for ever."
                )
        return told


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as the audit log names it.

    Parameters
    ----------
    kind : {"user", "service", "link", "operator"}
        A person, a program, whoever has a public link, or who keeps the installation.
    id : UUID or None
        Of the user, the service account or the public link.
    name : str
        As shown.
    key : UUID or None
        The API key that let a program in: it holds as long as the key does.
    grant : UUID or None
        The grant that let a dashboard's kernel in: it reads what that dashboard shows to this one, and nothing else.
    run : UUID or None
        The run that acts for this one, who asked for it: it works with data, and says nothing of who gets in.
    """

    kind: str
    id: UUID | None
    name: str
    key: UUID | None = None
    grant: UUID | None = None
    run: UUID | None = None


OPERATOR: Final = Actor("operator", None, "operator")
"""Who keeps the installation."""
