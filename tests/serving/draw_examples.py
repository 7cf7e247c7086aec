"""Draw the page's examples: ``python tests/serving/draw_examples.py`` writes them into the package.

Phantoms, so nobody's films: a healthy child, a dense lobe, spread shadows, and the first too dark.
"""

from pathlib import Path

from chest_xray.phantoms import draw_phantom, encode_jpeg, plan_phantoms

FOLDER = Path(__file__).parents[2] / "src" / "chest_xray" / "serving" / "examples"
SIDE, SEED = 384, 5


def drawn() -> dict[str, bytes]:
    """The files by name."""
    films = plan_phantoms(20, SEED, SIDE)
    usual = {"mode": "L", "jpeg_quality": 88, "tilt_degrees": 0.0, "marker": False}
    films = films.assign(**usual, brightness=1.0, contrast=1.0)
    kinds = {"healthy": "", "lobar": "bacteria", "interstitial": "virus"}
    plans = {
        name: films[films["subtype"] == kind].iloc[0].to_dict() for name, kind in kinds.items()
    }
    plans["dark"] = plans["healthy"] | {"brightness": 0.35}
    return {f"{name}.jpeg": encode_jpeg(draw_phantom(plan), plan) for name, plan in plans.items()}


if __name__ == "__main__":
    for name, data in drawn().items():
        (FOLDER / name).write_bytes(data)
