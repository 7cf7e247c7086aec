"""What is wrong with a search, beyond what each of its parameters shows alone."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from chest_xray.parameters.renamed import new_name
from chest_xray.parameters.search_space import Setting, with_setting
from chest_xray.parameters.training import TrainingParameters
from chest_xray.parameters.tree import Parameters

# Without an influence on a training, or its seed and the metric that trials are compared by.
_NOT_SEARCHED = {
    "backbone_candidates",
    "memory_share",
    "minutes_per_epoch",
    "threshold.policy",
    "threshold.sensitivity",
    "bootstrap_samples",
    "min_patients",
    "early_stopping.metric",
    "workers",
    "ray_address",
    "on_lost_worker",
    "seed",
}
# Schedulers compare trials epoch by epoch, which requires images of one size.
_CHANGES_IMAGE_SIZE = {"progressive_fraction", "progressive_image_sizes"}
_NUMBER = TypeAdapter(int)


def search_mistakes(parameters: Parameters) -> Iterator[tuple[str, str]]:
    """What is wrong with ``tuning``, reported before anything runs instead of by the first trials.

    Yields:
        A dotted key, and the rest of a sentence about it: names that training doesn't have, values
        that it would refuse, lines that a grid can't be made of.
    """
    unknown = list(_unknown_names(parameters))
    yield from unknown
    if unknown:
        return
    tuning, stored = parameters.tuning, parameters.data_processing.image_size
    size = stored if tuning.trial_image_size == "stored" else tuning.trial_image_size
    if size > stored:
        yield (
            "tuning.trial_image_size",
            f"is {size}; at most data_processing.image_size ({stored} px) is allowed",
        )
    training = parameters.training.model_dump(mode="json")
    short = with_setting(training, tuning.trial_changes)
    fraction = short["progressive_fraction"]
    if fraction != 0:
        yield (
            "tuning.trial_changes",
            f"lets images grow in a trial (progressive_fraction {fraction}), and epochs at "
            "different sizes can't be compared; set progressive_fraction to 0 there",
        )
        return
    kind = type(parameters.training)
    message = _refused(kind, short, size)
    if tuning.trial_changes.get("backbone") == "auto":
        message = "a trial needs a backbone by its name"
    if message:
        yield "tuning.trial_changes", f"makes a training that is refused: {message}"
        return

    def refused(setting: Setting) -> str:
        """Why a trial or a whole training with this setting would be refused."""
        return _refused(kind, with_setting(short, setting), size) or _refused(
            kind, with_setting(training, setting), stored
        )

    impossible = list(_impossible_values(parameters, refused))
    yield from impossible
    if not impossible:
        yield from _small_shares(parameters)


def _small_shares(parameters: Parameters) -> Iterator[tuple[str, str]]:
    """Batches that a trial's workers couldn't share: batch statistics need two images each."""
    tuning, workers = parameters.tuning, parameters.tuning.trial_workers
    batches = [parameters.training.batch_size, tuning.trial_changes.get("batch_size")]
    line = tuning.searched.get("batch_size")
    batches += line.ends if line else []
    # As training reads them: 16.0 and "16" are 16.
    smallest = min(_NUMBER.validate_python(batch) for batch in batches if batch is not None)
    if smallest < 2 * workers:
        yield (
            "tuning.trial_workers",
            f"is {workers}; each needs two images of a batch, and the smallest batch of a trial "
            f"has {smallest}: at most {smallest // 2} are allowed",
        )


def _unknown_names(parameters: Parameters) -> Iterator[tuple[str, str]]:
    known = sorted(set(_leaves(type(parameters.training))))
    named = {"space": parameters.tuning.space, "trial_changes": parameters.tuning.trial_changes}
    for place, names in named.items():
        for name in names:
            key = f"tuning.{place}.{name}"
            if name in _NOT_SEARCHED or (place == "space" and name in _CHANGES_IMAGE_SIZE):
                yield key, "is not for a search to change; leave it out"
            elif message := new_name(key):
                yield key, message
            elif name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                yield (
                    key,
                    f"is not known; {f'did you mean {near[0]!r}?' if near else 'leave it out'}",
                )


def _impossible_values(
    parameters: Parameters, refused: Callable[[Setting], str]
) -> Iterator[tuple[str, str]]:
    tuning, space = parameters.tuning, parameters.tuning.searched
    if not space:
        yield (
            "tuning.space",
            "names nothing to search; a line as learning_rate: [loguniform, 0.0002, 0.003] is "
            "needed",
        )
    single = []
    for name, line in space.items():
        key = f"tuning.space.{name}"
        if tuning.searcher == "grid" and line.all_values is None:
            yield key, f"is {line.distribution}, which has no end of values for a grid"
        if "auto" in line.ends:
            yield key, "allows 'auto'; a trial needs a backbone by its name"
        single += [
            (key, f"allows {value!r}, which training refuses: {message}")
            for value in line.probes
            if (message := refused({name: value}))
        ]
    yield from single
    if single:
        return
    # Numbers of epochs and sizes bound each other: their ends are tried together as well.
    whole = [name for name, line in space.items() if isinstance(line.ends[0], int)]
    for values in itertools.product(*(space[name].ends for name in whole)):
        setting = dict(zip(whole, values, strict=True))
        if message := refused(setting):
            yield "tuning.space", f"allows {setting}, which training refuses: {message}"
            return


def _refused(kind: type[TrainingParameters], training: Mapping[str, Any], image_size: int) -> str:
    try:
        sound = kind.model_validate(training)
    except ValidationError as error:
        detail = error.errors()[0]
        name = ".".join(str(step) for step in detail["loc"])
        message = detail["msg"].removeprefix("Value error, ").removeprefix("Input ")
        return f"{name} {message}".strip()
    if sound.progressive_fraction and sound.progressive_image_sizes[-1] > image_size:
        return (
            f"progressive_image_sizes has {sound.progressive_image_sizes[-1]} px of {image_size} px"
        )
    return ""


def _leaves(part: Any, above: str = "") -> Iterator[str]:
    for name, field in part.model_fields.items():
        if hasattr(field.annotation, "model_fields"):
            yield from _leaves(field.annotation, f"{above}{name}.")
        else:
            yield f"{above}{name}"
