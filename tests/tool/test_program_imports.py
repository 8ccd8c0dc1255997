"""Imports of programs that models write: what is used of them, and what is not there."""

import warnings

import pytest

from promptlab.protocols import ProgramFailed
from promptlab.tool.executor.imports import used_alone
from promptlab.tool.executor.monty import Monty


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("import numpy as np\nans = 1", "pass\nans = 1"),
        ("import numpy as np\nans = np.sum", "import numpy as np\nans = np.sum"),
        ("import a, b as c\nprint(c)", "import b as c\nprint(c)"),
        ("import os.path\nos.getcwd()", "import os.path\nos.getcwd()"),
        ("from math import *\nx = sqrt(4)", "from math import sqrt\nx = sqrt(4)"),
        ("from sympy import *\nx = 1", "from sympy import *\nx = 1"),
        ("from a import (b,\n  c)\nprint(1)", "pass\n\nprint(1)"),
        ("if x:\n    import a; import b\n    b()", "if x:\n    pass; import b\n    b()"),
        ("s = '好'; import a\nprint(s)", "s = '好'; pass\nprint(s)"),
        ("from __future__ import annotations\nx = 1",) * 2,
        ("import math\nans = eval('math.pi')",) * 2,
        ("def f(:", "def f(:"),
        ("\x00", "\x00"),
        ("", ""),
    ],
)
def test_of_imports_what_is_used_is_left_on_its_line(source, left):
    assert used_alone(source) == left


def test_odd_escapes_of_a_program_are_no_warning_of_ours():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        warnings.filterwarnings("ignore", module="<program>")
        used_alone("import a\nx = '\\d'")
    assert caught == []


def test_a_module_that_is_not_there_fails_the_program_that_uses_it_alone():
    pytest.importorskip("pydantic_monty")
    assert Monty().run("import numpy as np\nfrom math import *\nans = floor(2.5)") == "2"
    with pytest.raises(ProgramFailed, match="No module named 'fractions'; executor=bubblewrap"):
        Monty().run("from fractions import Fraction\nans = Fraction(1, 2)")
