"""What conf/*/globals.yml hold."""

from __future__ import annotations

from chest_xray.parameters.fields import (
    FolderName,
    IntensityNormalization,
    ParameterGroup,
    Seed,
    Text,
)


class Globals(ParameterGroup):
    """What conf/*/globals.yml hold: every environment's other files refer to it."""

    data_root: Text
    """Folder of all results, relative to the project."""
    radiographs_path: Text
    """Folder of radiographs."""
    radiograph_table: Text
    """A csv file with patients, labels and more, or ``none``."""
    patient_key: Text
    """File with the secret that patient ids of DICOM files are hashed with."""
    lesion_masks: Text
    """Folder of PNG masks (255 inside the lesion) named like the images, or ``none``."""
    external_name: FolderName
    """Of another hospital: its results lie below ``external/{name}``."""
    external_radiographs_path: Text
    """Folder of another hospital's films, or ``none``."""
    external_table: Text
    """A csv file as ``radiograph_table``, for these films, or ``none``."""
    external_lesion_masks: Text
    """Folder of PNG masks as ``lesion_masks``, for these films, or ``none``."""
    archive_url: Text
    """Address of a DICOM archive's DICOMweb service, or ``none``."""
    archive_study: Text
    """Study Instance UID of the archive's study that is predicted, or ``none``."""
    seed: Seed
    """Seed that every pipeline takes unless it has its own."""
    image_size: int
    """Side of the stored images, px."""
    intensity_normalization: IntensityNormalization
    """What every film's grey levels are brought to before a network sees them."""
    class_names: list[str]
    """The two classes; the second is the one that is looked for."""
