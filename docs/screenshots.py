"""Pictures of the report, and of MLflow's views, of small sweeps: make screenshots.

Runs a sweep of the embedded model in a temporary folder, opens it with `promptlab ui`, and visits
each view with a Chromium of its own. A picture is taken when what it is about is on the page and
the page has come to rest.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from promptlab.tracking.mlflow.environment import prepare

try:
    from playwright.sync_api import Browser, Page, sync_playwright
except ImportError as missing:
    sys.exit(f'{missing.name} is not installed: pip install -c constraints.txt -e ".[screenshots]"')

PICTURES = Path(__file__).parent / "screenshots"
SIZE = {"width": 1600, "height": 1000}
PATIENCE = 60_000
"""Milliseconds after which a view that does not come is an error."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

QUESTIONS = ("experiment=question_types", "dataset.limit=32", "cache=off")
DRAWS = ("strategy=self_consistency", "strategy@strategy.inner=direct", "strategy.samples=5")
CHINESE = ("dataset=sentiment_zh", "template=classify_zh_v1", "strategy=choose", "cache=off")
CHINESE += ("dataset.limit=32", "tracking=none")
COMMANDS = (
    ("-m", *QUESTIONS, "selection=random,bm25,knn", "k=2,6"),
    (*QUESTIONS, "k=6", "template.cue='Kind:'", "name=other_cue"),
    (*QUESTIONS, "k=6", *DRAWS, "name=self_consistency"),
    ("report", "outputs", "--out", "report"),
    ("-m", *CHINESE, "selection=zero,bm25,random", "k=4", "seed=0,1", "hydra.sweep.dir=zh"),
    ("report", "zh", "--out", "report_zh"),
    ("experiment=quickstart", "cache=off", "tracking=none", "hydra.sweep.dir=quickstart"),
    ("report", "quickstart", "--svg", str(PICTURES.parent / "leaderboard.svg"), "--out", "board"),
)
COLUMNS = ("accuracy", "accuracy_low", "accuracy_high", "macro_f1", "unparsed_rate")
COLUMNS += ("prompt_tokens", "seconds")


@dataclass(frozen=True)
class Site:
    """MLflow's pages of the runs, and a browser's page to see them on.

    Attributes:
        page: The browser's page, of a visitor who was never there before.
        folder: Where the runs were made.
        address: Of the server.
        experiment: The id of MLflow's experiment.
        runs: The id of each run by its name.
        sweep: The tag of the sweep.
    """

    page: Page
    folder: Path
    address: str
    experiment: str
    runs: dict[str, str]
    sweep: str

    def visit(self, path: str, **query: str) -> Page:
        """Open a page of MLflow."""
        told = "&".join(f"{name}={quote(value)}" for name, value in query.items())
        self.page.goto(f"{self.address}/#/{path}" + (f"?{told}" if told else ""))
        return self.page

    def open(self, path: str, **query: str) -> Page:
        """Open a page of the experiment."""
        return self.visit(f"experiments/{self.experiment}/{path}", **query)

    def open_runs(self, **query: str) -> Page:
        """Open the runs of the sweep's variants, with the sidebar folded."""
        variants = f"tags.sweep = '{self.sweep}' and tags.kind = 'variant'"
        self.open("runs", searchFilter=variants, **query)
        return self.fold()

    def fold(self) -> Page:
        """Fold the sidebar."""
        self.page.get_by_label("Toggle sidebar").click()
        return self.page


def runs(site: Site) -> None:
    """Show the table of runs with the columns that tell them apart."""
    columns = [f"metrics.`{name}`" for name in COLUMNS] + ["params.`selection`", "params.`k`"]
    key = f'MLflowLocalStorage-1.1-ExperimentPage-["{site.experiment}"]-ReactComponentState'
    site.page.goto(f"{site.address}/health")  # any page, to have a storage
    told = [key, json.dumps({"selectedColumns": columns})]
    site.page.evaluate("([key, state]) => localStorage.setItem(key, state)", told)
    page = site.open_runs(orderByKey="metrics.`accuracy`", orderByAsc="false")
    page.locator("[col-id='metrics.`accuracy`']", has_text="0.").first.wait_for()


def charts(site: Site) -> None:
    """Show a bar for each variant."""
    page = site.open_runs(compareRunsMode="CHART")
    page.locator(".bars .point").nth(20).wait_for()


def compare(site: Site) -> None:
    """Show parameters and metrics of runs as lines."""
    variants = [run for name, run in site.runs.items() if ",k=" in name]
    experiments = json.dumps([site.experiment])
    page = site.visit("compare-runs", runs=json.dumps(variants), experiments=experiments)
    parameters = page.locator("input[role='combobox']").first
    parameters.press("Backspace")  # the last of the three that MLflow chose: selection.b
    parameters.press("Escape")
    page.locator(".parcoords .axis-title", has_text="selection.b").wait_for(state="detached")
    page.locator(".parcoords .axis-title", has_text="accuracy").first.wait_for(state="attached")


def completions(site: Site) -> None:
    """Show what each variant completed, side by side."""
    page = site.open_runs(compareRunsMode="ARTIFACT")
    page.get_by_text("question_types-test-").first.wait_for()


def prompts(site: Site) -> None:
    """Show what each variant was asked, side by side."""
    completions(site)
    site.page.get_by_role("combobox", name="selected option: completion").click()
    site.page.get_by_role("option", name="prompt", exact=True).click()
    site.page.get_by_text("Label:").first.wait_for()


def evaluation(site: Site) -> None:
    """Show two variants question by question, with what was expected and the scores."""
    two = {"selectedRunUuid": site.runs["random,k=6"], "compareToRunUuid": site.runs["knn,k=6"]}
    site.open("evaluation-runs", **two)
    page = site.fold()
    page.get_by_text("tr-").nth(5).wait_for()


def trace(site: Site) -> None:
    """Show one question's steps, and open a model call."""
    _open_trace(site)
    site.page.get_by_text("generate 2 of 5").first.click()
    site.page.get_by_text("completion", exact=True).first.wait_for()


def votes(site: Site) -> None:
    """Show what the draws of one question voted."""
    _open_trace(site)
    site.page.get_by_text("votes", exact=True).first.click()
    site.page.get_by_text("weight").first.wait_for()


def scores(site: Site) -> None:
    """Show the scores of one question, and what was expected."""
    _open_trace(site)
    site.page.get_by_role("button", name="Assess trace").click()
    site.page.get_by_text("exact_match").last.wait_for()


def _open_trace(site: Site) -> None:
    page = site.open(f"runs/{site.runs['self_consistency']}/traces")
    page.get_by_text("tr-").first.click()


def templates(site: Site) -> None:
    """Show the difference of two versions of a template."""
    page = site.visit("prompts/promptlab-classify_v1")
    page.get_by_text("Compare", exact=True).click()
    page.locator("label", has_text="Text").first.click()
    page.get_by_text("Comparing version").wait_for()


def sweep(site: Site) -> None:
    """Show the sweep's own run."""
    page = _open_sweep(site, "")
    page.get_by_text("best_accuracy", exact=True).wait_for()


def leaderboard(site: Site) -> None:
    """Show the leaderboard as a table."""
    page = _open_sweep(site, "/artifacts/leaderboard.json")
    page.get_by_text("knn,k=6", exact=True).first.wait_for()


def figure(site: Site) -> None:
    """Show a figure of the sweep."""
    _open_sweep(site, "/artifacts/figures/forest.png").locator("img[src^=blob]").first.wait_for()


def report_in_mlflow(site: Site) -> None:
    """Show the report among the sweep's artifacts."""
    page = _open_sweep(site, "/artifacts/report.html")
    page.frame_locator("iframe").get_by_text("Ranking").first.wait_for()


def _open_sweep(site: Site, path: str) -> Page:
    return site.open(f"runs/{site.runs[f'sweep {site.sweep}']}{path}")


def report(site: Site) -> None:
    """Show the report by itself."""
    site.page.goto((site.folder / "report" / "report.html").as_uri())
    site.page.get_by_text("Ranking").first.wait_for()


VIEWS: tuple[Callable[[Site], None], ...] = (
    *(runs, charts, compare, completions, prompts, evaluation, trace, votes),
    *(scores, templates, sweep, leaderboard, figure, report_in_mlflow, report),
)


REPORTS = {
    f"{report}_{size}_{scheme}": (report, size, scheme)
    for report in ("report", "report_zh")
    for size in (1280, 390)
    for scheme in ("light", "dark")
}
"""The first screen of a report, as a desk and a telephone show it, by day and by night."""
HIGH = {1280: 900, 390: 844}


def take_report(chromium: Browser, folder: Path, name: str) -> None:
    """Take the picture of a report's first screen.

    Raises:
        SystemExit: something is cut off at the screen's edge.
    """
    report, width, scheme = REPORTS[name]
    size = {"width": width, "height": HIGH[width]}
    page = chromium.new_page(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
    page.goto((folder / report / "report.html").as_uri())
    page.get_by_text("Ranking").first.wait_for()
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > width:
        sys.exit(f"{name}: {wide} pixels wide; expected {width} at most")
    take(page, PICTURES / f"{name}.png")
    page.context.close()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve the store in a folder with `promptlab ui`; yields the address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "promptlab", "ui", "--port", str(port)]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as server:
        try:
            if not any("in a browser" in line for line in server.stdout or ()):
                sys.exit("MLflow's server did not start; what it said is above")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


@contextmanager
def browser() -> Iterator[Browser]:
    """Start Chromium."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found:
        sys.exit("no Chromium is installed: apt-get install chromium fonts-noto-cjk")
    switches = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=switches)
        yield chromium
        chromium.close()


def new_page(chromium: Browser) -> Page:
    """Open a page for a new visitor."""
    page = chromium.new_page(viewport=SIZE)
    page.set_default_timeout(PATIENCE)
    # MLflow's assistant opens by itself, once, beside the first page.
    page.add_init_script(
        "location.protocol.startsWith('http') && "
        "localStorage.setItem('mlflow.assistant.fab.autoOpenedOnFirstLoad_v1', 'true')"
    )
    return page


def take(page: Page, file: Path) -> None:
    """Take a picture once two in succession are the same."""
    before, now = b"", page.screenshot(animations="disabled")
    while before != now:
        before, now = now, page.screenshot(animations="disabled")
    file.write_bytes(now)
    print(f"{file.relative_to(PICTURES.parent.parent)}: {file.stat().st_size // 1000} kB")


def stored(folder: Path) -> tuple[str, dict[str, str], str]:
    """Look up the experiment, its runs by name, and the sweep's tag."""
    prepare()
    from mlflow import MlflowClient  # noqa: PLC0415  it reads what was prepared

    client = MlflowClient(f"sqlite:///{folder}/mlflow.db")
    experiment = client.get_experiment_by_name("promptlab").experiment_id
    found = client.search_runs([experiment])
    names = {run.info.run_name: run.info.run_id for run in found}
    return experiment, names, next(filter(None, (run.data.tags.get("sweep") for run in found)))


def main(only: list[str]) -> None:
    """Make the runs and take the pictures; those named, or all."""
    PICTURES.mkdir(exist_ok=True)
    with browser() as chromium, tempfile.TemporaryDirectory(prefix="promptlab-") as temporary:
        folder = Path(temporary)
        for command in COMMANDS:
            environment = {
                **os.environ,
                "LOGNAME": "you",
                "MLFLOW_TRACKING_URI": f"sqlite:///{folder}/mlflow.db",
            }
            call = (sys.executable, "-m", "promptlab", *command)
            subprocess.run(call, cwd=folder, env=environment, check=True)
        for name in REPORTS:
            if not only or name in only:
                take_report(chromium, folder, name)
        with served(folder) as address:
            for view in VIEWS:
                if not only or view.__name__ in only:
                    page = new_page(chromium)
                    view(Site(page, folder, address, *stored(folder)))
                    take(page, PICTURES / f"{view.__name__}.png")
                    page.context.close()


if __name__ == "__main__":
    main(sys.argv[1:])
