"""The tests of ``orthanc_checks.py``, in a network of their own, as Orthanc listens everywhere."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKS = Path(__file__).with_name("orthanc_checks.py")
NETWORK = ["unshare", "--net", "--map-root-user"]
DICOMWEB = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")


def missing():
    programs = [name for name in ("Orthanc", "storescu", "unshare", "ip") if not shutil.which(name)]
    if programs or not DICOMWEB.exists():
        return f"needs Debian's orthanc, orthanc-dicomweb, dcmtk, iproute2: no {programs}"
    if subprocess.run([*NETWORK, "true"], capture_output=True).returncode:
        return "no network of its own can be made here (unshare)"
    return ""


@pytest.mark.archive
@pytest.mark.whole
@pytest.mark.skipif(bool(missing()), reason=missing())
def test_orthanc(tmp_path):
    command = f"ip link set lo up && exec {sys.executable} -m pytest {CHECKS} --tb=short -rfE"
    run = subprocess.run(
        [*NETWORK, "sh", "-c", f"{command} --basetemp={tmp_path / 'checks'}"],
        capture_output=True,
        text=True,
        cwd=CHECKS.parents[2],
        timeout=1500,
    )
    assert run.returncode == 0, run.stdout + run.stderr
