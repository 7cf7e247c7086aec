"""From a film's pixels to places in the patient: coordinates, strokes and textures in body units.

Body coordinates are those of the radiologist's view: x grows to the image's right (the patient's
left), y grows towards the feet, and one unit is about half the width of the thorax. Everything is
drawn by evaluating it at these coordinates, so a film's tilt and crop cost nothing, blur nothing,
and hold for the lesion mask as well.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

FloatImage = NDArray[np.float32]
# Points or outlines in body units, the last axis (x, y).
Curves = NDArray[np.float64]
# Polygons [n, points, 2] and the value from 0 to 1 that they are filled with.
Layer = tuple[Curves, float]

# Strokes are drawn this many times larger and reduced, since Pillow draws without antialiasing.
_SUPERSAMPLING = 2
# Textures cover the square from -_TEXTURE_REACH to +_TEXTURE_REACH, more than any film shows.
_TEXTURE_REACH = 2.0


@dataclass(frozen=True)
class View:
    """The part of the body that a film shows.

    Attributes:
        x: float32 [height, width], body x of each pixel's centre.
        y: float32 [height, width], body y of each pixel's centre.
        pixels_per_unit: pixels in one body unit.
        pixel_to_body: float64 [2, 3], affine map of pixel positions (column, row) to (x, y).
    """

    x: FloatImage
    y: FloatImage
    pixels_per_unit: float
    pixel_to_body: NDArray[np.float64]

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width in pixels."""
        height, width = self.x.shape
        return height, width

    def to_pixels(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Map body points [..., 2] to pixel positions [..., 2] (column, row)."""
        linear = np.linalg.inv(self.pixel_to_body[:, :2])
        return (points - self.pixel_to_body[:, 2]) @ linear.T


def view_of(
    width: int, height: int, zoom: float, tilt_degrees: float, centre: tuple[float, float]
) -> View:
    """Place a film over the body.

    Args:
        width: pixels.
        height: pixels.
        zoom: 1 shows the chest with a small margin, more shows less of it.
        tilt_degrees: how far the patient leans, clockwise on the film.
        centre: body point in the middle of the film.
    """
    # A wide film shows more at the sides and less above and below, at equal area.
    half_width = 1.26 * np.sqrt(width / height / 1.25) / zoom
    scale = 2 * half_width / width
    cosine, sine = np.cos(np.radians(tilt_degrees)), np.sin(np.radians(tilt_degrees))
    linear = scale * np.array([[cosine, sine], [-sine, cosine]])
    offset = np.array(centre) - linear @ np.array([width / 2, height / 2])
    pixel_to_body = np.column_stack([linear, offset])
    columns = np.arange(width, dtype=np.float32) + np.float32(0.5)
    rows = (np.arange(height, dtype=np.float32) + np.float32(0.5))[:, None]
    x, y = (
        np.float32(row[0]) * columns + np.float32(row[1]) * rows + np.float32(row[2])
        for row in pixel_to_body
    )
    return View(x=x, y=y, pixels_per_unit=float(1 / scale), pixel_to_body=pixel_to_body)


def soft_step(distance: FloatImage, half_width: float) -> FloatImage:
    """Rise smoothly from 0 at -half_width to 1 at +half_width."""
    ramp = distance * np.float32(0.5 / half_width)
    ramp += np.float32(0.5)
    np.clip(ramp, 0, 1, out=ramp)
    risen = ramp * ramp
    ramp *= -2
    ramp += 3
    risen *= ramp
    return risen


def chord(depth: FloatImage) -> FloatImage:
    """Length of a ray through a round body: 0 at its edge (depth 0), 1 from its middle (1) on."""
    rest = 1 - np.clip(depth, 0, 1)
    rest *= rest
    return np.sqrt(1 - rest, out=rest)


def ellipse_depth(
    x: FloatImage,
    y: FloatImage,
    centre: tuple[float, float],
    radii: tuple[float, float],
    degrees: float = 0.0,
) -> FloatImage:
    """Depth inside an ellipse at (x, y): 1 at its centre, 0 on its edge, negative outside."""
    dx, dy = x - np.float32(centre[0]), y - np.float32(centre[1])
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    along = dx * np.float32(cosine / radii[0]) + dy * np.float32(sine / radii[0])
    across = dy * np.float32(cosine / radii[1]) - dx * np.float32(sine / radii[1])
    return 1 - _length(along, across)


def capsule_depth(
    x: FloatImage,
    y: FloatImage,
    start: tuple[float, float],
    end: tuple[float, float],
    radius: float,
) -> FloatImage:
    """Depth inside a bar with round ends at (x, y): 1 on its axis, 0 on its edge."""
    x, y = x - np.float32(start[0]), y - np.float32(start[1])
    along_x, along_y = end[0] - start[0], end[1] - start[1]
    length = along_x**2 + along_y**2
    position: FloatImage = np.clip(
        x * np.float32(along_x / length) + y * np.float32(along_y / length), 0, 1
    )
    dx, dy = x - position * np.float32(along_x), y - position * np.float32(along_y)
    return 1 - _length(dx, dy) / np.float32(radius)


def _length(x: FloatImage, y: FloatImage) -> FloatImage:
    squares = x * x
    squares += y * y
    return np.sqrt(squares, out=squares)


def ribbons(points: Curves, half_widths: float | NDArray[np.float64]) -> Curves:
    """Widen curves [n, points, 2] to polygons [n, 2 * points, 2].

    `half_widths` broadcasts to [n, points].
    """
    tangents = np.gradient(points, axis=1)
    tangents /= np.linalg.norm(tangents, axis=2, keepdims=True) + 1e-9
    normals = np.stack([-tangents[..., 1], tangents[..., 0]], axis=2)
    offsets = normals * np.broadcast_to(half_widths, points.shape[:2])[..., None]
    return np.concatenate([points + offsets, (points - offsets)[:, ::-1]], axis=1)


def draw_polygons(view: View, layers: Iterable[Layer]) -> FloatImage:
    """Fill body polygons, later ones over earlier ones.

    Args:
        view: the film's place.
        layers: pairs of polygons [n, points, 2] and their value from 0 to 1.

    Returns:
        float32 [height, width] from 0 (nothing drawn) to 1.
    """
    height, width = view.shape
    canvas = Image.new("L", (width * _SUPERSAMPLING, height * _SUPERSAMPLING))
    draw = ImageDraw.Draw(canvas)
    for polygons, value in layers:
        for polygon in view.to_pixels(polygons) * _SUPERSAMPLING:
            draw.polygon(polygon.ravel().tolist(), fill=round(255 * value))
    return np.asarray(canvas.reduce(_SUPERSAMPLING), dtype=np.float32) * np.float32(1 / 255)


def texture(view: View, random: np.random.Generator, cell: float) -> FloatImage:
    """Smooth random texture fixed to the body: float32 [height, width], mean 0, deviation about 1.

    `cell` is the size of its grains in body units.
    """
    cells = int(np.ceil(2 * _TEXTURE_REACH / cell))
    # Interpolation between independent grains halves their variance, roughly.
    grains = random.standard_normal((cells, cells), dtype=np.float32) * np.float32(1.35)
    pixel_to_grain = view.pixel_to_body.copy()
    pixel_to_grain[:, 2] += _TEXTURE_REACH
    pixel_to_grain /= cell
    height, width = view.shape
    drawn = Image.fromarray(grains).transform(
        (width, height),
        Image.Transform.AFFINE,
        tuple(pixel_to_grain.ravel().tolist()),
        Image.Resampling.BICUBIC,
    )
    return np.asarray(drawn)
