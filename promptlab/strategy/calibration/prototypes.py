"""Answers as clusters of what a model says of questions: prototypical calibration.

Han et al., Prototypical Calibration for Few-shot Learning of Language Models, 2023: a mixture of as
many Gaussians as answers over the log-probabilities of all answers, each Gaussian the prototype of
one answer, so that together the means are highest.
"""

import warnings
from functools import lru_cache

import numpy as np
from scipy.optimize import linear_sum_assignment
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture
from threadpoolctl import threadpool_limits

Vector = tuple[float, ...]
STARTS = 10
NARROWEST = 0.1
"""The least variance of a cluster, in nats squared: few questions make one look too narrow."""
FLOOR = -1e3
"""What an impossible answer counts, in nats, so that a mean can be taken."""


def prototypical(values: Vector, references: tuple[Vector, ...], seed: int) -> list[float]:
    """Return the log-probability of each answer's prototype, given the values of one question.

    Args:
        values: Log-probabilities of the answers, which sum to one.
        references: The same of other questions, at least as many as answers.
        seed: Of where the search for the mixture begins.
    """
    mixture, owners = _mixture(references, seed)
    with threadpool_limits(limits=1):
        given = mixture.predict_proba(_array((values,)))[0]
    with np.errstate(divide="ignore"):
        return [float(np.log(given[owner])) for owner in owners]


@lru_cache(maxsize=256)
def _mixture(references: tuple[Vector, ...], seed: int) -> tuple[GaussianMixture, tuple[int, ...]]:
    """Fit the mixture; return it, and which of its components is each answer's."""
    vectors = _array(references)
    mixture = GaussianMixture(
        n_components=vectors.shape[1],
        random_state=seed,
        n_init=STARTS,
        covariance_type="full",
        reg_covar=NARROWEST,
    )
    with threadpool_limits(limits=1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        mixture.fit(vectors)
    answers, components = linear_sum_assignment(mixture.means_.T, maximize=True)
    return mixture, tuple(int(components[place]) for place in np.argsort(answers))


def _array(vectors: tuple[Vector, ...]) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
    return np.maximum(np.array(vectors, dtype=np.float64), FLOOR)
