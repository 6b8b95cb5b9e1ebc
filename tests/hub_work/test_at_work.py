"""People log in and work in their tenant; whoever may run any code reaches nothing of another organisation, person, or the hub."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.hosts.servers import run_notebook
from tests.hub_work.conftest import Running
from tests.hub_work.running import NOTEBOOK, Visitor, waited

# two hubs at once would have the same system users, and end each other's processes
pytestmark = pytest.mark.xdist_group("browser")

PATIENCE = 200_000
Analysts = dict[str, Visitor]
TRIES = """
def tried(act, *args):
    try:
        act(*args)
    except OSError as error:
        return type(error).__name__
    return "done"
"""
ASK = """
import ssl, urllib.error, urllib.request
anybody = ssl._create_unverified_context()
def asked(url, token, method="GET", data=None):
    head = {"Authorization": "token " + token}
    request = urllib.request.Request(url, data, head, method=method)
    try:
        with urllib.request.urlopen(request, context=anybody) as response:
            return [response.status, response.read().decode()]
    except urllib.error.HTTPError as error:
        return [error.code, ""]
"""


def test_an_analyst_logs_in_and_has_their_workspace(page: Page, running: Running) -> None:
    page.goto(f"{running.hub.url}/hub/login")
    page.fill("[name=tenant]", "south")
    page.fill("[name=username]", "analyst")
    page.fill("[name=password]", running.passwords["south"]["analyst"])
    page.click("[type=submit]")
    page.wait_for_url("**/user/*/lab*", timeout=PATIENCE)
    name = page.url.split("/user/")[1].partition("/")[0]
    file = running.hub.home_of(name) / "start.ipynb"
    file.write_text(NOTEBOOK)
    shutil.chown(file, file.parent.stat().st_uid, file.parent.stat().st_gid)
    server: Any = SimpleNamespace(url=f"{running.hub.url}/user/{name}")
    run_notebook(page, server, file.name)
    output = page.locator(".jp-OutputArea-output").first
    expect(output).to_contain_text("purchase-to-pay", timeout=PATIENCE)
    expect(output).not_to_contain_text("order-to-cash")
    page.locator(".jp-SideBar [data-id=mindzie-panel]").click()
    panel = page.get_by_role("region", name="Mindzie workspace")
    panel.locator("summary", has_text="Data sets").click(timeout=PATIENCE)
    expect(panel.get_by_role("button", name="purchase-to-pay", exact=True)).to_be_visible()
    if picture := os.environ.get("MINDZIE_TEST_PICTURE"):
        page.screenshot(path=picture)


def test_the_workspace_is_that_of_who_logged_in(analysts: Analysts) -> None:
    code = """
import mindzie as mz
from uuid import UUID
from mindzie.core.errors import NotFoundError
ws, refused = mz.workspace(), 0
for things, key in ((ws.datasets, %r), (ws.users, %r)):
    try:
        things[UUID(key)]
    except NotFoundError:
        refused += 1
seen = [ws.me["name"], ws.datasets.names(), [one.log().case_count for one in ws.datasets]]
found = [seen, refused, str(ws.datasets[ws.datasets.names()[0]].id), str(ws.me["id"])]
"""
    nobody = str(UUID(int=0))
    seen, _, *ids = analysts["south"].run(code % (nobody, nobody))
    assert seen == ["analyst", ["purchase-to-pay"], [50]]
    # identifiers of another tenant open nothing
    seen, refused, *_ = analysts["north"].run(code % tuple(ids))
    assert (seen, refused) == (["analyst", ["order-to-cash"], [50]], 2)


def test_a_log_is_published_from_a_server_and_seen_by_nobody_else(analysts: Analysts) -> None:
    look = "\nfound = 'mine' in mz.workspace().datasets"
    publish = (
        "import mindzie as mz; mz.workspace().publish(mz.demo('order-to-cash', cases=20), 'mine')"
    )
    assert analysts["north"].run(publish + look) is True
    assert analysts["south"].run("import mindzie as mz" + look) is False


def test_the_log_says_which_server_it_came_from(analysts: Analysts, running: Running) -> None:
    here = analysts["north"]
    code = "import os, platform; os.environ['MINDZIE_CLIENT'] = 'a forged address'; import mindzie as mz; mz.workspace().projects.create('from afar'); found = platform.node()"
    host = here.run(code)
    act, signed_in = (running.entries("north", action) for action in ("projects.", "users."))
    origin = act[-1]["origin"]
    assert (origin["surface"], origin["client"]) == ("hub", "127.0.0.1")
    assert origin["server"].startswith(f"{here.name}/")
    assert origin["token"]
    assert "forged" not in str({**origin, "said": None})
    assert (origin["said"]["host"], origin["said"]["client"]) == (host, "a forged address")
    assert signed_in[-1]["origin"]["surface"] == "hub"


def test_the_environment_says_nothing_of_the_workspace(
    analysts: Analysts, running: Running
) -> None:
    env = analysts["north"].environment
    told = {name for name in env if name.startswith("MINDZIE")}
    assert told == {"MINDZIE_HUB_WORKSPACE"}
    assert not {"JUPYTERHUB_CRYPT_KEY", "CONFIGPROXY_AUTH_TOKEN", "PGPASSWORD"} & set(env)
    assert not any(str(running.hub.home) in value for value in env.values())


def test_other_settings_make_nobody_else_of_them(analysts: Analysts) -> None:
    name = analysts["south"].name
    code = f"""
import os
os.environ.update(JUPYTERHUB_USER={name!r}, USER={name!r}, MINDZIE_TENANT="south")
import mindzie as mz
found = "order-to-cash" in mz.workspace().datasets
"""
    assert analysts["north"].run(code) is True


def test_files_of_others_are_closed(analysts: Analysts, running: Running) -> None:
    hub, other = running.hub, analysts["south"]
    paths = [
        other.environment["HOME"],
        other.environment["JUPYTER_RUNTIME_DIR"],
        str(hub.folder / "hub" / "state"),
        str(hub.folder / "hub" / "state" / "crypt_key"),
        str(hub.home),
        str(hub.home / "workspace.db"),
        str(hub.home / "snapshots"),
        f"/proc/{other.pid}/environ",
        f"/proc/{hub.process.pid if hub.process else 0}/environ",
    ]
    for path in paths:
        assert Path(path).exists(), path
    code = f"""{TRIES}
import os
read = lambda path: os.listdir(path) if os.path.isdir(path) else open(path).read()
found = [tried(read, path) for path in {paths!r}]
"""
    assert analysts["north"].run(code) == ["PermissionError"] * len(paths)


def test_processes_of_others_are_not_touched(analysts: Analysts, running: Running) -> None:
    assert running.hub.process is not None
    pids = [analysts["south"].pid, running.hub.process.pid, os.getpid()]
    code = f"""{TRIES}
import os
found = [tried(os.kill, pid, 9) for pid in {pids}] + [tried(os.setuid, 0), tried(os.setuid, {analysts["south"].uid})]
"""
    assert analysts["north"].run(code) == ["PermissionError"] * 5


def test_no_way_to_more_rights(analysts: Analysts) -> None:
    code = "import subprocess; found = [open('/proc/self/status').read(), subprocess.run(['sudo', '-n', 'id'], capture_output=True).returncode if __import__('shutil').which('sudo') else 1]"
    status, sudo = analysts["north"].run(code)
    assert sudo != 0
    status = Path(f"/proc/{analysts['north'].pid}/status").read_text()
    assert "NoNewPrivs:\t1" in status
    assert "CapEff:\t0000000000000000" in status
    assert "Groups:\t \n" in status


def test_what_proves_a_log_in_travels_over_tls_alone(analysts: Analysts) -> None:
    jar = analysts["north"].web.cookies.jar
    proofs = {one.name: one.secure for one in jar if one.name.startswith("jupyterhub-")}
    assert "jupyterhub-session-id" in proofs
    assert all(proofs.values()), proofs


def test_servers_of_others_are_closed(analysts: Analysts, running: Running) -> None:
    here, other = analysts["north"], analysts["south"]
    direct = f"http://127.0.0.1:{_port(other)}/user/{other.name}/api/contents"
    urls = [f"{running.hub.url}/user/{other.name}/api/contents", direct]
    own = f"{running.hub.url}/user/{here.name}/api/contents"
    code = f"""{ASK}
import os
token = os.environ["JUPYTERHUB_API_TOKEN"]
found = [asked(url, token)[0] for url in {[own, *urls]!r}] + [asked({direct!r}, "")[0]]
"""
    assert here.run(code) == [200, 403, 403, 403]


def _port(visitor: Visitor) -> int:
    return int(visitor.environment["JUPYTERHUB_SERVICE_URL"].rpartition(":")[2].partition("/")[0])


def test_the_hubs_interface_tells_and_does_nothing(analysts: Analysts) -> None:
    here, other = analysts["north"], analysts["south"]
    api = here.environment["JUPYTERHUB_API_URL"]
    tries: list[tuple[str, str]] = [
        ("GET", "users"),
        ("GET", f"users/{other.name}"),
        ("GET", f"users/{other.name}/tokens"),
        ("POST", f"users/{other.name}/tokens"),
        ("DELETE", f"users/{other.name}/server"),
        ("POST", f"users/{here.name}/tokens"),
        ("GET", "services"),
        ("GET", "proxy"),
        ("GET", "groups"),
        ("POST", "shutdown"),
        ("POST", "users/eve"),
    ]
    code = f"""{ASK}
import os
token = os.environ["JUPYTERHUB_API_TOKEN"]
found = [asked({api!r} + "/" + path, token, method, b"{{}}" if method == "POST" else None)[0] for method, path in {tries!r}]
"""
    assert set(here.run(code)) <= {403, 404}
    # a page of one's own log-in may make tokens, and reaches no further with them
    token = here.web.post(
        f"/hub/api/users/{here.name}/tokens", headers={"X-XSRFToken": here._xsrf()}
    ).json()["token"]
    head = {"Authorization": f"token {token}"}
    for method, path in tries[:5] + tries[6:]:
        said = httpx.request(method, f"{api}/{path}", headers=head, timeout=60)
        # lists are of what one sees: nobody else
        assert (
            said.status_code in {403, 404}
            or (method, said.json()) == ("GET", ())
            or (path == "users" and [one["name"] for one in said.json()] == [here.name])
        ), (path, said.text)


def test_the_service_answers_nobody_unknown(analysts: Analysts, running: Running) -> None:
    url = f"{running.hub.service}/services/workspace/ask"
    through = f"{running.hub.url}/services/workspace/ask"
    heads: list[dict[str, str]] = [
        {},
        {"Authorization": "token x"},
        {"Authorization": "token"},
        {"Authorization": f"Basic {analysts['north'].environment['JUPYTERHUB_API_TOKEN']}"},
    ]
    for head in heads:
        for address in (url, through):
            said = httpx.post(
                address, headers=head, content=b"x", timeout=60, verify=running.hub.trust
            )
            assert said.status_code == 403
    # and a page of another, in somebody's browser, has their cookies alone
    assert analysts["north"].web.post(through, content=b"x").status_code == 403
    token = analysts["north"].environment["JUPYTERHUB_API_TOKEN"]
    head = {"Authorization": f"token {token}"}
    said = httpx.post(url, headers=head, content=b"x" * 99, timeout=60)
    assert said.status_code == 200
    assert b"damaged" in said.content


def test_kernels_speak_over_sockets_of_their_own(analysts: Analysts) -> None:
    here, other = analysts["south"], analysts["north"]
    xsrf = {
        "X-XSRFToken": here._xsrf(),
        "Authorization": f"token {here.environment['JUPYTERHUB_API_TOKEN']}",
    }
    with httpx.Client(
        base_url=here.hub.url, timeout=60, headers=xsrf, verify=here.hub.trust
    ) as web:
        before = _listening(here.uid)
        assert _port(here) in before
        kernel = web.post(f"/user/{here.name}/api/kernels").json()["id"]
        folder = Path(here.environment["JUPYTER_RUNTIME_DIR"])
        # the kernel makes them one after the other
        all_of_them = f"*{kernel}*-ipc-*"
        waited(lambda: len(list(folder.glob(all_of_them))) >= 5, "sockets of the kernel")
        sockets = sorted(folder.glob(all_of_them))
        # one more is the kernel's own, which takes output of child processes, and gives none
        assert len(_listening(here.uid) - before) <= 1
        code = f"""{TRIES}
import socket
line = socket.socket(socket.AF_UNIX)
found = tried(line.connect, {str(sockets[0])!r})
"""
        assert other.run(code) == "PermissionError"
        web.delete(f"/user/{here.name}/api/kernels/{kernel}")


def _listening(uid: int) -> set[int]:
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {
        int(one[1].partition(":")[2], 16) for one in lines if one[3] == "0A" and int(one[7]) == uid
    }


def test_limits_are_those_of_the_role(analysts: Analysts) -> None:
    limits = Path(f"/proc/{analysts['north'].pid}/limits").read_text()
    rows = {line[:26].strip(): line[26:].split() for line in limits.splitlines()}
    assert rows["Max data size"][0] == str(6 * 2**30)
    assert rows["Max core file size"][0] == "0"
    assert rows["Max processes"][0] == "2048"


def test_nothing_runs_on_and_no_token_holds_when_a_server_stops(
    analysts: Analysts, running: Running
) -> None:
    other = analysts["south"]
    uid, token = other.uid, other.environment["JUPYTERHUB_API_TOKEN"]
    other.run(
        "import subprocess; subprocess.Popen(['sleep', '600'], start_new_session=True, stdout=-3, stderr=-3); found = 1"
    )
    head = {"X-XSRFToken": other._xsrf()}
    stopped = other.web.delete(f"/hub/api/users/{other.name}/server", headers=head)
    assert stopped.status_code in {202, 204}, stopped.text

    def gone() -> bool:
        return not [path for path in Path("/proc").glob("[0-9]*") if _owner(path) == uid]

    waited(gone, "the end of all processes")
    url = f"{running.hub.service}/services/workspace/ask"
    auth: dict[str, Any] = {"Authorization": f"token {token}"}
    waited(
        lambda: httpx.post(url, headers=auth, content=b"x", timeout=60).status_code == 403,
        "the end of the token",
    )


def _owner(path: Path) -> int:
    try:
        return path.stat().st_uid
    except OSError:
        return -1
