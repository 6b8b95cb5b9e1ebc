"""``mindzie admin``: what the operator of an installation does."""

from __future__ import annotations

import typer

from mindzie.cli.admin import care, entra, people, roles, tenants

admin = typer.Typer(
    name="admin",
    help="Look after a workspace: tenants, people, keys, audit, health, backups.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for group in (tenants, people, roles, entra, care):
    group.add_to(admin)


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(admin)
