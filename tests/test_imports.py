"""What an import costs: a product gets neither Hydra nor MLflow nor a model it did not ask for."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

from small_winner import small_winner

import promptlab

HEAVY = (
    *("torch", "transformers", "sentence_transformers", "faiss", "mlflow", "hydra", "omegaconf"),
    *("pandas", "sklearn", "scipy", "dspy", "litellm", "datasets", "openai"),
)


def loaded_by(code: str) -> set[str]:
    """Run code in a fresh interpreter; return the heavy packages that it loaded."""
    report = f"import sys\n{code}\nprint([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", report], capture_output=True, text=True, check=True
    )
    return set(eval(done.stdout.splitlines()[-1]))


def test_importing_promptlab_loads_nothing_heavy_and_no_numpy() -> None:
    assert loaded_by("import promptlab") == set()
    numpy = "from promptlab import load; import sys; assert 'numpy' not in sys.modules"
    assert loaded_by(f"{numpy}; assert 'promptlab.extract' not in sys.modules") == set()


def test_few_shot_chain_of_thought_is_built_and_driven_without_anything_heavy() -> None:
    code = """
from promptlab import BM25, ChainOfThought, Example, Question, Scripted, SimilarLast, Task, solve
pool = [Example(Question("1", "one and one"), "2", "1 + 1 = 2.")]
asked = Question("q", "one and two")
demos = SimilarLast()(BM25(k=1).fit(pool)(asked), asked)
strategy = ChainOfThought(Task(answer="number"))
answer = solve(strategy.solve(asked, demos), Scripted(["The answer is 3."]))
assert answer.text == "3", answer
"""
    assert loaded_by(code) == set()


def test_a_winner_is_loaded_and_asked_without_anything_heavy_or_numpy(tmp_path: Path) -> None:
    small_winner(tmp_path)
    code = f"""
import asyncio, promptlab, sys
winner = promptlab.load({str(tmp_path)!r}, model=lambda messages: "The answer is 3.")
assert winner.prompt("two?").text.endswith("Q: two?\\nA:")
assert winner.answer("one and two").text == asyncio.run(winner.aanswer("one and two")).text == "3"
assert "numpy" not in sys.modules
"""
    assert loaded_by(code) == set()


def test_a_run_starts_without_what_it_may_not_need() -> None:
    code = "import promptlab.cli.run; assert 'scipy.stats' not in sys.modules"
    assert loaded_by(code) <= {"hydra", "omegaconf", "scipy"}


def test_every_public_name_is_there_and_no_other() -> None:
    for name in promptlab.__all__:
        assert getattr(promptlab, name).__module__.startswith("promptlab.")
    assert set(promptlab.__all__) <= set(dir(promptlab))


def test_what_type_checkers_see_is_what_is_imported() -> None:
    stub = ast.parse(Path(f"{promptlab.__file__}i").read_text("utf-8"))
    *imports, version = stub.body
    assert ast.unparse(version) == "__version__: str"
    for node in imports:
        assert isinstance(node, ast.ImportFrom)
        for name in node.names:
            assert name.asname == name.name
            home = importlib.import_module(node.module or "")
            assert getattr(promptlab, name.name) is getattr(home, name.name)
    seen = [name.name for node in imports for name in node.names]  # type: ignore[attr-defined]
    assert sorted(seen) == promptlab.__all__


def test_the_nouns_of_every_stage_are_public() -> None:
    wanted = {"BM25", "Call", "Calculator", "Entropy", "Failed", "Influence", "Judge", "Result"}
    wanted |= {
        "Chat",
        "Route",
        "Sweep",
        "Vote",
        "Winner",
        "asked_of",
        "call",
        "interposed",
        "lifted",
        "load",
    }
    assert wanted <= set(promptlab.__all__)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    assert not hasattr(promptlab, "BM52")
