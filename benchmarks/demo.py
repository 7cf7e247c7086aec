"""How long the demo takes, and what it finds on other phantoms.

    python benchmarks/demo.py --against DIR [--rounds 2]
    python benchmarks/demo.py [--seeds 0 1 2 3 4]

The first: `make demo` of another checkout and of this one in turn, each from nothing, with the
packages of this Python. Seconds on the clock, and of all cores together (Ray's own processes left
out). The second: the demo on phantoms of each seed; is the tuned model another one, is it better on
test, and does error analysis name the planted reason, a faint lesion? Both remove data/demo.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from machine import keep

PROJECT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent


def run(commands: list[str], checkout: Path) -> dict[str, float]:
    """Seconds of some commands in a checkout, from nothing."""
    shutil.rmtree(checkout / "data" / "demo", ignore_errors=True)
    # Ray's workers would be the first to wait where something else runs.
    environment = os.environ | {"PYTHONPATH": str(checkout / "src"), "RAY_worker_niceness": "0"}
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    for command in commands:
        subprocess.run(command, shell=True, cwd=checkout, env=environment, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "seconds": time.perf_counter() - start,
        "processor_seconds": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
    }


def demo_commands(checkout: Path) -> list[str]:
    """What `make demo` runs there, once everything is installed."""
    listed = subprocess.run(
        ["make", "--dry-run", "--old-file=install", f"BIN={BIN}", "demo"],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=True,
    )
    return listed.stdout.splitlines()


def newest(name: str) -> Any:
    """A json result of the demo that was run last."""
    versions = sorted((PROJECT / "data" / "demo" / "08_reporting" / name).glob(f"*/{name}"))
    return json.loads(versions[-1].read_text())


def found(seed: int) -> dict[str, Any]:
    """What the demo finds on phantoms of a seed."""
    seconds = run([f"{BIN}/kedro demo --params=phantoms.seed={seed}"], PROJECT)
    compared = newest("model_comparison.json")
    test = compared["test"]
    better = {name: test["difference"][name]["value"] > 0 for name in ("accuracy", "auc")}
    findings = newest("baseline_error_findings.json")["findings"]
    named = [one["values"].get("type", "") for one in findings if one["key"] != "errors-counted"]
    return {
        "seed": seed,
        **seconds,
        "first": {name: test["baseline"][name]["value"] for name in better},
        "tuned": {name: test["tuned"][name]["value"] for name in better},
        "another": len(set(compared["weights_hash"].values())) > 1,
        "better": better,
        "named": named,
        "names_faint_lesions": any("lesion_opacity <" in one for one in named),
    }


def main() -> None:
    """Measure, and keep it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--against", type=Path)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--seeds", type=int, nargs="*", default=[0, 1, 2, 3, 4])
    arguments = parser.parse_args()
    if not arguments.against:
        seeds = [found(seed) for seed in arguments.seeds]
        print(keep("demo_seeds", {"seeds": seeds}))  # noqa: T201
        return
    times: dict[str, list[dict[str, float]]] = {"before": [], "now": []}
    checkouts = {"before": arguments.against.resolve(), "now": PROJECT}
    for _ in range(arguments.rounds):
        for name, checkout in checkouts.items():
            times[name].append(run(demo_commands(checkout), checkout))
    print(keep("demo", {"times": times}))  # noqa: T201


if __name__ == "__main__":
    main()
