"""Processes of their own: what is asked and said, and that none is left alone."""

import subprocess
import sys
import time

import psutil
import pytest

from mindzie.core import own_process

HEARS = """
import sys, threading
from mindzie.core import own_process
asked, say = own_process.heard()
print("printed")
say({"heard": asked})
own_process.end_when_alone(lambda: say({"alone": True}))
threading.Event().wait()
"""


@pytest.fixture
def begun():
    with subprocess.Popen(
        [sys.executable, "-c", HEARS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=own_process.environment(),
        start_new_session=True,
    ) as process:
        yield process
        own_process.end(process)


def test_what_is_asked_is_answered_and_what_is_printed_goes_elsewhere(begun):
    said = own_process.answers(begun, {"do": "café"})
    assert next(said) == {"heard": {"do": "café"}}
    own_process.end(begun)
    assert list(said) == []
    assert begun.stderr.read() == "printed\n"


def test_a_process_left_alone_does_what_is_last_and_ends(begun):
    said = own_process.answers(begun, {})
    next(said)
    begun.stdin.close()
    assert list(said) == [{"alone": True}]
    assert begun.wait(30) != 0


def test_what_a_process_started_ends_with_it():
    starts = "import subprocess, sys, time; print(subprocess.Popen(['sleep', '600']).pid, flush=True); time.sleep(600)"
    with subprocess.Popen(
        [sys.executable, "-c", starts], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        child = psutil.Process(int(process.stdout.readline()))
        own_process.end(process)
    until = time.monotonic() + 30
    while child.is_running() and child.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < until
        time.sleep(0.02)
    own_process.end(process)  # a second end harms nothing
