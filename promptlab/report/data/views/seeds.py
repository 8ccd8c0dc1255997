"""What seeds make of a variant's score: how far its repeats lie apart, and each one's figure."""

from math import isnan

from promptlab.analysis.comparison.variant import RankedVariant
from promptlab.report.number_format import UNKNOWN, percent

HEAD = "± seeds"
EXPLAINED = "the standard deviation of the means of its seeds, in points"
EACH = "each seed"


def deviation(variant: RankedVariant) -> str:
    """Write the standard deviation over seeds, in points."""
    spread = variant.run.spread
    return UNKNOWN if isnan(spread) else percent(spread)


def each_seed(variant: RankedVariant) -> str:
    """Write each seed's mean, in per cent: `seed=0 61.9, seed=1 60.3`."""
    return ", ".join(f"{name} {percent(mean)}" for name, mean in variant.run.repeats)


def over_seeds_sentence(variant: RankedVariant) -> str:
    """Say a repeated variant's mean, standard deviation and the figure of each seed."""
    return (
        f"{variant.name} over {len(variant.run.repeats)} seeds: {percent(variant.mean)} ± "
        f"{deviation(variant)} ({each_seed(variant)})"
    )
