"""Open MLflow on the store that the runs wrote to."""

import argparse
from collections.abc import Sequence

from promptlab.tracking.mlflow.ui import serve


def ui(arguments: Sequence[str]) -> None:
    """Serve MLflow's pages until interrupted."""
    parser = argparse.ArgumentParser("promptlab ui", description=__doc__)
    parser.add_argument("sweep", nargs="?", default="", help="the tag of a sweep (the newest)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=5000, help="port to listen on (5000)")
    parser.add_argument("--uri", default="", help="the store (MLFLOW_TRACKING_URI, ./mlflow.db)")
    options = parser.parse_args(arguments)
    serve(options.uri, options.host, options.port, options.sweep)
