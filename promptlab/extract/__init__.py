"""From a completion to a typed answer in canonical form, and when two are the same.

`reading.py` reads a completion: `policy.py` says where in it the answer stands, `statement.py` and
`conclusion.py` find it, `number/` and `options/` know what an answer looks like; `equality.py`
decides when two are the same, and `rightness.py` when one is right.
"""

from promptlab.extract.candidates import canonical as canonical
from promptlab.extract.equality import key as key
from promptlab.extract.equality import same as same
from promptlab.extract.policy import TRIGGERS as TRIGGERS
from promptlab.extract.policy import Extract as Extract
from promptlab.extract.policy import Policy as Policy
from promptlab.extract.reading import read as read
from promptlab.extract.rightness import right as right
