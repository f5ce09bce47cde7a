"""The beta distribution, against scipy."""

from __future__ import annotations

from typing import Any

import pytest

from tierwise.learning.beta import beta_cdf, beta_quantile

SHAPES = [(0.5, 0.5), (1, 20), (3, 7), (40, 2), (2000, 500)]


@pytest.fixture(scope="module")
def special() -> Any:
    """Imported where a test asks for it: it takes a second, in each process that collects this file."""
    return pytest.importorskip("scipy.special")


@pytest.mark.slow
@pytest.mark.parametrize(("a", "b"), SHAPES)
@pytest.mark.parametrize("x", [0.001, 0.05, 0.3, 0.5, 0.8, 0.95, 0.9999])
def test_the_distribution_is_scipy_s(x: float, a: float, b: float, special: Any) -> None:
    assert beta_cdf(x, a, b) == pytest.approx(special.betainc(a, b, x), abs=1e-11)


@pytest.mark.slow
@pytest.mark.parametrize(("a", "b"), SHAPES)
@pytest.mark.parametrize("share", [0.025, 0.5, 0.975])
def test_a_quantile_is_scipy_s(share: float, a: float, b: float, special: Any) -> None:
    expected = special.betaincinv(a, b, share)
    assert beta_quantile(share, a, b) == pytest.approx(expected, rel=1e-9, abs=1e-12)
