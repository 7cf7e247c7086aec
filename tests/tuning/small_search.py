"""A search of tiny trainings in a Ray of its own, which a test may kill.

    python small_search.py FOLDER CHANGES

It keeps what it knows after each event in FOLDER/document.json, as Kedro's stream does, and goes on
from there. CHANGES, as JSON, are of the parameters of ``tuning``.
"""

import json
import sys
from pathlib import Path

from configured import load
from shared_training import CLASSES, make_pixels, make_splits

from chest_xray.machine.atomic_files import replacing
from chest_xray.parameters import check_parameters
from chest_xray.radiographs.splitting import splits_hash
from chest_xray.tuning.context import TuningContext
from chest_xray.tuning.search import search


def main(folder, changes):
    conf = load("test")
    conf["process"]["threads"] = 1
    conf["training"] |= {"batch_size": 8}
    conf["tuning"] |= {"concurrent_trials": 2} | changes
    chosen = check_parameters(conf, {})
    splits, pixels = make_splits(), make_pixels(folder)
    card = {
        "backbone": "resnet18",
        "intensity_normalization": "none",
        "splits_hash": splits_hash(splits),
        "data_hash": pixels.manifest.fingerprint,
        "run": "baseline/first",
    }
    context = TuningContext(
        chosen.tuning, chosen.training, chosen.process, list(CLASSES), folder / "tuning", folder
    )
    document = folder / "document.json"
    known = json.loads(document.read_text()) if document.exists() else {}
    for _, step in search(context, splits, pixels, card, known):
        with replacing(document) as partial:
            partial.write_text(json.dumps(step))


if __name__ == "__main__":
    main(Path(sys.argv[1]), json.loads(sys.argv[2]))
