"""What the command line can be told: its commands, every option of every stage, and the keys.

What an option does is the first comment of its yaml, and what a key does the comment above it.
"""

import re
import shutil
import sys
import textwrap
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path

from promptlab.text.escaping import in_line

GROUPS = (
    *("experiment", "dataset", "retrieval", "selection", "ordering", "demonstrations"),
    *("template", "edit", "output"),
    *("strategy", "model", "metric", "tool", "executor", "encoder", "cache", "tracking", "variant"),
    "tuning",
)
"""In the order in which data flow, after what chooses several at once."""
HEADER = """\
Which prompt works? Compose one, run it on a model of your own, compare.

  python -m promptlab experiment=quickstart                       a first sweep
  python -m promptlab strategy=cot selection=bm25 k=4             one variant
  python -m promptlab -m prompt=terse.j2,polite.j2                prompts of your own
  python -m promptlab -m strategy=direct,cot selection=random,knn a sweep
  python -m promptlab show strategy=cot                           the exact prompts
  python -m promptlab try -m strategy=direct,cot                  your question, on a page
  python -m promptlab inspect selection=bm25,knn,random k=4       what is chosen; asks no model
  python -m promptlab race selection=random,bm25,knn k=2,4        the best, with fewer answers
  python -m promptlab search k=1,2,4,8 selection=random,knn       the same by Optuna
  python -m promptlab improve k=0 --by opro --budget 200000       a better instruction
  python -m promptlab tune dataset=arithmetic out=adapter         weights that learn the pool
  python -m promptlab report outputs                              which differences are real
  python -m promptlab table outputs --format latex                means over seeds, for a paper
  python -m promptlab perplexity text.txt                         how surprised a model is by texts
  python -m promptlab judge outputs/run                           a model's grades, and their worth
  python -m promptlab recalibrate outputs                         less of what a model prefers
  python -m promptlab data mails.csv                              what is understood of your data
  python -m promptlab import promptfooconfig.yaml                 files of another tool
  python -m promptlab annotate pool.jsonl --budget 50             what of a pool to label
  python -m promptlab export outputs --out winner                 the winner, as data for a product
  python -m promptlab ask winner "How many …?"                    a question of your own
  python -m promptlab sync outputs                                records to MLflow, again
  python -m promptlab cache                                       completions that are kept
  python -m promptlab laws --config-dir mine                      whether your components hold
  python -m promptlab verify                                      formulas and replays, checked here
  python -m promptlab ui                                          every prompt and score, in MLflow

Of one command: python -m promptlab race --help
"""
FOOTER = r"""
All that a run is made of, resolved: python -m promptlab strategy=cot --cfg job
Fields of one stage: python -m promptlab strategy=cot --cfg job --package strategy
A text is typed as it is, \n for a line break: python -m promptlab template.separator='\n###\n'
One text, commas and all: python -m promptlab "template.cue='Answer, please:'"
Your own yaml files: python -m promptlab --config-dir mine strategy=mine
What _target_ names in a yaml file is run as code: use only what you trust.
"""
KEY = re.compile(r"(?P<key>[a-z_]+): (?P<value>[^#\n]*?) *(?:#.*)?")
NARROWEST = 60
MARK = "*"
INNER = re.compile(r"^ *- /strategy@inner: (\w+)", re.MULTILINE)
WRITE_THEIR_OWN = ("auto_cot",)


def show_help(config_dir: str = "") -> None:
    """Print the help: commands, options with what each is for, keys."""
    sys.stdout.write(help_text(config_dir, shutil.get_terminal_size((100, 24)).columns))


def help_text(config_dir: str, width: int) -> str:
    """Write the help, in lines of at most `width` columns but for commands."""
    parts = [HEADER, "Stages and their options (stage=option):\n"]
    parts += [_group(group, config_dir, width) for group in GROUPS]
    parts += [f"{MARK} shows the demonstrations' rationales, which the pool should have\n"]
    parts += ["What is set beside them (key=value):\n", _listed(_keys(), width), FOOTER[1:]]
    return "\n".join(parts)


def _group(group: str, config_dir: str, width: int) -> str:
    options = {}
    for path in yaml_files(group, config_dir):
        mark = MARK if group == "strategy" and shows_rationales(path) else ""
        options[path.stem + mark] = described(path, group)
    return f"{group}=\n{_listed(list(options.items()), width)}"


def yaml_files(group: str, config_dir: str = "") -> Iterator[Path]:
    """Yield the yaml files of a group, those of a folder of the user's own after ours."""
    for place in (str(files("promptlab.conf")), config_dir):
        yield from sorted(Path(place, group).glob("*.yaml")) if place else ()


def described(path: Path, group: str) -> str:
    """Return what a yaml's first comment says it is for, without the command that follows."""
    lines = path.read_text("utf-8").splitlines()
    comments = [line[1:].strip() for line in lines if line.startswith("#")]
    said = next((each for each in comments if not each.startswith("@package")), "")
    ends = rf"[:.,]? *(?:python -m promptlab\b|\b{group}(?:@[\w.]+)?=)"
    return in_line(re.split(ends, said, maxsplit=1)[0].rstrip())


def shows_rationales(path: Path) -> bool:
    """Say whether a strategy's yaml names chain of thought, itself or as what it wraps."""
    if path.stem in WRITE_THEIR_OWN:
        return False
    wrapped = INNER.search(path.read_text("utf-8"))
    inner = path.with_name(f"{wrapped[1]}.yaml") if wrapped else path
    return path.stem == "cot" or (inner != path and inner.exists() and shows_rationales(inner))


def _keys() -> list[tuple[str, str]]:
    """List the keys of the config that belong to no stage, each with the comment above it."""
    config = (Path(str(files("promptlab.conf"))) / "config.yaml").read_text("utf-8")
    keys, said = [], []
    for line in config.partition("override hydra/hydra_logging")[2].splitlines():
        if line.startswith("#"):
            said.append(line[1:].strip())
        elif match := KEY.fullmatch(line):
            keys.append((f"{match['key']}={match['value']}", " ".join(said)))
            said = []
    return keys


def _listed(items: Sequence[tuple[str, str]], width: int) -> str:
    """Write names with what is said of them beside them, or below where they are long."""
    column = min(max((len(name) for name, _ in items), default=0), 26) + 4
    lines = [_item(name, said, column, max(width, NARROWEST)) for name, said in items]
    return "".join(f"{line}\n" for line in lines)


def _item(name: str, said: str, column: int, width: int) -> str:
    head = f"  {in_line(name)}".ljust(column)
    if len(head) > column:
        head += "\n" + " " * column
    body = textwrap.wrap(said, width - column) or [""]
    return (head + f"\n{' ' * column}".join(body)).rstrip()
