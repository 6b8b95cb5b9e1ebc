"""What the authenticator of a single sign-on is told, from the hub's settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mindzie.core.errors import SettingError
from mindzie.hub.settings import HubSettings


def sign_on(settings: HubSettings) -> dict[str, Any]:
    """Return it by the authenticator's own names.

    Parameters
    ----------
    settings : HubSettings
        With ``sign_on``; the secret comes from the file ``client_secret_file``, or the variable ``OAUTH_CLIENT_SECRET``.

    Returns
    -------
    dict
        Nothing for local accounts.

    Raises
    ------
    SettingError
        Where the file with the secret cannot be read.

    Examples
    --------
    >>> from mindzie.hub.settings import HubSettings
    >>> sign_on(HubSettings(sign_in="entra", public_url="https://hub.example"))
    {'oauth_callback_url': 'https://hub.example/hub/oauth_callback'}
    """
    if settings.sign_in == "local":
        return {}
    home = (settings.public_url or settings.address).rstrip("/")
    told = {"oauth_callback_url": f"{home}/hub/oauth_callback", **settings.sign_on}
    secret = told.pop("client_secret_file", None)
    if secret is not None:
        try:
            told["client_secret"] = Path(secret).read_text("utf-8").strip()
        except (OSError, ValueError, TypeError) as error:
            raise SettingError(f"client_secret_file {secret} cannot be read: {error}.") from None
    return told
