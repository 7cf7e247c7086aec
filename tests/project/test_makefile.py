"""What make leaves behind when .venv can't be made, and how it says so."""

import shutil
import subprocess

import pytest
from conftest import PROJECT

pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")

# Stands for Python: `-m venv [--clear] .venv` makes a .venv whose pip notes what it was asked for.
PYTHON = """#!/bin/sh
[ "$3" = --clear ] && rm -rf .venv
mkdir -p .venv/bin
printf '#!/bin/sh\\n:\\n' > .venv/bin/python
cp pip .venv/bin/pip
chmod +x .venv/bin/*
"""
PIP = """#!/bin/sh
echo "$@" >> asked
case "$*" in
    *index*) cat available ;;
    *--requirement*) test ! -e no-network ;;
esac
"""


@pytest.fixture
def make(tmp_path):
    for name in ("Makefile", "pyproject.toml", "requirements.lock", "requirements-cpu.lock"):
        shutil.copy(PROJECT / name, tmp_path)
    for name, text in (("python", PYTHON), ("pip", PIP), ("uname", "#!/bin/sh\necho Linux\n")):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    torch = next(
        line.partition(" ")[0].removeprefix("torch==")
        for line in (PROJECT / "requirements-cpu.lock").read_text().splitlines()
        if line.startswith("torch==") and "+cpu" in line
    )
    (tmp_path / "available").write_text(f"Available versions: {torch}\n")

    def run(*arguments):
        return subprocess.run(
            ["make", "install", "PYTHON=./python", *arguments],
            cwd=tmp_path,
            env={"PATH": f"{tmp_path}:/usr/local/bin:/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_an_index_that_cannot_be_reached_is_one_sentence_that_names_the_way_out(make, tmp_path):
    (tmp_path / "available").write_text("Available versions: 2.0.0, 2.0.0+cpu\n")
    done = make("CPU=1")
    assert done.returncode
    assert "can't be found at https://download.pytorch.org/whl/cpu" in done.stderr
    assert "CPU=0" in done.stderr
    assert "--requirement" not in (tmp_path / "asked").read_text()
    assert make().returncode == 0
    assert (tmp_path / ".venv" / "lock").read_text() == "requirements.lock\n"


def test_a_failed_install_does_not_decide_what_the_next_one_installs(make, tmp_path):
    (tmp_path / "no-network").touch()
    assert make("CPU=1").returncode
    (tmp_path / "no-network").unlink()
    (tmp_path / ".venv" / "half").touch()
    done = make()
    assert done.returncode == 0
    assert "about 7.5 GB; 3 to 30 minutes" in done.stdout
    assert (tmp_path / ".venv" / "lock").read_text() == "requirements.lock\n"
    assert not (tmp_path / ".venv" / "half").exists()


def test_the_other_lock_is_noticed_and_without_cpu_the_last_one_stays(make, tmp_path):
    assert make("CPU=1").returncode == 0
    asked = (tmp_path / "asked").read_text()
    assert make().returncode == 0
    assert (tmp_path / "asked").read_text() == asked
    (tmp_path / ".venv" / "old").touch()
    assert make("CPU=0").returncode == 0
    assert (tmp_path / ".venv" / "lock").read_text() == "requirements.lock\n"
    assert not (tmp_path / ".venv" / "old").exists()
