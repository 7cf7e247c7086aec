"""Splitting radiographs into train, validation and test, and checking and naming a split."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import DisjointSet
from sklearn.model_selection import StratifiedGroupKFold, train_test_split

from chest_xray.errors import BadSplit

PARTS = ("train", "validation", "test")
SHARES = {"train": 0.8, "validation": 0.1, "test": 0.1}
LEAKING_METHODS = ("image", "published")
# Their test part is given; the rest is split 9 to 1.
FIXED_TEST_METHODS = ("published_test", "source")
FOLDS = 10
MAX_SHARE_ERROR = 0.01
# Below this many images of a class, a share can't be met within a point by whole images.
MIN_CHECKED_CLASS_SIZE = 200

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Assigned:
    """What a method decides: ``part`` and ``group_id`` of each image, by the index of ``readable``;
    images that are in neither are left out.
    """

    part: pd.Series
    group_id: pd.Series


def split(
    index: pd.DataFrame, method: str, seed: int, test_sources: Sequence[str] = ()
) -> pd.DataFrame:
    """Split the readable radiographs into train, validation and test.

    Args:
        index: ``image_id, label, patient_id, group_id, folder, source, problem, duplicate_of,
            near_duplicate_of``, one row per file.
        method: ``patient``: 80/10/10, stratified by class and source, a group (a patient, with all
            who share a film) on one side only. ``image``: 80/10/10, stratified by class, ignoring
            patients. ``published``: the folders train, val and test as they are.
            ``published_test``: the folder test is the test part, the rest is split 9 to 1 by
            patient. A patient is known by side and number, since nothing tells whether equal
            numbers on both sides are one person; films of the rest that are (nearly) the same as
            one of the test folder are left out. ``source``: the test part is the films of
            ``test_sources``, the rest is split 9 to 1 by patient; its films that share a group with
            one of these are left out.
        seed: Of the random order; with ``patient``, seeds 0 to 9, 10 to 19, ... are each a tenfold
            cross-validation.
        test_sources: The sources that are the test part of the method ``source``.

    Returns:
        ``image_id, label, patient_id, group_id, source, part, method``, in the order of the index.

    Raises:
        BadSplit: The method can't be applied to these radiographs, or misses the shares.
    """
    readable = index[index["problem"] == ""].reset_index(drop=True)
    assigned = _assign(readable, method, seed, test_sources)
    columns = readable.loc[assigned.part.index, ["image_id", "label", "patient_id"]]
    splits = columns.assign(
        group_id=assigned.group_id,
        source=readable["source"],
        part=assigned.part,
        method=method,
    ).reset_index(drop=True)
    check_splits(splits)
    return splits


def _assign(
    readable: pd.DataFrame, method: str, seed: int, test_sources: Sequence[str]
) -> _Assigned:
    if method == "published_test":
        return _with_published_test(readable, seed)
    if method == "source":
        return _with_test_sources(readable, seed, test_sources)
    methods: dict[str, Callable[[pd.DataFrame, int], pd.Series]] = {
        "patient": _by_patient,
        "image": _by_image,
        "published": _by_folder,
    }
    return _Assigned(methods[method](readable, seed), readable["group_id"])


def _with_published_test(readable: pd.DataFrame, seed: int) -> _Assigned:
    _refuse_no_folder(readable, "published_test")
    test = readable["folder"] == "test"
    group_id = test.map({True: "test/", False: "train/"}) + readable["group_id"]
    films = _films(readable)
    copies = ~test & films.isin(films[test])
    if copies.any():
        logger.warning(
            "%d films of the folders train and val are (nearly) the same as one of the folder test "
            "and are left out, the first: %s.",
            int(copies.sum()),
            readable["image_id"][copies].iloc[0],
        )
    return _fixed_test(readable, test, ~test & ~copies, group_id, seed)


def _with_test_sources(readable: pd.DataFrame, seed: int, test_sources: Sequence[str]) -> _Assigned:
    known = sorted(set(readable["source"]))
    strange = sorted(set(test_sources) - set(known))
    if strange or not test_sources or set(test_sources) == set(known):
        raise BadSplit(
            f"data_processing.test_sources is {', '.join(test_sources) or 'empty'}; the split "
            "method 'source' needs some of the sources there, and not all of them: "
            f"{', '.join(known)}."
        )
    test = readable["source"].isin(test_sources)
    shared = ~test & readable["group_id"].isin(readable.loc[test, "group_id"])
    if shared.any():
        logger.warning(
            "%d films of other sources share a patient or a film with the test sources and are "
            "left out, the first: %s.",
            int(shared.sum()),
            readable["image_id"][shared].iloc[0],
        )
    return _fixed_test(readable, test, ~test & ~shared, readable["group_id"], seed)


def _fixed_test(
    readable: pd.DataFrame, test: pd.Series, rest: pd.Series, group_id: pd.Series, seed: int
) -> _Assigned:
    """A given test part; of ten folds of the rest by patient, the seed takes one to validate on.

    scikit-learn places the largest groups first, into the same folds whatever its random state, so
    seeds 0 to 9 take turns with the same folds, as in the split by patient.
    """
    learned = readable[rest].assign(group_id=group_id)
    _refuse_few_groups(learned)
    block, turn = divmod(seed, FOLDS)
    splitter = StratifiedGroupKFold(n_splits=FOLDS, shuffle=True, random_state=block)
    folds = [rows for _, rows in splitter.split(learned, _strata(learned), learned["group_id"])]
    chosen = np.random.default_rng(block).permutation(FOLDS)[turn]
    part = pd.Series("train", index=readable.index, dtype="str")
    part[learned.index[folds[chosen]]] = "validation"
    part[test] = "test"
    kept = test | rest
    return _Assigned(part[kept], group_id[kept])


def _films(readable: pd.DataFrame) -> pd.Series:
    """By image the first of those that show the same film, identical or saved again."""
    joined = DisjointSet(readable["image_id"])
    for column in ("duplicate_of", "near_duplicate_of"):
        for image_id, first in zip(readable["image_id"], readable[column], strict=True):
            if first:
                joined.merge(image_id, first)
    return readable["image_id"].map(joined.__getitem__)


def _strata(images: pd.DataFrame) -> pd.Series:
    """What is to be as frequent in every fold: the classes, within each source."""
    return images["label"] if images["source"].nunique() < 2 else _label_and_source(images)


def _label_and_source(images: pd.DataFrame) -> pd.Series:
    return images["label"] + " of " + images["source"]


def _by_patient(readable: pd.DataFrame, seed: int) -> pd.Series:
    """Two of ten folds are held out: ten seeds in a row share the folds and take turns.

    scikit-learn places the largest groups first, into the same folds whatever its random state, so
    that the same two folds would always hold the same large patients. Seeds 0 to 9 are together one
    tenfold cross-validation, as are 10 to 19: each fold is once the test part, with a validation
    part that is sampled. Patients of more than a tenth of a class are trained on, and the folds are
    made of the others, so that none of these always shares a fold with one of those.
    """
    _refuse_few_groups(readable)
    block, turn = divmod(seed, FOLDS)
    large = _large_groups(readable)
    others = _set_aside(readable, large)
    splitter = StratifiedGroupKFold(n_splits=FOLDS, shuffle=True, random_state=block)
    pairs = splitter.split(others, _strata(others), others["group_id"])
    folds = [others.index.to_numpy()[rows] for _, rows in pairs]
    usual = np.array([large.isdisjoint(readable["group_id"].iloc[rows]) for rows in folds])
    partners = _partners(_pair_errors(readable["label"], folds), usual)
    tests = np.random.default_rng(block).permutation(sorted(partners))
    test = int(tests[turn % len(tests)])
    validation = int(np.random.default_rng(seed).choice(partners[test]))
    return _parts(len(readable), validation=folds[validation], test=folds[test])


def several_splits(splits: pd.DataFrame, seed: int, count: int) -> pd.DataFrame:
    """The splits by patient of this seed and of others, no two of which test on one patient.

    The seeds of a block, 0 to 9, 10 to 19, ..., take turns with the same ten folds. The first split
    is the one there is.

    Args:
        splits: As ``split`` made them with the method ``patient`` and ``seed``.
        seed: Of the first one.
        count: How many splits, 1 to 10.

    Returns:
        ``split``, from 1, and the columns of ``splits``; ``count`` times its rows.

    Raises:
        BadSplit: The split is not by patient or of another seed, or there are too few folds.
    """
    method = splits["method"].iloc[0]
    if method != "patient":
        raise BadSplit(
            "Several splits are compared by patient, and data_processing.split_method is "
            f"'{method}': its test part is one that no other split has; 'patient' has ten."
        )
    start = seed - seed % FOLDS
    found: list[pd.DataFrame] = []
    tested: set[str] = set()
    for turn in range(FOLDS):
        part = _by_patient(splits, start + (seed + turn) % FOLDS)
        patients = set(splits.loc[part.to_numpy() == "test", "group_id"])
        if tested.isdisjoint(patients):
            found.append(splits.assign(part=part.to_numpy()))
            tested |= patients
        if len(found) == count:
            break
    if splits_hash(found[0]) != splits_hash(splits):
        raise BadSplit(
            f"The splits there were not made with data_processing.seed ({seed}); kedro run "
            "--pipelines=data_processing makes them with it."
        )
    if len(found) < count:
        raise BadSplit(
            f"{len(found)} test parts share no patient, and {count} are needed (tuning.pooled."
            "splits); large groups of patients fill the others."
        )
    tables = [table.assign(split=number) for number, table in enumerate(found, start=1)]
    return pd.concat(tables, ignore_index=True)


def _pair_errors(labels: pd.Series, folds: Sequence[np.ndarray]) -> np.ndarray:
    """By how much each pair of folds, as test and validation part, misses a class's shares at most.

    Classes under ``MIN_CHECKED_CLASS_SIZE`` images count only where a part would have none of them.

    Returns:
        float [folds, folds], 0 to 1; infinite for a fold with itself or without one of the classes.
    """
    counts = labels.value_counts()
    inside = [
        labels.iloc[rows].value_counts().reindex(counts.index, fill_value=0) for rows in folds
    ]
    shares = np.array([(count / counts).to_numpy() for count in inside])
    checked = shares[:, (counts >= MIN_CHECKED_CLASS_SIZE).to_numpy()]
    held_out = np.abs(checked - SHARES["test"]).max(axis=1, initial=0)
    train = 1 - checked[:, None] - checked[None, :]
    errors = np.abs(train - SHARES["train"]).max(axis=2, initial=0)
    errors = np.maximum(errors, np.maximum(held_out[:, None], held_out[None, :]))
    empty = (shares == 0).any(axis=1)
    errors[empty, :] = errors[:, empty] = np.inf
    np.fill_diagonal(errors, np.inf)
    return errors


def _large_groups(readable: pd.DataFrame) -> set[str]:
    """The groups with more than a tenth of a class."""
    sizes = readable.groupby(["label", "group_id"]).size()
    shares = sizes / sizes.groupby(level="label").transform("sum")
    return set(shares.index.get_level_values("group_id")[shares > SHARES["test"]])


def _set_aside(readable: pd.DataFrame, large: set[str]) -> pd.DataFrame:
    """The images of the other groups, or all where these are too few to draw folds of."""
    small = readable[~readable["group_id"].isin(large)]
    groups = small.groupby("label")["group_id"].nunique()
    enough = len(groups) == readable["label"].nunique() and groups.min() >= FOLDS
    return small if enough else readable


def _partners(errors: np.ndarray, usual: np.ndarray) -> dict[int, list[int]]:
    """By fold for the test part, the folds for the validation part that keep the shares with it.

    The limit is a point, or the smallest that gives each fold without large groups a partner.
    """
    smallest = errors.min(axis=1)
    needed = smallest[usual & np.isfinite(smallest)]
    limit = max(MAX_SHARE_ERROR, needed.max() if len(needed) else smallest.min())
    if not np.isfinite(limit):
        raise BadSplit(
            "Fewer than two of ten folds of patients have images of both classes; more patients of "
            "the rarer class are needed for a split by patient."
        )
    return {
        test: np.flatnonzero(row <= limit).tolist()
        for test, row in enumerate(errors)
        if (row <= limit).any()
    }


def _refuse_few_groups(readable: pd.DataFrame) -> None:
    counts = readable.groupby("label")["group_id"].nunique()
    label, groups = counts.idxmin(), counts.min()
    if groups < 10:
        patients = readable.loc[readable["label"] == label, "patient_id"].nunique()
        who = f"patients ({groups})"
        if patients > groups:
            who = f"groups of patients ({groups}, as films saved twice join {patients} patients)"
        raise BadSplit(
            f"Class {label} has too few {who} for a split by patient, which needs at least 10 of "
            "each class so that every part gets some."
        )


def _by_image(readable: pd.DataFrame, seed: int) -> pd.Series:
    counts = readable["label"].value_counts()
    if counts.min() < 10:
        raise BadSplit(
            f"Class {counts.idxmin()} has {counts.min()} images; a split by image needs at least "
            "10 of each class, so that every part gets some."
        )
    rows = np.arange(len(readable))
    _, held_out = train_test_split(
        rows, test_size=0.2, stratify=readable["label"], random_state=seed
    )
    validation, test = train_test_split(
        held_out, test_size=0.5, stratify=readable["label"].iloc[held_out], random_state=seed
    )
    return _parts(len(readable), validation=validation, test=test)


def _by_folder(readable: pd.DataFrame, seed: int) -> pd.Series:
    _refuse_no_folder(readable, "published")
    return readable["folder"].map({"train": "train", "val": "validation", "test": "test"})


def _refuse_no_folder(readable: pd.DataFrame, method: str) -> None:
    nowhere = readable["folder"] == ""
    if nowhere.any():
        raise BadSplit(
            f"{readable['image_id'][nowhere].iloc[0]} lies in none of the folders train, val "
            f"and test, which data_processing.split_method: {method} needs; with 'patient' no such "
            "folders are needed."
        )


def _parts(count: int, validation: np.ndarray, test: np.ndarray) -> pd.Series:
    part = np.full(count, "train", dtype=object)
    part[validation] = "validation"
    part[test] = "test"
    return pd.Series(part, dtype="str")


def check_splits(splits: pd.DataFrame) -> None:
    """Refuse splits that would not measure what their method promises.

    Raises:
        BadSplit: A part lacks a class; a group lies on two sides, though the method doesn't allow
            it by name; or a part of a split by patient misses its share of a class by more than a
            point, and by more than the class's largest group explains.
    """
    if "source" not in splits:
        raise BadSplit(
            "The splits don't tell the source of an image, as an earlier version of this project "
            "saved them; `kedro run --pipelines=data_processing` makes them again."
        )
    for part in PARTS:
        absent = set(splits["label"]) - set(splits.loc[splits["part"] == part, "label"])
        if absent:
            raise BadSplit(
                f"The {part} part has no image of class {min(absent)}; each part needs both "
                "classes, so another seed, another split method or more radiographs."
            )
    methods = set(splits["method"])
    if methods <= set(LEAKING_METHODS):
        return
    sides = splits.groupby("group_id")["part"].nunique()
    if (sides > 1).any():
        raise BadSplit(
            f"Group {sides.idxmax()} lies on {sides.max()} sides of the split; only "
            f"data_processing.split_method {' or '.join(LEAKING_METHODS)} allows that, by name."
        )
    if methods <= set(FIXED_TEST_METHODS):
        return
    _check_shares(splits)


def _missed_shares(labels: pd.Series, parts: pd.Series) -> list[tuple[str, str, float]]:
    """Class, part and share of what is off by more than a point, of classes that are checked."""
    shares = pd.crosstab(labels, parts, normalize="index").reindex(columns=PARTS, fill_value=0)
    counts = labels.value_counts()
    return [
        (label, part, float(shares.loc[label, part]))
        for label in shares.index[counts[shares.index] >= MIN_CHECKED_CLASS_SIZE]
        for part, share in SHARES.items()
        if abs(shares.loc[label, part] - share) > MAX_SHARE_ERROR
    ]


def _check_shares(splits: pd.DataFrame) -> None:
    for label, part, share in _missed_shares(splits["label"], splits["part"]):
        of_class = splits[splits["label"] == label]
        largest_group = of_class["group_id"].value_counts().iloc[0] / len(of_class)
        message = f"The {part} part got {share:.1%} of class {label} instead of {SHARES[part]:.0%}"
        # A part can be off by a group that stays whole; train, by those of the two others.
        if abs(share - SHARES[part]) > largest_group * (2 if part == "train" else 1):
            raise BadSplit(
                f"{message}, because some patients have very many images; with fewer images of "
                "theirs (data_processing.left_out) every part gets its share."
            )
        logger.warning(
            "%s: one patient alone has %.1f %% of it, and stays whole.",
            message,
            100 * largest_group,
        )


def splits_hash(splits: pd.DataFrame) -> str:
    """The hash that identifies splits: of which image is in which part, and of its class.

    Args:
        splits: ``image_id, label, part``, one row per image in any order.

    Returns:
        64 hexadecimal digits (SHA-256).
    """
    digest = hashlib.sha256()
    for row in sorted(zip(splits["image_id"], splits["label"], splits["part"], strict=True)):
        digest.update("\0".join(row).encode() + b"\n")
    return digest.hexdigest()


def leaked(splits: pd.DataFrame, part: str = "test") -> int:
    """How many images of a part have an image of their group in the training part."""
    trained = set(splits.loc[splits["part"] == "train", "group_id"])
    return int(splits.loc[splits["part"] == part, "group_id"].isin(trained).sum())


def shared_numbers(splits: pd.DataFrame) -> pd.Series:
    """By ``image_id``, whether an image's patient number occurs in another part too, bool.

    Under ``published_test`` numbers on both sides count as different patients; whether they are is
    not known.
    """
    held_out = splits["part"] == "test"
    shared = set(splits.loc[held_out, "patient_id"]) & set(splits.loc[~held_out, "patient_id"])
    return splits.set_index("image_id")["patient_id"].isin(shared)


def unknown_patients(images: pd.DataFrame) -> int:
    """How many images (``image_id, patient_id``) count as their own patient: nothing tells whose.

    Images of one patient may then lie on both sides of the split, and intervals be too narrow.
    """
    return int((images["patient_id"] == images["image_id"]).sum())
