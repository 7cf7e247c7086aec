"""Drawn hospitals: one study whose source goes with the class, and one in which it does not.

Inside both look well. The audit tells them apart, and so does the number of a third set of films.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest
from configured import TREES
from sklearn.ensemble import RandomForestClassifier

from chest_xray.evaluating import shortcuts
from chest_xray.evaluating.auditing import baselines
from chest_xray.evaluating.external import measure_external
from chest_xray.evaluating.shortcuts import cross_validated_scores
from chest_xray.parameters import check_parameters
from chest_xray.phantoms import draw_phantom, plan_phantoms
from chest_xray.radiographs.class_shortcuts import associations, class_shortcuts
from chest_xray.radiographs.pixels import PixelManifest, PixelMap
from chest_xray.radiographs.preprocessing import resize
from chest_xray.radiographs.splitting import split, splits_hash
from chest_xray.radiographs.texture import texture_features, thumbnails
from chest_xray.statistics.metrics import as_labels, metrics_with_intervals

# Drawn larger than they are stored, as films are: their grain is that of the detector.
PATIENTS, DRAWN, SIZE = 220, 72, 32
POSITIVE = "PNEUMONIA"
PARAMETERS = check_parameters(TREES["base"], {}).external_validation.model_copy(
    update={"bootstrap_samples": 200, "name": "third"}
)


@dataclass(frozen=True)
class Films:
    """Drawn films: their index, a map of their pixels, and what a small model sees of them."""

    index: pd.DataFrame
    pixels: PixelMap
    features: np.ndarray

    @property
    def labels(self) -> np.ndarray:
        return as_labels(self.index["label"], POSITIVE)


def drawn(folder, hospital_with_class: float, seed: int) -> Films:
    """One film of each patient of two hospitals."""
    plans = plan_phantoms(
        PATIENTS, seed, DRAWN, hospitals=2, hospital_with_class=hospital_with_class
    ).drop_duplicates("patient_seed", ignore_index=True)
    levels = [
        resize(np.asarray(draw_phantom({**plan, "mode": "L"}).pixels), SIZE)
        for plan in plans.to_dict("records")
    ]
    path = folder / f"{hospital_with_class}-{seed}.uint8"
    path.write_bytes(np.stack(levels).tobytes())
    names = plans["file"].tolist()
    pixels = PixelMap(PixelManifest(names, list(range(len(names))), SIZE, "", "", str(path)))
    index = plans[["source", "label", "width", "height", "mode", "age"]].assign(
        image_id=names,
        path=names,
        patient_id=plans["patient_seed"].astype(str),
        group_id=plans["patient_seed"].astype(str),
        jpeg_quality=plans["jpeg_quality"],
        folder="",
        bits=8,
        darkest=0,
        brightest=255,
        problem="",
        duplicate_of="",
        near_duplicate_of="",
    )
    rows = pixels.rows(names)
    return Films(
        index, pixels, np.hstack([thumbnails(pixels, rows), texture_features(pixels, rows)])
    )


@dataclass(frozen=True)
class Study:
    """A study's audit, its model inside and its model on the third set of films."""

    associations: dict[str, dict[str, Any]]
    warned_of: list[str]
    audit: dict[str, Any]
    inside: dict[str, Any]
    elsewhere: dict[str, Any]


def studied(films: Films, third: Films, third_audit: dict[str, Any]) -> Study:
    splits = split(films.index, "patient", 7)
    found = associations(films.index, POSITIVE, 7)
    in_train, in_test = (
        films.index["image_id"].isin(splits.loc[splits["part"] == part, "image_id"]).to_numpy()
        for part in ("train", "test")
    )
    # A forest stands for the classifier: what is tested is what measures it.
    model = RandomForestClassifier(400, min_samples_leaf=2, random_state=0, n_jobs=1)
    model.fit(films.features[in_train], films.labels[in_train])
    card = {
        "class_names": ["NORMAL", POSITIVE],
        "threshold": 0.5,
        "weights_hash": "w",
        "splits_hash": splits_hash(splits),
    }
    inside = {
        "n": int(in_test.sum()),
        "patients": int(in_test.sum()),
        "split_method": "patient",
        "weights_hash": "w",
        **metrics_with_intervals(
            films.labels[in_test],
            model.predict_proba(films.features[in_test])[:, 1],
            0.5,
            films.index.loc[in_test, "group_id"].tolist(),
            200,
            7,
        ),
    }
    there = third.index[["image_id", "source", "label", "patient_id", "group_id", "age"]].assign(
        probability=model.predict_proba(third.features)[:, 1],
        warnings="",
        weights_hash="w",
        texture_score=cross_validated_scores(
            third.features[:, -12:], third.labels, third.index["group_id"], 7
        ),
    )
    return Study(
        {one["column"]: one for one in found},
        [one["fact"] for one in class_shortcuts(films.index, found, 0.8)],
        baselines(films.index, films.pixels, splits, POSITIVE, 100, 7)[0],
        inside,
        measure_external(there, card, inside, third_audit, PARAMETERS),
    )


@pytest.fixture(scope="module")
def studies(tmp_path_factory) -> tuple[Study, Study]:
    """The one whose source goes with the class, and the one in which it doesn't."""
    folder = tmp_path_factory.mktemp("hospitals")
    with pytest.MonkeyPatch.context() as patched:
        # Of 200 trees each, the many forests would take minutes.
        patched.setattr(shortcuts, "_TREES", 30)
        third = drawn(folder, 0.0, 23)
        found, _ = baselines(third.index, third.pixels, None, POSITIVE, 100, 7)
        audit = found | {"copies": []}
        confounded, fair = (
            studied(drawn(folder, strength, 11), third, audit) for strength in (1.0, 0.0)
        )
    return confounded, fair


def auc(scores: dict[str, Any]) -> float:
    return float(scores["auc"]["value"])


def test_the_audit_warns_of_a_source_that_goes_with_the_class_and_of_no_other(studies):
    confounded, fair = studies
    assert confounded.associations["source"]["balanced_accuracy"] == 1
    assert confounded.associations["age"]["balanced_accuracy"] == 1
    assert confounded.warned_of == ["source"]
    assert fair.associations["source"]["balanced_accuracy"] < 0.65
    assert fair.warned_of == []


def test_texture_tells_the_class_where_the_source_does_and_only_there(studies):
    confounded, fair = studies
    for baseline in ("texture_baseline", "thumbnail_baseline"):
        told, not_told = (one.audit[baseline]["cross_validated"]["auc"] for one in studies)
        assert told["low"] > not_told["high"], baseline
    assert confounded.audit["texture_baseline"]["cross_validated"]["auc"]["low"] > 0.75
    assert fair.audit["texture_baseline"]["cross_validated"]["auc"]["low"] < 0.5
    # In both, texture tells the hospitals apart among films of one class, where both have any.
    told = fair.audit["texture_baseline"]["tells_apart"]
    assert {(one["column"], one["label"]) for one in told} == {
        ("source", "NORMAL"),
        ("source", POSITIVE),
    }
    assert all(one["auc"]["low"] > 0.7 for one in told)
    assert confounded.audit["texture_baseline"]["tells_apart"] == []
    assert confounded.audit["texture_baseline"]["by_source"] == {"north": None, "south": None}


def test_the_number_of_other_films_tells_them_apart_although_inside_the_worse_looks_better(studies):
    confounded, fair = studies
    assert auc(confounded.inside) > auc(fair.inside)
    lost = {
        name: auc(one.inside) - auc(one.elsewhere) for name, one in zip("cf", studies, strict=True)
    }
    assert lost["c"] > 0.25
    assert lost["f"] < 0.12
    assert confounded.elsewhere["auc"]["high"] < fair.elsewhere["auc"]["value"]
    assert fair.elsewhere["auc"]["low"] > 0.5


def test_what_the_model_learned_shows_in_the_subgroups_by_source(studies):
    by_source = {
        name: {
            one["value"]: one for one in study.elsewhere["subgroups"] if one["column"] == "source"
        }
        for name, study in zip(("confounded", "fair"), studies, strict=True)
    }
    # It calls the south ill and the north well.
    for source, metric in (("south", "specificity"), ("north", "sensitivity")):
        confounded, fair = (by_source[name][source][metric] for name in ("confounded", "fair"))
        assert confounded["high"] < 0.5
        assert confounded["high"] < fair["value"]


def test_the_third_set_and_the_number_inside_stand_beside_it(studies):
    for study in studies:
        assert study.elsewhere["baselines"]["texture"]["auc"]["value"] < 0.7
        assert study.elsewhere["inside"]["auc"] == study.inside["auc"]
        assert study.elsewhere["balanced_auc"]["over"] == ["texture"]
