"""What the environment must hold before MLflow is imported; what is already set wins."""

import os

SWITCHES = {
    # MLflow's server imports litellm where that is installed, and litellm's import asks the
    # network for prices; with no network the two dead-lock.
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    # Eight processes for jobs that nobody gives it: 2.8 GB beside the 0.5 GB of the server.
    "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    # The queue drops what does not fit in it, and is no faster.
    "MLFLOW_ENABLE_ASYNC_TRACE_LOGGING": "false",
    # "Creating initial MLflow database tables…" and a line for each table.
    "MLFLOW_LOGGING_LEVEL": "WARNING",
    # Two lines with links for each run that ends on a server.
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    # With MLflow's seven, a server that is away holds a run up for four minutes.
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
}


def prepare() -> None:
    """Set the switches that are not set."""
    for name, value in SWITCHES.items():
        os.environ.setdefault(name, value)
