"""``small_search.py`` as a process of its own, which a test may kill."""

import json
import os
import sys
from pathlib import Path

from conftest import PROJECT

SCRIPT = Path(__file__).with_name("small_search.py")


def search_command(folder, **changes):
    """Search in a folder, with such parameters of ``tuning``."""
    return [sys.executable, str(SCRIPT), str(folder), json.dumps(changes)]


def search_environment(**more):
    """This process's, in which the script finds what it imports from the tests."""
    paths = [PROJECT / "tests", PROJECT / "tests" / "learning", os.environ.get("PYTHONPATH", "")]
    return os.environ | {"PYTHONPATH": os.pathsep.join(str(one) for one in paths if one)} | more
