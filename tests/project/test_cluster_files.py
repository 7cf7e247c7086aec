"""What docs/cluster starts on Slurm and Kubernetes is well formed, and asks for what there is.

Neither system is here: the script is run with stand-ins for Slurm's commands, and the manifest is
held against the fields of KubeRay's API (https://docs.ray.io/en/latest/cluster/kubernetes).
"""

import os
import re
import shlex
import shutil
import subprocess

import pytest
import yaml
from configured import load
from conftest import PROJECT
from kedro.framework.cli.utils import _split_params
from ray.scripts.scripts import cli as ray_cli

from chest_xray.parameters import check_parameters
from chest_xray.pipeline_registry import register_pipelines

SLURM = PROJECT / "docs" / "cluster" / "slurm.sbatch"
KUBERAY = PROJECT / "docs" / "cluster" / "kuberay.yaml"

# Of RayJobSpec, RayClusterSpec, HeadGroupSpec, WorkerGroupSpec: what must be there, what may.
JOB = (
    {"rayClusterSpec"},
    {"entrypoint", "backoffLimit", "shutdownAfterJobFinishes", "ttlSecondsAfterFinished"},
)
CLUSTER = ({"headGroupSpec"}, {"rayVersion", "workerGroupSpecs", "authOptions"})
HEAD = ({"rayStartParams", "template"}, set())
WORKERS = (
    {"groupName", "minReplicas", "maxReplicas", "rayStartParams", "template"},
    {"replicas"},
)


def has_fields(part, fields):
    required, others = fields
    assert required <= part.keys() <= required | others
    return part


def refuse_unknown(arguments):
    """Fail where ``kedro run`` with these arguments would be refused."""
    options = dict(argument.split("=", 1) for argument in arguments)
    assert options.keys() <= {"--env", "--pipelines", "--params"}
    assert set(options["--pipelines"].split(",")) <= set(register_pipelines())
    tree = load(options["--env"])
    for group, changes in _split_params(None, None, options["--params"]).items():
        tree[group] |= changes
    check_parameters(tree, {})


@pytest.fixture
def slurm(tmp_path):
    """What the script runs on the nodes, as a list of words."""
    commands = tmp_path / "bin"
    commands.mkdir()
    for name, body in {
        "scontrol": 'printf "node01\\nnode02\\n"',
        "srun": 'echo "$RAY_AUTH_MODE ${#RAY_AUTH_TOKEN} ${PATH%%:*}"; printf "%s\\n" "$@"',
    }.items():
        (commands / name).write_text(f"#!/bin/bash\n{body}\n")
        (commands / name).chmod(0o755)

    def run(*arguments):
        environment = {
            "PATH": f"{commands}:{os.environ['PATH']}",
            "SLURM_JOB_NODELIST": "node[01-02]",
            "SLURM_JOB_NUM_NODES": "2",
            "SLURM_JOB_ID": "40123",
            "SLURM_CPUS_PER_TASK": "16",
        }
        done = subprocess.run(
            ["bash", str(SLURM), *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        first, *words = done.stdout.splitlines()
        assert first == f"token 64 {tmp_path}/.venv/bin"
        return words

    return run


def test_the_slurm_script_runs_kedro_on_a_ray_of_all_nodes(slurm):
    words = slurm("--pipelines=training", "--params=a=1,b=two words")
    separator = words.index("--")
    assert words[separator + 1 :] == ["kedro", "run", words[-2], "--params=a=1,b=two words"]
    assert words[2:4] == ["ray", "symmetric-run"]
    assert "symmetric-run" in ray_cli.commands
    assert words[4:separator] == ["--address", "node01:20123", "--min-nodes", "2", "--num-cpus=16"]


def test_the_slurm_script_s_example_is_a_run_of_this_project():
    comments = [line[2:] for line in SLURM.read_text().splitlines() if line.startswith("# ")]
    example = re.search(r"sbatch .*?slurm\.sbatch (.*?)\n\S", "\n".join(comments), re.DOTALL)
    refuse_unknown(shlex.split(example.group(1).replace("\\\n", "")))


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
def test_shellcheck_finds_nothing_in_the_slurm_script():
    subprocess.run(["shellcheck", str(SLURM)], check=True)


def test_the_manifest_has_kuberay_s_fields():
    job = yaml.safe_load(KUBERAY.read_text())
    assert (job["apiVersion"], job["kind"]) == ("ray.io/v1", "RayJob")
    assert re.fullmatch(r"[a-z0-9]([-a-z0-9]{0,45}[a-z0-9])?", job["metadata"]["name"])
    spec = has_fields(job["spec"], JOB)
    cluster = has_fields(spec["rayClusterSpec"], CLUSTER)
    assert cluster["authOptions"]["mode"] in ("token", "disabled")
    groups = [has_fields(cluster["headGroupSpec"], HEAD)]
    groups += [has_fields(group, WORKERS) for group in cluster["workerGroupSpecs"]]
    for group in groups:
        assert all(isinstance(value, str) for value in group["rayStartParams"].values())
        pod = group["template"]["spec"]
        volumes = {volume["name"] for volume in pod.get("volumes", [])}
        (container,) = pod["containers"]
        assert {"name", "image", "resources"} <= container.keys()
        assert {mount["name"] for mount in container.get("volumeMounts", [])} == volumes
        assert all(isinstance(one["value"], str) for one in container["env"])
    for group in groups[1:]:
        assert 0 <= group["minReplicas"] <= group["replicas"] <= group["maxReplicas"]


def test_the_manifest_runs_this_project_on_the_locked_ray():
    spec = yaml.safe_load(KUBERAY.read_text())["spec"]
    lock = (PROJECT / "requirements.lock").read_text()
    version = re.search(r"^ray==(\S+)", lock, re.MULTILINE).group(1)
    assert spec["rayClusterSpec"]["rayVersion"] == version
    shell, option, script = shlex.split(spec["entrypoint"])
    assert (shell, option) == ("bash", "-c")
    folder, command = script.split(" && ")
    assert folder == "cd /project"
    program, run, *arguments = shlex.split(command)
    assert (program, run) == (".venv/bin/kedro", "run")
    refuse_unknown(arguments)
