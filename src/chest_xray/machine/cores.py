"""How many cores this process may use."""

from __future__ import annotations


def available_cores() -> int:
    """The cores that this process may use, at least 1: joblib's count.

    The smallest of the machine's cores, the process's affinity, the CPU quota of a container
    (cgroup v1 or v2, rounded up) and the environment variable LOKY_MAX_CPU_COUNT.
    """
    # joblib takes 0.1 s to import: only where a number of threads isn't given.
    from joblib import cpu_count

    return int(cpu_count())
