"""Both locks hold what pyproject.toml asks for, on every platform, and one of them no CUDA."""

import tomllib

import pytest
from conftest import PROJECT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CUDA = ("nvidia-", "cuda-", "triton")
MACHINES = {
    "x86": {"sys_platform": "linux", "platform_machine": "x86_64", "os_name": "posix"},
    "arm": {"sys_platform": "linux", "platform_machine": "aarch64", "os_name": "posix"},
    "mac": {"sys_platform": "darwin", "platform_machine": "arm64", "os_name": "posix"},
}
PYTHONS = ("3.11.0", "3.11.9", "3.12.4", "3.13.1")


def pins(name, machine, python):
    """What a lock installs there: versions by name."""
    environment = MACHINES[machine] | {
        "python_full_version": python,
        "python_version": python.rpartition(".")[0],
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    found = {}
    for line in (PROJECT / name).read_text(encoding="utf8").splitlines():
        if line.startswith(("#", "--")):
            continue
        pin = Requirement(line)
        if pin.marker is None or pin.marker.evaluate(environment):
            assert pin.name not in found, f"{pin.name} is pinned twice on {machine}"
            found[canonicalize_name(pin.name)] = str(pin.specifier).removeprefix("==")
    return found


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("machine", MACHINES)
def test_the_cpu_lock_is_the_other_one_without_cuda(machine, python):
    whole = pins("requirements.lock", machine, python)
    cpu = pins("requirements-cpu.lock", machine, python)
    cuda = {name for name in whole if name.startswith(CUDA)}
    assert bool(cuda) == (machine != "mac")
    assert cpu.keys() == whole.keys() - cuda
    local = "" if machine == "mac" else "+cpu"
    changed = {name: version for name, version in cpu.items() if version != whole[name]}
    assert changed == {name: whole[name] + local for name in ("torch", "torchvision") if local}


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-cpu.lock"])
def test_whatever_the_project_asks_for_is_pinned(lock):
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf8"))
    extras = project["project"]["optional-dependencies"]
    asked = [
        *project["project"]["dependencies"],
        *(one for extra in extras.values() for one in extra),
        *project["dependency-groups"]["dev"],
    ]
    for machine in MACHINES:
        found = pins(lock, machine, PYTHONS[0])
        for requirement in map(Requirement, asked):
            assert requirement.specifier.contains(found[canonicalize_name(requirement.name)])
