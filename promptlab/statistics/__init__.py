"""Which differences are real: paired comparisons, corrected for their number, in plain words.

Needs numpy and scipy only. Every function is a value of its arguments: chance comes from `seed`.
"""

from promptlab.statistics.clusters import standard_error as standard_error
from promptlab.statistics.fragility import Fragile as Fragile
from promptlab.statistics.fragility import fragile as fragile
from promptlab.statistics.interval import Interval as Interval
from promptlab.statistics.letters import compact_letters as compact_letters
from promptlab.statistics.matched import McNemar as McNemar
from promptlab.statistics.matched import mcnemar as mcnemar
from promptlab.statistics.multiplicity import benjamini_hochberg as benjamini_hochberg
from promptlab.statistics.multiplicity import holm as holm
from promptlab.statistics.optimism import optimism as optimism
from promptlab.statistics.paired import Difference as Difference
from promptlab.statistics.paired import paired_difference as paired_difference
from promptlab.statistics.pairwise import paired_differences as paired_differences
from promptlab.statistics.power import examples_needed as examples_needed
from promptlab.statistics.power import minimum_detectable_effect as minimum_detectable_effect
from promptlab.statistics.proportion import wilson as wilson
from promptlab.statistics.resampling import bca as bca
from promptlab.statistics.sensitivity import Moved as Moved
from promptlab.statistics.sensitivity import moved as moved
from promptlab.statistics.sensitivity import nested as nested
from promptlab.statistics.sensitivity import variance_by_examples as variance_by_examples
from promptlab.statistics.variance import Decomposition as Decomposition
from promptlab.statistics.variance import Share as Share
from promptlab.statistics.variance import Spread as Spread
from promptlab.statistics.variance import decompose as decompose
from promptlab.statistics.variance import spreads as spreads
from promptlab.statistics.verdict import sentence as sentence
