"""Trials as tests make them up."""

import numpy as np
import optuna
from configured import load

from chest_xray.machine.device import Hardware
from chest_xray.parameters import check_parameters
from chest_xray.parameters.search_space import decode
from chest_xray.radiographs.pixels import PixelManifest, PixelMap
from chest_xray.tuning.distributions import distributions
from chest_xray.tuning.trials import Trial

TUNING = check_parameters(load("base"), {}).tuning.model_copy(update={"criterion": "loss"})
SPACE = TUNING.searched
CPU = Hardware("cpu", "float32")


def row(epoch, loss, auc=0.9):
    values = {"loss": loss, "accuracy": 0.8, "f1": 0.8, "auc": auc, "seconds": 1.0}
    return [{"epoch": epoch, "part": part, **values} for part in ("train", "validation")]


def trial(number, losses, setting=None, status="finished", seed=7):
    history = [one for epoch, loss in enumerate(losses, start=1) for one in row(epoch, loss)]
    best = int(np.argmin(losses)) + 1 if losses else 0
    return Trial(
        number,
        setting or {"dropout": number / 100},
        seed,
        status,
        number,
        number + 1,
        history,
        best,
    )


def sampled(count, loss=lambda setting: abs(np.log(setting["learning_rate"] / 1e-3))):
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    settings = [decode(SPACE, study.ask(distributions(SPACE)).params) for _ in range(count)]
    return [trial(n, [loss(one)], one) for n, one in enumerate(settings, start=1)]


def none_frozen(setting):
    return 0


def pixel_map(folder, count=5, size=8):
    levels = np.random.default_rng(0).integers(0, 256, (count, size, size), dtype=np.uint8)
    levels.tofile(folder / "all.pixels")
    ids = [f"i{number}" for number in range(count - 1)]
    records_used = [4, 2, 1, 0]
    manifest = PixelManifest(ids, records_used, size, "p", "f" * 64, str(folder / "all.pixels"))
    return PixelMap(manifest), levels[records_used]
