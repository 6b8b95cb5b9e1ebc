"""Whether an ID token is what it says: signed by a key of the issuer, for this application, now, for this attempt."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import jwt

from mindzie.hub.pages import Refused

LEEWAY: Final = 60
"""Seconds that clocks may differ."""
SIGNED: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
"""Signatures that need a key which the issuer alone has."""
_NEEDED: Final = ("exp", "iat", "iss", "aud", "sub")
_FAULTS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (jwt.PyJWKClientConnectionError, "keys"),
    (jwt.PyJWKClientError, "signature"),
    (jwt.PyJWKSetError, "keys"),
    (jwt.ExpiredSignatureError, "expired"),
    (jwt.ImmatureSignatureError, "expired"),
    (jwt.InvalidAudienceError, "audience"),
    (jwt.MissingRequiredClaimError, "claims"),
    (OSError, "keys"),
    (ValueError, "keys"),
)


class SigningKeys(jwt.PyJWKClient):
    """The keys that an issuer signs with, kept for ten minutes; a key that is not known yet is fetched at once.

    Parameters
    ----------
    address : str
        Where the issuer publishes them.
    """

    def __init__(self, address: str) -> None:
        # no rest between fetches: only the issuer's own answers bring tokens here
        super().__init__(address, lifespan=600, timeout=10, cooldown_duration=0)
        self.issuers: dict[str, str] = {}

    def fetch_data(self) -> Any:
        """Fetch them; a key may say which issuer alone signs with it."""
        found = super().fetch_data()
        keys = found.get("keys", []) if isinstance(found, dict) else []
        self.issuers = {key["kid"]: key["issuer"] for key in keys if {"kid", "issuer"} <= set(key)}
        return found


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token must say.

    Parameters
    ----------
    audience : str
        The application's identifier.
    issuer : str
        Whose it is; ``{tenantid}`` in it stands for the token's own claim ``tid``.
    algorithms : sequence of str
        Signatures that count.
    needed : sequence of str
        Claims beside those that every token has.
    """

    audience: str
    issuer: str
    algorithms: Sequence[str] = SIGNED
    needed: Sequence[str] = ()


def verified(
    token: object, keys: SigningKeys, expected: Expected, nonce: str | None = None
) -> dict[str, Any]:
    """Return the claims of a token, every one verified.

    Parameters
    ----------
    token : str
        As the issuer gave it.
    keys : SigningKeys
        The issuer's.
    expected : Expected
        What it must say.
    nonce : str, optional
        What this attempt sent along; None where a token is renewed.

    Returns
    -------
    dict
        The claims.

    Raises
    ------
    Refused
        With what is wrong.
    """
    if not isinstance(token, str):
        raise Refused("claims", "no ID token")
    try:
        key = keys.get_signing_key_from_jwt(token)
        claims: dict[str, Any] = jwt.decode(
            token,
            key.key,
            algorithms=list(expected.algorithms),
            audience=expected.audience,
            leeway=LEEWAY,
            options={"require": [*_NEEDED, *expected.needed]},
        )
    except (jwt.PyJWTError, OSError, ValueError) as error:
        kind = next((code for kind, code in _FAULTS if isinstance(error, kind)), "signature")
        raise Refused(kind, str(error)) from None
    _check_issuer(claims, expected.issuer, keys.issuers.get(str(key.key_id)))
    _check_party(claims, expected.audience)
    said = claims.get("nonce")
    if nonce is not None and not (isinstance(said, str) and hmac.compare_digest(said, nonce)):
        raise Refused("nonce", "nonce differs")
    return claims


def _check_issuer(claims: Mapping[str, Any], issuer: str, of_key: str | None) -> None:
    for template in (issuer, of_key or issuer):
        meant = template.replace("{tenantid}", str(claims.get("tid", "")))
        if claims["iss"] != meant:
            raise Refused("issuer", f"issued by {claims['iss']}, not by {meant}")


def _check_party(claims: Mapping[str, Any], audience: str) -> None:
    audiences = claims["aud"]
    several = isinstance(audiences, list) and len(audiences) > 1
    if (several or "azp" in claims) and claims.get("azp") != audience:
        raise Refused("audience", f"for {claims.get('azp')} among {audiences}")
