"""The processes that train one network together, each on its share of every batch."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import distributed

Value = TypeVar("Value")


class Group:
    """One process that trains alone: what the fit loop asks of a group costs nothing.

    All processes of a group call the same methods in the same order; each call waits for all.

    Attributes:
        rank: The number of this process, from 0; ``size``: how many there are.
    """

    rank = 0
    size = 1

    def share(self, items: NDArray[np.int64]) -> NDArray[np.int64]:
        """This process's part of what all have, in order; parts differ by at most one in length."""
        return np.array_split(items, self.size)[self.rank]

    def add_gradients(self, parameters: Iterable[torch.nn.Parameter]) -> None:
        """Put the sum of all processes' gradients in the place of each one's own."""

    def average(self, tensors: Iterable[torch.Tensor]) -> None:
        """Put the mean over all processes in the place of each one's own floating tensors."""

    def gather(self, values: NDArray) -> NDArray:
        """What all processes have, joined along the first axis in the order of their ranks."""
        return values

    def from_first(self, value: Value) -> Value:
        """What the process of rank 0 has, so that all decide the same."""
        return value


ALONE = Group()


class ProcessGroup(Group):
    """The processes of ``torch.distributed``'s default group, which has been started."""

    def __init__(self) -> None:
        """Ask torch which of them this is."""
        self.rank = distributed.get_rank()
        self.size = distributed.get_world_size()
        # Used again in each step: fresh memory takes as long to get as a message to send.
        self._message = torch.empty(0)

    def add_gradients(self, parameters: Iterable[torch.nn.Parameter]) -> None:
        """As ``Group``, in one message for all parameters; sums are there until the next call."""
        learning = [one for one in parameters if one.grad is not None]
        sums = self._sums([one.grad for one in learning if one.grad is not None])
        for parameter, total in zip(learning, sums, strict=True):
            parameter.grad = total

    def average(self, tensors: Iterable[torch.Tensor]) -> None:
        """As ``Group``."""
        floating = [one for one in tensors if one.is_floating_point()]
        for tensor, total in zip(floating, self._sums(floating), strict=True):
            tensor.copy_(total / self.size)

    def gather(self, values: NDArray) -> NDArray:
        """As ``Group``; a process may have none."""
        everyone: list[NDArray] = [values] * self.size
        distributed.all_gather_object(everyone, values)
        return np.concatenate(everyone)

    def from_first(self, value: Value) -> Value:
        """As ``Group``."""
        box = [value]
        distributed.broadcast_object_list(box, src=0)
        return box[0]

    def _sums(self, tensors: list[torch.Tensor]) -> list[torch.Tensor]:
        """The sums of float tensors over all processes, as views of the message.

        Every tensor stands in it in the order of its own memory, and its sum has the same strides:
        weights are in channels-last order, and the fused optimizer goes through both as they lie.
        """
        if not tensors:
            return []
        orders = [sorted(range(one.dim()), key=one.stride, reverse=True) for one in tensors]
        as_they_lie = [one.permute(order) for one, order in zip(tensors, orders, strict=True)]
        counts = [one.numel() for one in tensors]
        if self._message.numel() != sum(counts) or self._message.device != tensors[0].device:
            self._message = tensors[0].new_empty(sum(counts))
        torch.cat([one.reshape(-1) for one in as_they_lie], out=self._message)
        distributed.all_reduce(self._message)
        return [
            piece.view(one.shape).permute([order.index(place) for place in range(len(order))])
            for piece, one, order in zip(
                self._message.split(counts), as_they_lie, orders, strict=True
            )
        ]
