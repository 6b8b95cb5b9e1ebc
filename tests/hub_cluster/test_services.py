"""The manifest's containers do their work beside a hub of the chart's making, with the few rights that they have there."""

from __future__ import annotations

import html
import json
import os
import secrets
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from mindzie.access.accounts import sign_in
from mindzie.access.entrance import opened_anew
from mindzie.access.workspace import Workspace
from mindzie.hub.demo import set_up
from tests.hub_cluster.pods import FIRST_RUN, Pod, documents, pod
from tests.hub_publish.conftest import GALLERY, framed
from tests.hub_publish.test_boards import HOSTILE, cell
from tests.hub_work.conftest import NEEDS_ROOT
from tests.hub_work.running import (
    SERVICE_UID,
    Hub,
    Visitor,
    waited,
)

# two hubs at once would have the same system users, and end each other's processes
pytestmark = pytest.mark.xdist_group("browser")

FIRST_PAGE = 2_500_000
NOTEBOOK = "import os, mindzie as mz; print('SEEN', os.getuid(), mz.workspace().datasets.names())"


def test_no_container_may_more_than_it_needs() -> None:
    for name, made in documents("Deployment").items():
        spec = made["spec"]["template"]["spec"]
        labels = made["spec"]["template"]["metadata"]["labels"]
        assert made["spec"]["selector"]["matchLabels"].items() <= labels.items()
        assert spec["automountServiceAccountToken"] is False
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        (container,) = spec["containers"]
        rights = container["securityContext"]
        assert (rights["privileged"], rights["allowPrivilegeEscalation"]) == (False, False)
        assert rights["readOnlyRootFilesystem"] is True
        assert rights["capabilities"]["drop"] == ["ALL"]
        least = {"CHOWN", "DAC_OVERRIDE", "KILL", "SETGID", "SETUID"}
        code = name != "imports"  # of analysts
        assert set(rights["capabilities"].get("add", [])) == (least if code else set())
        assert set(container["resources"]["limits"]) == {"cpu", "memory"}
        mounted = {one["name"] for one in container["volumeMounts"]}
        assert mounted == {one["name"] for one in spec["volumes"]}
    guarded = documents("NetworkPolicy")
    assert guarded["dashboards"]["spec"]["ingress"][0]["ports"] == [{"port": 8003}]
    assert "ingress" not in guarded["workers"]["spec"]
    assert pod("imports")["securityContext"]["runAsNonRoot"] is True


class Cluster:
    """The hub, people's passwords, and what containers are told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        hub = self.hub = Hub(folder, separate=True)
        hub.config = Path(__file__).with_name("chart.py")
        hub.settings |= {
            "SPAWNER": "kubernetes",
            "WORKSPACE_URL": f"{hub.url}/services/workspace",
            "WARM_PAGES": "1",
            "RUNTIME_FOLDER": str(folder / "run"),
            "FIRST_PAGE_UID": str(FIRST_PAGE),
        }
        self.token = secrets.token_hex(16)
        hub.workspace = {"CHART_TOKEN": self.token, "JUPYTERHUB_CRYPT_KEY": secrets.token_hex(32)}
        self.place = opened_anew(f"sqlite:///{hub.home / 'workspace.db'}", "")
        self.passwords = set_up(self.place, cases=50)
        self.log = folder / "pods.log"

    def workspace(self, name: str) -> Workspace:
        who = sign_in("north", name, self.passwords["north"][name], url=self.place)
        return Workspace.open(self.place, who)

    def pod(self, name: str) -> Pod:
        hub, port = self.hub, self.hub.settings["DASHBOARDS_PORT"]
        given = {
            "workspace": str(self.place.database.url),
            "keys": "",
            "hub.services.dashboards.apiToken": self.token,
        }
        names = ("WORKSPACE_URL", "SERVICE_UID", "RUNTIME_FOLDER", "WARM_PAGES", "DASHBOARDS_PORT")
        names = (*names, "PYTHON", "FIRST_PAGE_UID")
        differs = {f"MINDZIE_HUB_{one}": hub.settings[one] for one in names} | hub.loading
        if name == "dashboards":
            differs["JUPYTERHUB_API_URL"] = f"http://127.0.0.1:{hub.settings['HUB_PORT']}/hub/api"
            differs["JUPYTERHUB_SERVICE_URL"] = f"http://127.0.0.1:{port}"
        # SQLite and its folder of snapshots, where the cluster has PostgreSQL and S3
        here = {"MINDZIE_HOME": str(hub.home), "MINDZIE_STORAGE": str(hub.home / "snapshots")}
        return Pod(name, self.folder, given, PATH=os.environ["PATH"], **differs, **here)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    if os.geteuid() != 0:
        pytest.skip(NEEDS_ROOT)
    # not below a folder of pytest's, which other system users may not enter; and short, for the names of sockets
    folder = Path(tempfile.mkdtemp(prefix="mz-"))
    folder.chmod(0o755)
    with ExitStack() as after:
        after.callback(shutil.rmtree, folder)
        made = Cluster(folder)
        after.callback(made.place.database.close)
        for path in (made.hub.home, *made.hub.home.rglob("*")):
            os.chown(path, SERVICE_UID, SERVICE_UID)
        after.callback(made.hub.stop)
        made.hub.start()
        yield made
        assert made.hub.stop() == []


def test_a_reader_sees_a_dashboard_of_the_service_elsewhere(cluster: Cluster) -> None:
    process = cluster.pod("dashboards").start(cluster.hub.python, cluster.log)
    try:
        health = f"http://127.0.0.1:{cluster.hub.settings['DASHBOARDS_PORT']}{GALLERY}health"
        waited(lambda: process.poll() or cluster.hub.answers(health), f"{health} answering")
        assert process.poll() is None, cluster.log.read_text("utf-8", "replace")[-4000:]
        ws = cluster.workspace("analyst")
        board = ws.projects["Order to cash"].publish(
            cell(HOSTILE), "Hostile", datasets=["order-to-cash"]
        )
        board.share(user=cluster.workspace("reader").me["id"])
        reader = Visitor(
            cluster.hub, "north", "reader", cluster.passwords["north"]["reader"], lands=GALLERY
        )
        page = framed(reader.web.get(f"{GALLERY}open/{board.id}"))
        text = reader.web.get(page).text
        found: dict[str, Any] = json.loads(
            html.unescape(text.partition("FOUND")[2].partition("END")[0])
        )
        reader.web.close()
        assert found["datasets"] == ["order-to-cash"]
        assert found["uid"] >= FIRST_PAGE
        assert (found["environ"], found["root"]) == (0, "PermissionError")
        assert found["listed"] == "PermissionError"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def test_workers_do_runs_and_imports(cluster: Cluster) -> None:
    ws = cluster.workspace("analyst")
    project = ws.projects["Order to cash"]
    asked = project.investigations.create("why", dataset_id=project.datasets["order-to-cash"])
    asked.save(cell(NOTEBOOK))
    asked.request_run()
    started = [
        cluster.pod(name).start(cluster.hub.python, cluster.log, watch="once")
        for name in ("runs", "imports")
    ]
    try:
        ended = [process.wait(180) for process in started]
    finally:
        for process in started:
            process.kill()
    assert ended == [0, 0], cluster.log.read_text("utf-8", "replace")[-4000:]
    assert "Permission" not in cluster.log.read_text("utf-8", "replace")
    (run,) = asked.runs
    assert run.state == "done", run.error
    seen = json.dumps(run.notebook).partition("SEEN ")[2].partition(" ")[0]
    assert int(seen) >= FIRST_RUN
