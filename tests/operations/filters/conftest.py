"""Every test of a filter runs on both engines."""

from __future__ import annotations

import pytest


@pytest.fixture(params=["polars", "duckdb"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)
