"""The process that reads PDDL and plans: a line of JSON in, a line of JSON out.

It runs as `python -m promptlab.tool.planning.worker` until its input ends. PDDL is read by
unified-planning (Micheli et al., 2025, https://github.com/aiplan4eu/unified-planning, Apache-2.0),
and solved by Aries (Bit-Monnot, 2023, https://github.com/plaans/aries, MIT).
"""

import json
import sys
from contextlib import redirect_stdout
from typing import Any, TextIO

from promptlab.machine.extras import missing

MEMORY = 8 << 30
NOTHING = "; the goal holds already"
"""The plan where nothing is to be done: a comment of PDDL."""


def planned(domain: str, problem: str, seconds: float) -> str:
    """Return a plan, a step a line.

    Raises:
        ValueError: none is found in the time.
    """
    from unified_planning.shortcuts import OneshotPlanner  # noqa: PLC0415  an extra

    read = _read(domain, problem)
    with OneshotPlanner(name="aries") as planner:
        found = planner.solve(read, timeout=seconds)
    if found.plan is None:
        status = found.status.name.lower().replace("_", " ")
        raise ValueError(f"there is no plan ({status})")
    return "\n".join(map(_step, _actions(found.plan))) or NOTHING


def checked(domain: str, problem: str, plan: str) -> str:
    """Return `valid` where a plan can be carried out, and reaches the goal.

    Raises:
        ValueError: it is not so.
    """
    from unified_planning.engines import SequentialPlanValidator  # noqa: PLC0415  an extra
    from unified_planning.io import PDDLReader  # noqa: PLC0415

    read = _read(domain, problem)
    steps = PDDLReader().parse_plan_string(read, plan.lower())
    found = SequentialPlanValidator().validate(read, steps)
    if found.status.name != "VALID":
        raise ValueError(f"the plan does not hold: {found.reason or found.status.name}")
    return "valid"


def _read(domain: str, problem: str) -> Any:
    from unified_planning.io import PDDLReader  # noqa: PLC0415  an extra
    from unified_planning.shortcuts import get_environment  # noqa: PLC0415

    get_environment().credits_stream = None
    return PDDLReader().parse_problem_string(domain, problem)


def _actions(plan: Any) -> list[Any]:
    """List a plan's steps; Aries gives even an empty plan with times."""
    timed = getattr(plan, "timed_actions", None)
    return list(plan.actions) if timed is None else [action for _, action, _ in timed]


def _step(action: Any) -> str:
    return f"({' '.join([action.action.name, *map(str, action.actual_parameters)])})"


def answer(asked: dict[str, Any]) -> dict[str, str]:
    """Return the plan, or that one is valid; else what went wrong."""
    try:
        if not asked["plan"]:
            return {"said": planned(asked["domain"], asked["problem"], asked["seconds"])}
        return {"said": checked(asked["domain"], asked["problem"], asked["plan"])}
    except ModuleNotFoundError as error:
        return {"missing": missing(error.name or "unified_planning")}
    except Exception as error:
        line = str(error).strip().splitlines() or [""]
        return {"failed": f"{type(error).__name__}: {line[0][:300]}"}


def main(source: TextIO, sink: TextIO) -> None:
    """Answer line by line."""
    for line in source:
        with redirect_stdout(sys.stderr):
            told = answer(json.loads(line))
        print(json.dumps(told), file=sink, flush=True)


def bound_memory() -> None:
    """Let a problem that unfolds without end fail here, and not take the machine."""
    try:
        import resource  # noqa: PLC0415  not on every system
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    bound_memory()
    main(sys.stdin, sys.stdout)
