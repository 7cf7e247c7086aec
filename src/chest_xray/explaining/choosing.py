"""Choosing the images that are shown, explained on request, and tested on."""

from __future__ import annotations

import difflib
import fnmatch
import logging
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from chest_xray.errors import BadExplanation

logger = logging.getLogger(__name__)

OUTCOMES = ("wrong", "right")
_NEAREST = 3


def with_outcomes(predictions: pd.DataFrame) -> pd.DataFrame:
    """The test images' predictions with ``outcome``, right or wrong."""
    test = predictions[predictions["part"] == "test"].reset_index(drop=True)
    right = test["label"] == test["predicted"]
    return test.assign(outcome=np.where(right, "right", "wrong"))


def choose_examples(test: pd.DataFrame, card: Mapping[str, Any], each: int) -> pd.DataFrame:
    """The test images that are shown, by rule: ``each`` wrong predictions and ``each`` right ones.

    Of both: the most confident of each class, then the closest to the threshold of each class,
    then the most confident that are left. Fewer where there are fewer, which is logged.

    Args:
        test: ``image_id, label, probability, predicted, outcome``, one row per test image.
        card: The model's ``class_names`` and ``threshold``.
        each: How many of both.

    Returns:
        The chosen rows, wrong ones first, with ``chosen_as``: the rule that took them.
    """
    chosen = []
    for outcome in OUTCOMES:
        rows = test[test["outcome"] == outcome]
        taken = list(_by_rule(rows, card["class_names"], card["threshold"], each))
        if len(taken) < each:
            logger.warning(
                "%d of %d test images were called %s, so %d are shown instead of %d.",
                len(rows),
                len(test),
                outcome,
                len(taken),
                each,
            )
        chosen += taken
    columns = [*test.columns, "chosen_as"]
    return pd.DataFrame(chosen, columns=columns).reset_index(drop=True)


def _by_rule(
    rows: pd.DataFrame, class_names: Sequence[str], threshold: float, each: int
) -> Iterator[dict[str, Any]]:
    distance = (rows["probability"] - threshold).abs()
    ranked = rows.assign(distance=distance).sort_values(
        ["distance", "image_id"], ascending=[False, True]
    )
    left = ranked.drop(columns="distance")
    rules = [(f"most confident {name}", name, 0) for name in class_names]
    rules += [(f"closest {name}", name, -1) for name in class_names]
    for number in range(each):
        rule, label, place = (
            rules[number] if number < len(rules) else ("most confident of the rest", "", 0)
        )
        of_label = left[left["label"] == label] if label else left
        if of_label.empty:
            # A class without such an image leaves its place to the others.
            rule, of_label = "most confident of the rest", left
            place = 0
        if of_label.empty:
            return
        row = of_label.iloc[place]
        left = left.drop(index=row.name)
        yield {**{str(name): value for name, value in row.items()}, "chosen_as": rule}


def with_asked_for(
    examples: pd.DataFrame, asked_for: Sequence[str], index: pd.DataFrame
) -> pd.DataFrame:
    """The images to explain: the examples, then those asked for that are not among them.

    Returns:
        ``image_id, label, outcome, chosen_as``; ``outcome`` is '' for those asked for.
    """
    more = [name for name in asked_for if name not in set(examples["image_id"])]
    labels = index.set_index("image_id")["label"]
    rows = pd.DataFrame(
        {
            "image_id": more,
            "label": [labels[name] for name in more],
            "outcome": "",
            "chosen_as": "asked for",
        }
    )
    columns = list(rows.columns)
    return pd.concat([examples[columns], rows], ignore_index=True) if more else examples[columns]


def images_asked_for(images: str, index: pd.DataFrame, project_folder: Path) -> list[str]:
    """The images that ``interpretability.images`` names.

    Args:
        images: '' for none, an ``image_id``, a glob over them (``*person23_*``), or a text file
            with one per line, relative to the project.
        index: ``image_id`` and ``problem``, one row per file of the data set.
        project_folder: The project's.

    Raises:
        BadExplanation: An id that isn't there (the nearest are named), a glob that matches nothing,
            or an image that could not be read.
    """
    if not images:
        return []
    problems: dict[str, str] = dict(zip(index["image_id"], index["problem"], strict=True))
    path = project_folder / Path(images).expanduser()
    if path.is_file():
        lines = _read_list(path, problems).splitlines()
        names = [line.strip() for line in lines if line.strip()]
    elif any(sign in images for sign in "*?["):
        names = [name for name in fnmatch.filter(problems, images) if not problems[name]]
        if not names:
            raise BadExplanation(
                f"No image fits interpretability.images '{images}'; an image_id is such as "
                f"{next(iter(problems))}."
            )
    else:
        names = [images]
    for name in names:
        _refuse_unknown(name, problems)
    return list(dict.fromkeys(names))


def _read_list(path: Path, problems: Mapping[str, str]) -> str:
    try:
        return path.read_text(encoding="utf8")
    except UnicodeDecodeError as error:
        raise BadExplanation(
            f"interpretability.images '{path}' is no text file of image ids; an image of the data "
            f"set is named by its image_id, such as {next(iter(problems))}, and any other file is "
            "explained by kedro run --pipelines=prediction --params=prediction.images=FILE."
        ) from error


def _refuse_unknown(name: str, problems: Mapping[str, str]) -> None:
    if name not in problems:
        raise BadExplanation(
            f"There is no image '{name}' (interpretability.images); the nearest are "
            f"{', '.join(_nearest(name, list(problems)))}."
        )
    if problems[name]:
        raise BadExplanation(
            f"The image {name} (interpretability.images) could not be read: {problems[name]}."
        )


def _nearest(name: str, known: Sequence[str]) -> list[str]:
    # A name is often given without its folders or its ending.
    by_stem: dict[str, str] = {Path(one).stem: one for one in known}
    stems = difflib.get_close_matches(Path(name).stem, by_stem, n=_NEAREST, cutoff=0)
    return [by_stem[stem] for stem in stems]


def choose_tested(test: pd.DataFrame, count: int, wrong: int, seed: int) -> pd.DataFrame:
    """The test images that the report is about.

    Args:
        test: As ``with_outcomes`` gives it.
        count: How many are sampled at random; all where there are fewer.
        wrong: How many wrong ones are added to those, where there are any left, as the maps of
            right and wrong answers are compared and a good model has few wrong ones.
        seed: Of the sample.

    Returns:
        Rows of ``test`` with ``sampled``: False for those that were added because they are wrong.
    """
    order = test.sample(frac=1, random_state=seed)
    sampled, rest = order[:count], order[count:]
    extra = rest[rest["outcome"] == "wrong"][:wrong]
    return pd.concat([sampled.assign(sampled=True), extra.assign(sampled=False)], ignore_index=True)
