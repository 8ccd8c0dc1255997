"""Nearest vectors by Milvus: a file of Milvus Lite, or a server.

Wang et al., Milvus: A Purpose-Built Vector Data Management System (2021), https://milvus.io. A
collection is named after its texts and their encoder, so that what was stored is not stored again.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pymilvus import DataType, MilvusClient, MilvusException

from promptlab.index.embedding import Texts, embedded
from promptlab.index.hit import Hit
from promptlab.index.ranking import GRAIN
from promptlab.types import digest

TOKEN = "MILVUS_TOKEN"  # noqa: S105  the variable's name
"""Where a server's token, or `user:password`, is read from."""
AT_ONCE = 1000
"""Vectors sent together."""
MOST = 16_384
"""Most that Milvus finds for a question."""


@dataclass(frozen=True)
class Collection:
    """The vectors of a pool, where Milvus keeps them; they are stored at the first question.

    Attributes:
        texts: What was embedded.
        uri: A file that ends in `.db`, or a server's address.
        kind: The index, as Milvus calls it.
    """

    texts: Texts
    uri: str
    kind: str

    def nearest(self, vector: NDArray[np.float32], count: int) -> list[Hit]:
        """Return the `count` nearest and their similarities, ties to the lower index.

        Args:
            vector: Of length 1, as all others, shape (dimensions,).
            count: How many; all, where there are fewer, and no more than Milvus finds.

        Raises:
            ConnectionError: Milvus does not answer.
        """
        depth = min(2 * count + 8, len(self.texts.texts), MOST)
        with _answering(self.uri):
            (found,) = _client(self.uri).search(
                self._stored,
                data=[vector.tolist()],
                limit=depth,
                anns_field="vector",
                output_fields=["id"],
            )
        hits = [Hit(int(one["id"]), round(float(one["distance"]) / GRAIN) * GRAIN) for one in found]
        return sorted(hits, key=lambda hit: (-hit.score, hit.index))[:count]

    @cached_property
    def _stored(self) -> str:
        """Store the vectors where they are not yet; return the collection's name."""
        said = [self.texts.identity, self.texts.similarity, self.kind, *self.texts.texts]
        name, client = f"promptlab_{digest(said)[:32]}", _client(self.uri)
        if client.has_collection(name):
            stored = int(client.get_collection_stats(name)["row_count"])
            if stored == len(self.texts.texts):
                client.load_collection(name)
                return name
            client.drop_collection(name)  # its writing was cut short
        vectors = embedded(self.texts)
        self._create(client, name, vectors.shape[1])
        for start in range(0, len(vectors), AT_ONCE):
            rows = enumerate(vectors[start : start + AT_ONCE].tolist(), start)
            client.insert(name, [{"id": number, "vector": row} for number, row in rows])
        client.flush(name)
        return name

    def _create(self, client: Any, name: str, dimensions: int) -> None:
        schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("id", DataType.INT64, is_primary=True)
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimensions)
        index = client.prepare_index_params()
        index.add_index("vector", index_type=self.kind, metric_type="IP")
        client.create_collection(
            name, schema=schema, index_params=index, consistency_level="Strong"
        )


@lru_cache(maxsize=4)
def _client(uri: str) -> Any:
    return MilvusClient(uri, token=os.environ.get(TOKEN, "") if "://" in uri else "")


@contextmanager
def _answering(uri: str) -> Iterator[None]:
    try:
        yield
    except MilvusException as error:
        raise ConnectionError(
            f"Milvus at {uri}: {error}; expected a file such as milvus.db, or the address of a "
            f"server, such as http://localhost:19530, with its token in {TOKEN} where it wants one"
        ) from error
