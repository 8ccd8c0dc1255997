"""Extraction: from a completion to a typed answer in canonical form, and when two are the same."""

from promptlab.extract.candidates import canonical as canonical
from promptlab.extract.equality import key as key
from promptlab.extract.equality import same as same
from promptlab.extract.policy import TRIGGERS as TRIGGERS
from promptlab.extract.policy import Extract as Extract
from promptlab.extract.policy import Policy as Policy
from promptlab.extract.reading import read as read
