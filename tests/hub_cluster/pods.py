"""The containers of the manifest as processes of this machine, with the capabilities that it gives them and no other."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from tests.hub_work.running import ROOT

MANIFEST = ROOT / "hub_config" / "kubernetes" / "services.yaml"
_NUMBERS = {"CHOWN": 0, "DAC_OVERRIDE": 1, "KILL": 5, "SETGID": 6, "SETUID": 7}
_CONFINED = """
import ctypes, json, os, sys
libc, kept, user = ctypes.CDLL(None), json.loads(sys.argv[1]), int(sys.argv[2])
for number in set(range(41)) - set(kept):
    libc.prctl(24, number, 0, 0, 0)  # PR_CAPBSET_DROP
libc.prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
if user:
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
os.execvp(sys.argv[3], sys.argv[3:])
"""


def documents(kind: str) -> dict[str, dict[str, Any]]:
    """Return what the manifest has of a kind, by name."""
    found = yaml.safe_load_all(MANIFEST.read_text("utf-8"))
    return {one["metadata"]["name"]: one for one in found if one["kind"] == kind}


FIRST_RUN = 3_500_000
"""System users of runs: numbers that no other hub of tests has."""


def pod(name: str) -> dict[str, Any]:
    """Return what a deployment's pods are."""
    said: dict[str, Any] = documents("Deployment")[name]["spec"]["template"]["spec"]
    return said


class Pod:
    """A container of the manifest, in folders of its own, with its secrets and what differs here."""

    def __init__(self, name: str, folder: Path, secrets: dict[str, str], **differs: str) -> None:
        self.container = pod(name)["containers"][0]
        self._uid = differs["MINDZIE_HUB_SERVICE_UID"]
        self._user = self._uid if "runAsUser" in pod(name)["securityContext"] else "0"
        self._folder = folder
        for part in ("srv", "run"):
            (folder / part).mkdir(exist_ok=True)
            (folder / part).chmod(0o777)
        given = documents("ConfigMap")["mindzie"]["data"]
        for one in self.container["env"]:
            made = one.get("valueFrom")
            given[one["name"]] = secrets[made["secretKeyRef"]["key"]] if made else one["value"]
        self.environment = {name: self._here(value) for name, value in given.items()} | differs

    def _here(self, said: str) -> str:
        folders = {"/srv/mindzie": self._folder / "srv", "/run/mindzie-hub": self._folder / "run"}
        for there, here in folders.items():
            said = said.replace(there, str(here))
        return said.replace(" 998", f" {self._uid}").replace(" 3000000", f" {FIRST_RUN}")

    def start(self, python: str, log: Path, **changed: str) -> subprocess.Popen[bytes]:
        """Start it, with words of its command changed."""
        words = [self._here(word) for word in self.container["command"]]
        if words[0] == "sh":
            words[2] = words[2].replace("exec python", f"exec {shlex.quote(python)}")
        else:
            words[0] = python
        for word, other in changed.items():
            words = [part.replace(f"--{word}", f"--{other}") for part in words]
        with log.open("ab") as file:
            return subprocess.Popen(
                [*self._confined(), *words],
                env=self.environment,
                cwd="/",
                stdout=file,
                stderr=file,
                start_new_session=True,
            )

    def _confined(self) -> list[str]:
        said = self.container["securityContext"]["capabilities"]
        kept = [_NUMBERS[name] for name in said.get("add", [])]
        return [sys.executable, "-c", _CONFINED, json.dumps(kept), self._user]
