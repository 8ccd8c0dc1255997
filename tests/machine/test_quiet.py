"""What others warn of is kept from the user."""

import subprocess
import sys

import pytest

SAYS = (
    "from promptlab.machine.quiet import quiet_bitsandbytes; quiet_bitsandbytes(); import {package}"
)


@pytest.mark.parametrize("package", ["bitsandbytes", "peft"])
def test_nothing_is_said_when_it_is_imported(package):
    pytest.importorskip(package)
    command = [sys.executable, "-c", SAYS.format(package=package)]
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    assert said.stdout + said.stderr == ""
