"""How many examples a difference needs, and how small a difference so many examples can show.

Connor, Sample Size for Testing Differences in Proportions for the Paired-Sample Design, 1987. The
paired test knows the mean squared difference of an example only (for 0/1 scores: the share of
examples on which the variants differ), so the same sums serve scores of any kind.
"""

from math import ceil, inf, log2, sqrt

from scipy.special import ndtri


def examples_needed(
    difference: float, discordant: float, *, alpha: float = 0.05, power: float = 0.8
) -> float:
    """Return the number of examples at which such a difference is found with probability `power`.

    Args:
        difference: Of the means; its sign does not matter.
        discordant: The share of examples on which the variants differ, or the mean squared
            difference of an example.
        alpha: Two-sided level of the test.
        power: How often the difference is to be found.

    Returns:
        A whole number, or infinity for no difference.

    Raises:
        ValueError: `discordant` is less than the squared difference, or a probability is not
            between 0 and 1.
    """
    _check(alpha, power)
    if discordant < difference**2 * (1 - 1e-9):
        raise ValueError(
            f"discordant is {discordant}, difference {difference}; expected at least the "
            "difference's square"
        )
    if difference == 0:
        return inf
    reach = _reach(difference, discordant, alpha, power) / abs(difference)
    return max(_minimum_examples(alpha), ceil(reach**2 - 1e-9))


def minimum_detectable_effect(
    n: int, discordant: float, *, alpha: float = 0.05, power: float = 0.8, graded: bool = False
) -> float:
    """Return the smallest difference that `n` examples show with probability `power`.

    Variants that differ on a share `discordant` of the examples cannot be further apart than that;
    a larger difference is taken to be one on as many examples.

    Args:
        n: Examples.
        discordant: The share of examples on which the variants differ, or the mean squared
            difference of an example.
        alpha: Two-sided level of the test.
        power: How often the difference is to be found.
        graded: Examples may differ by less than 1, as other scores than 0 and 1 do.

    Raises:
        ValueError: `n` is less than 1, or a probability is not between 0 and 1.
    """
    _check(alpha, power)
    if n < 1 or not 0 <= discordant <= 1:
        raise ValueError(
            f"n is {n}, discordant {discordant}; expected an example at least, and a share"
        )
    if n < _minimum_examples(alpha):
        return inf
    alpha_z, power_z = -float(ndtri(alpha / 2)), float(ndtri(power))
    radicand = n + power_z**2 - alpha_z**2
    if radicand < 0:
        return inf
    # Connor's equation is quadratic in the difference's ratio to the root of `discordant`.
    ratio = (alpha_z * sqrt(n) + power_z * sqrt(radicand)) / (n + power_z**2)
    smallest = ratio * (sqrt(discordant) if graded else max(ratio, sqrt(discordant)))
    return smallest if smallest <= 1 else inf


def _minimum_examples(alpha: float) -> int:
    """Return how many examples an exact test needs to show anything, were all for one variant."""
    return int(1 - log2(alpha)) + 1


def _reach(difference: float, discordant: float, alpha: float, power: float) -> float:
    """Return how far the difference must stand from 0, in units of 1/√n."""
    under_difference = sqrt(max(0.0, discordant - difference**2))
    far = -ndtri(alpha / 2) * sqrt(discordant) + ndtri(power) * under_difference
    return float(far)


def _check(alpha: float, power: float) -> None:
    if not (0 < alpha < 1 and 0 < power < 1):
        raise ValueError(f"alpha is {alpha}, power {power}; expected probabilities between 0 and 1")
