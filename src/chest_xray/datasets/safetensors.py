"""Weights without pickle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kedro.io.core import get_filepath_str

from chest_xray.datasets.versioned_file import VersionedFileDataset
from chest_xray.errors import BadWeights

if TYPE_CHECKING:
    import torch


class SafetensorsDataset(VersionedFileDataset):
    """A dictionary of tensors in the safetensors format (https://github.com/huggingface/safetensors).

    Loads on the CPU. A file that is no safetensors file raises ``BadWeights``; nothing in it is
    ever executed.
    """

    def load(self) -> dict[str, torch.Tensor]:
        """The tensors by name."""
        from safetensors import SafetensorError
        from safetensors.torch import load

        path = get_filepath_str(self._get_load_path(), "file")
        try:
            return load(self._fs.cat_file(path))
        except SafetensorError as error:
            raise BadWeights(
                f"{path} holds no safetensors weights ({error}); a run of the training pipeline "
                "writes them again."
            ) from error

    def save(self, data: dict[str, torch.Tensor]) -> None:
        """Write the tensors, contiguous and on the CPU."""
        from safetensors.torch import save

        tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in data.items()}
        with self._fs.open(get_filepath_str(self._get_save_path(), "file"), "wb") as file:
            file.write(save(tensors))
