"""A node that is killed, and an archive that is away for a while: each film is reported once."""

import signal
import subprocess
import sys
import threading
from contextlib import ExitStack

import pytest
from archiving.peers import Archive, send, wait_for
from archiving.sent_films import BIRTH, NAME, NUMBER, content_of, film, read
from archiving.servers import COMMAND, Node

FILMS = 30
# Before which films the node is killed, and between which the archive is away.
KILLED, AWAY, BACK = (8, 19), 12, 22


@pytest.fixture
def model(exported, tmp_path):
    path = tmp_path / "quantized_onnx.onnx"
    path.write_bytes(exported[0])
    return path


def test_every_film_is_reported_once(model, tmp_path):
    films = [film() for _ in range(FILMS)]
    archive = Archive()
    node = Node(model, tmp_path, archive.port)
    with ExitStack() as listening:
        listening.enter_context(archive.listening())
        for place, data in enumerate(films):
            if place == AWAY:
                listening.close()
            elif place == BACK:
                listening.enter_context(archive.listening())
            if place in KILLED:
                killer = threading.Timer(0.03, node.process.kill)
                killer.start()
                send(node.port, data)
                killer.join()
                node.process.wait()
                node.start()
            # As a modality does: what wasn't acknowledged is sent again.
            wait_for(lambda data=data: send(node.port, data) == [0x0000], 120)
        wait_for(lambda: len(set(archive.uids())) == FILMS, 120)
        assert node.end(signal.SIGTERM) == 0, node.log()
    reported = {
        content_of(one)["Source of Measurement"]: one.SOPInstanceUID for one in archive.reports
    }
    assert reported.keys() == {read(data).SOPInstanceUID for data in films}
    assert set(reported.values()) == set(archive.uids())
    for secret in (NAME, NUMBER, BIRTH, "Rahimi"):
        assert secret not in node.log()


def test_mistakes_of_the_command_line_are_answered_in_one_sentence(tmp_path):
    def said_of(*arguments):
        run = subprocess.run(
            [sys.executable, "-c", COMMAND, "node", *arguments], capture_output=True, text=True
        )
        assert run.returncode != 0
        assert "Traceback" not in run.stderr
        return run.stderr

    queue = f"--queue={tmp_path}"
    assert "should be an AE title" in said_of("--model=m.onnx", queue, "--to=nowhere")
    assert "can't be read" in said_of("--model=m.onnx", queue, "--to=A@localhost:104")
    title = "--ae-title=" + 17 * "A"
    assert "1 to 16" in said_of("--model=m.onnx", queue, "--to=A@localhost:104", title)


def test_a_node_needs_neither_torch_nor_kedro():
    code = (
        "import sys, chest_xray.archiving.node, chest_xray.project.node_command\n"
        "unwanted = ('torch', 'pandas', 'scipy', 'kedro', 'matplotlib', 'fsspec')\n"
        "print([name for name in unwanted if name in sys.modules])\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
