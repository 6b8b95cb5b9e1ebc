"""What JupyterHub reads. Nothing is decided here: MINDZIE_HUB_... and docs/operators/hub.md say what can be."""

from mindzie.hub.config import configure

configure(get_config())  # type: ignore[name-defined]  # noqa: F821 - JupyterHub gives it
