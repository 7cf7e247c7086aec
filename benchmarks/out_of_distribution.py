"""How well images that are no chest radiographs are distinguished from those that are.

    python benchmarks/out_of_distribution.py ENV [--model baseline] [--elsewhere NAME]

In distribution are images of the test part. Out of distribution are: crops of the three photographs
that scikit-learn and matplotlib ship, in grey (their colours would give them away); pages of text,
hands and noise, drawn here; and the same test images upside down, turned by a right angle,
mirrored, and as negatives. For each kind the AUC of the distance, and the shares that are warned of
by the distance and by the film measures. The same of the deployed file alone, without PyTorch: how
many it leaves to a person, on how many it warns as the pipeline does, and by what share at most its
distance is another. With the name of another hospital whose films external_validation has read, the
share of them beyond the limit too. A drawn hand is no radiograph of one: bones, flesh and grain, no
more.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import sklearn.datasets
from finished import PROJECT, finished_study
from machine import RESULTS, keep
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from sklearn.metrics import roc_auc_score

from chest_xray.deploying.new_radiographs import load_batch_predictor
from chest_xray.deploying.predictor import TO_A_PERSON, UNLIKE, Predictor
from chest_xray.deploying.scorers import Scorer
from chest_xray.machine.versions import version_path
from chest_xray.project.study import Study, open_study
from chest_xray.radiographs.preprocessing import resize
from chest_xray.radiographs.unusual import FilmRanges

BATCH = 32


def photograph(random: np.random.Generator) -> NDArray[np.uint8]:
    """A square crop of a photograph, in grey."""
    shipped = Path(sklearn.datasets.__file__).parent / "images"
    portrait = Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg"
    path = [shipped / "china.jpg", shipped / "flower.jpg", portrait][random.integers(3)]
    with Image.open(path) as image:
        side = int(random.uniform(0.4, 1) * min(image.size))
        x, y = (int(random.integers(length - side + 1)) for length in image.size)
        return np.array(image.crop((x, y, x + side, y + side)).convert("L"))


def page_of_text(random: np.random.Generator) -> NDArray[np.uint8]:
    """Lines of letters, black on white."""
    image = Image.new("L", (600, 800), 255)
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(size=int(random.integers(14, 28)))
    step = int(random.integers(24, 40))
    for y in range(40, 760, step):
        line = "".join(random.choice(list("abcdefghijklmnopqrstuvwxyz    "), 60))
        pen.text((40, y), line, fill=0, font=font)
    return np.array(image)


def hand(random: np.random.Generator) -> NDArray[np.uint8]:
    """Palm and five fingers: flesh, brighter bones in it, gaps at the joints, grain."""
    layers = [Image.new("L", (400, 500), 0) for _ in range(2)]
    flesh, bones = (ImageDraw.Draw(layer) for layer in layers)
    flesh.ellipse((110, 230, 300, 480), fill=90)
    tilt = random.uniform(-0.1, 0.1)
    for finger, (reach, x) in enumerate(
        ((150, 110), (230, 145), (255, 200), (235, 250), (170, 290))
    ):
        angle = (finger - 2) * 0.22 + tilt + random.normal(0, 0.03)
        along = np.array([np.sin(angle), -np.cos(angle)])
        start = np.array([x, 300.0])
        end = start + reach * along
        flesh.line([tuple(start), tuple(end)], fill=90, width=38)
        flesh.ellipse((*(end - 19), *(end + 19)), fill=90)
        for first, last in ((-0.45, -0.03), (0.03, 0.45), (0.5, 0.72), (0.77, 0.95)):
            piece = [tuple(start + share * reach * along) for share in (first, last)]
            bones.line(piece, fill=200, width=16)
    soft = [np.array(layer.filter(ImageFilter.GaussianBlur(3)), float) for layer in layers]
    grain = random.normal(0, 4, soft[0].shape)
    return (np.maximum(*soft) + 10 + grain).clip(0, 255).astype(np.uint8)


def noise(random: np.random.Generator) -> NDArray[np.uint8]:
    """Every level as likely as every other."""
    return random.integers(0, 256, (256, 256), dtype=np.uint8)


DRAWN = {"photograph": photograph, "page_of_text": page_of_text, "hand": hand, "noise": noise}


def changed_chests(chests: NDArray[np.uint8]) -> dict[str, NDArray[np.uint8]]:
    """The same images, uint8 [n, size, size], as no chest radiograph should lie."""
    return {
        "upside_down": np.ascontiguousarray(chests[:, ::-1]),
        "quarter_turn": np.ascontiguousarray(np.rot90(chests, 1, (1, 2))),
        "mirrored": np.ascontiguousarray(chests[:, :, ::-1]),
        "negative": 255 - chests,
    }


def distances(images: NDArray[np.uint8], scorer: Scorer) -> NDArray[np.float64]:
    """How far each image, uint8 [n, size, size], is from the training images; 1 is the limit."""
    starts = range(0, len(images), BATCH)
    return np.concatenate([scorer(images[i : i + BATCH])[1] for i in starts])


def of_the_file(
    images: NDArray[np.uint8], distance: NDArray[np.float64], predict: Predictor
) -> dict[str, float]:
    """What the deployed file says of images, one at a time, beside the pipeline's distance."""
    answers = [predict(image) for image in images]
    own = np.array([answer.distance for answer in answers])
    unlike = np.array([UNLIKE in answer.warnings for answer in answers])
    return {
        "left_to_a_person": float(np.mean([answer.decision == TO_A_PERSON for answer in answers])),
        "same_warning": float((unlike == (distance > 1)).mean()),
        "largest_difference": float(np.abs(own / distance - 1).max()),
    }


def share_warned_of_by_film(images: NDArray[np.uint8], ranges: FilmRanges) -> float:
    """The share of images whose film measures are outside of the training films' ranges."""
    # Size and header are those of the original, which drawn images have none of.
    shape = (ranges.limits.low["shape"] + ranges.limits.high["shape"]) / 2
    side = 1000 * max(shape, 1.0)
    facts = {"width": side * shape, "height": side, "jpeg_quality": 0, "coloured": False}
    return float(np.mean([bool(ranges.warnings(image, facts)) for image in images]))


def measured(
    chests: NDArray[np.uint8],
    others: Mapping[str, NDArray[np.uint8]],
    scorer: Scorer,
    ranges: FilmRanges,
    predict: Predictor,
) -> dict[str, Any]:
    """AUC of the distance and shares that are warned of, by kind of image."""
    near = distances(chests, scorer)
    rows = {}
    for name, images in others.items():
        far = distances(images, scorer)
        truth = np.r_[np.zeros(len(near)), np.ones(len(far))]
        rows[name] = {
            "images": len(images),
            "auc_of_distance": float(roc_auc_score(truth, np.r_[near, far])),
            "warned_of_by_distance": float((far > 1).mean()),
            "warned_of_by_film_measures": share_warned_of_by_film(images, ranges),
            "median_distance": float(np.median(far)),
            "deployed_file": of_the_file(images, far, predict),
        }
    return {
        "test_images": len(chests),
        "test_images_warned_of": {
            "by_distance": float((near > 1).mean()),
            "by_film_measures": share_warned_of_by_film(chests, ranges),
        },
        "deployed_file": of_the_file(chests, near, predict),
        "out_of_distribution": rows,
    }


def beyond_the_limit(study: Study, elsewhere: Study, scorer: Scorer) -> dict[str, float]:
    """The share of test films and of another hospital's beyond the limit."""
    splits, pixels = study.load("splits"), study.load("pixels")
    films, own = elsewhere.load("external_films"), elsewhere.load("external_pixels")
    test = splits.loc[splits["part"] == "test", "image_id"]
    images = {
        "test": pixels.read(pixels.rows(test)),
        "elsewhere": own.read(own.rows(films["image_id"])),
    }
    return {part: float((distances(levels, scorer) > 1).mean()) for part, levels in images.items()}


def main() -> None:
    """Measure, and keep AUC and shares."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("env")
    parser.add_argument("--model", default="baseline")
    parser.add_argument("--images", type=int, default=200)
    parser.add_argument("--elsewhere", default="")
    arguments = parser.parse_args()
    random = np.random.default_rng(0)
    study = finished_study(arguments.env)
    splits, pixels = study.load("splits"), study.load("pixels")
    test = splits[splits["part"] == "test"]
    test = test.sample(min(arguments.images, len(test)), random_state=0)
    chests = pixels.read(pixels.rows(test["image_id"]))
    size = pixels.manifest.image_size
    drawn = {
        name: np.stack([resize(draw(random), size) for _ in range(arguments.images)])
        for name, draw in DRAWN.items()
    }
    scorer = load_batch_predictor(study.data_folder, arguments.model).scorer
    file = study.data_folder / "06_models" / f"{arguments.model}_onnx.onnx"
    result = measured(
        chests,
        drawn | changed_chests(chests),
        scorer,
        FilmRanges.from_json(study.load("film_ranges")),
        Predictor(version_path(file, "quantization"), threads=1),
    )
    if arguments.elsewhere:
        place = {"external_validation": {"name": arguments.elsewhere}}
        elsewhere = open_study(arguments.env, PROJECT, place)
        result["elsewhere"] = {
            "name": arguments.elsewhere,
            "beyond_the_limit": beyond_the_limit(study, elsewhere, scorer),
        }
    name = f"out_of_distribution_{study.data_folder.resolve().name}_{arguments.model}"
    kept = {"env": arguments.env, "model": arguments.model, **result}
    print(keep(name, kept), RESULTS)  # noqa: T201


if __name__ == "__main__":
    main()
