"""The hub's service that shows published dashboards: each page in a process of its own, as a system user of its own."""

from typing import Final

NAME: Final = "dashboards"
ACCESS: Final = f"access:services!service={NAME}"
"""What a reader's token must be good for."""
