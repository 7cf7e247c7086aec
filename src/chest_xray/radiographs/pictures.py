"""Which of the pictures in a file is the radiograph: cameras and scanners add small copies."""

from __future__ import annotations

from PIL import Image

# TIFF 6.0, NewSubfileType: the lowest bit marks a reduced copy of another page.
_SUBFILE_TYPE, _REDUCED = 254, 1
_REDUCED_SIDE = 0.75
_SHAPE_TOLERANCE = 0.02


def choose_picture(image: Image.Image) -> str:
    """Seek an opened file's one picture; return why there is none, or ''.

    The first picture of a phone's JPEG (MPO) is the photograph, and the others are previews or a
    second view. In a TIFF one page may be the picture, and the others smaller copies of it.
    """
    frames = getattr(image, "n_frames", 1)
    if frames <= 1:
        return ""
    if image.format not in ("MPO", "TIFF"):
        return f"{frames} frames where one is expected"
    sizes, reduced = [], []
    for frame in range(frames):
        image.seek(frame)
        sizes.append(image.size)
        tags = getattr(image, "tag_v2", {})
        reduced.append(bool(int(tags.get(_SUBFILE_TYPE, 0)) & _REDUCED))
    largest = max(range(frames), key=lambda frame: sizes[frame][0] * sizes[frame][1])
    image.seek(largest)
    if image.format == "MPO" and largest == 0:
        return ""
    others = [frame for frame in range(frames) if frame != largest]
    if all(_is_copy(sizes[frame], sizes[largest], reduced[frame], largest) for frame in others):
        return ""
    listed = ", ".join(f"{width} x {height}" for width, height in sizes[:4])
    return (
        f"{frames} frames where one is expected, or one with smaller copies of it ({listed}"
        f"{', ...' if frames > 4 else ''} px)"
    )


def _is_copy(size: tuple[int, int], of: tuple[int, int], marked: bool, largest: int) -> bool:
    shares = [side / whole for side, whole in zip(size, of, strict=True)]
    if max(shares) > (1 if marked else _REDUCED_SIDE):
        return False
    if marked or largest == 0:
        return True
    # A small side is rounded to whole pixels.
    tolerance = _SHAPE_TOLERANCE + 1 / min(size)
    return abs(shares[0] / shares[1] - 1) <= tolerance
