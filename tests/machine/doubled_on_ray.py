"""Three shards on a Ray of its own: ``python doubled_on_ray.py FOLDER``."""

import sys
import time
from pathlib import Path

from chest_xray.errors import BadCluster
from chest_xray.machine.ray_cluster import Resources, ray_session
from chest_xray.machine.ray_shards import map_shards


def double(shared, shard):
    # Long enough to be seen at work by what ends processes.
    time.sleep(2)
    return 2 * shard


def main(folder):
    with ray_session(None, "workers", folder / "ray", cores=2):
        try:
            doubled = list(map_shards(double, None, [1, 2, 3], "auto", Resources(1, 0, 0)))
        except BadCluster as error:
            sys.exit(str(error))
    sys.stdout.write(str(sorted(doubled)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
