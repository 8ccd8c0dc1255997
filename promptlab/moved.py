"""Modules that moved into a folder of their stage: older configs name them as they were."""

from pathlib import Path

HERE = Path(__file__).parent


def current(target: str) -> str:
    """Return where a class of promptlab is now: `promptlab.selection.knn.KNN` is in `dense/`.

    A name that is right, that is not promptlab's, or that nothing answers to is returned unchanged.
    """
    stage, _, rest = target.removeprefix("promptlab.").partition(".")
    module, _, name = rest.partition(".")
    folder = HERE / stage
    if not target.startswith("promptlab.") or "." in name or not module.isidentifier():
        return target
    if not stage.isidentifier() or (folder / f"{module}.py").exists() or (folder / module).exists():
        return target
    for path in sorted(folder.glob(f"*/{module}.py")):
        return f"promptlab.{stage}.{path.parent.name}.{module}.{name}"
    return target
