"""Which differences are real: paired comparisons, corrected for their number, in plain words.

Everything takes and returns numbers, and knows nothing of prompts. Read `difference.py` (what is
said of two variants), then `paired.py` (how they are compared), `multiplicity.py` (many
comparisons), `power.py` (how many examples it would take), and `factors/` (where a sweep's
differences come from).
"""

from promptlab.analysis.statistics.clusters import standard_error as standard_error
from promptlab.analysis.statistics.difference import Difference as Difference
from promptlab.analysis.statistics.factors.fragility import Fragile as Fragile
from promptlab.analysis.statistics.factors.fragility import fragile as fragile
from promptlab.analysis.statistics.factors.sensitivity import Moved as Moved
from promptlab.analysis.statistics.factors.sensitivity import moved as moved
from promptlab.analysis.statistics.factors.sensitivity import nested as nested
from promptlab.analysis.statistics.factors.sensitivity import (
    variance_by_examples as variance_by_examples,
)
from promptlab.analysis.statistics.factors.variance import Decomposition as Decomposition
from promptlab.analysis.statistics.factors.variance import Share as Share
from promptlab.analysis.statistics.factors.variance import Spread as Spread
from promptlab.analysis.statistics.factors.variance import decompose as decompose
from promptlab.analysis.statistics.factors.variance import spreads as spreads
from promptlab.analysis.statistics.letters import compact_letters as compact_letters
from promptlab.analysis.statistics.matched import McNemar as McNemar
from promptlab.analysis.statistics.matched import mcnemar as mcnemar
from promptlab.analysis.statistics.multiplicity import benjamini_hochberg as benjamini_hochberg
from promptlab.analysis.statistics.multiplicity import holm as holm
from promptlab.analysis.statistics.optimism import optimism as optimism
from promptlab.analysis.statistics.paired import paired_difference as paired_difference
from promptlab.analysis.statistics.paired import paired_differences as paired_differences
from promptlab.analysis.statistics.power import examples_needed as examples_needed
from promptlab.analysis.statistics.power import (
    minimum_detectable_effect as minimum_detectable_effect,
)
from promptlab.analysis.statistics.proportion import Interval as Interval
from promptlab.analysis.statistics.proportion import wilson as wilson
from promptlab.analysis.statistics.resampling import bca as bca
from promptlab.analysis.statistics.unpaired import unpaired as unpaired
from promptlab.analysis.statistics.verdict import sentence as sentence
