"""What is free, and what a process took, whatever process started it."""

import multiprocessing

import numpy as np
import pytest

from chest_xray.machine.memory import free_in_container, peak_memory

MIB = 1024**2


def tell_peak(sender):
    sender.send(peak_memory("cpu"))


def test_a_new_process_does_not_inherit_the_peak_of_the_one_that_started_it():
    taken = np.ones(600 * MIB, dtype=np.uint8)
    assert peak_memory("cpu") > taken.nbytes
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=tell_peak, args=(sender,))
    process.start()
    assert receiver.recv() < peak_memory("cpu") - taken.nbytes / 2
    process.join()


@pytest.mark.parametrize(
    ("limit", "free"), [("max", None), (str(4000 * MIB), 1500 * MIB), (str(1000 * MIB), 0)]
)
def test_a_container_s_limit_counts_and_what_the_system_only_keeps_is_free(tmp_path, limit, free):
    (tmp_path / "memory.max").write_text(f"{limit}\n")
    (tmp_path / "memory.current").write_text(f"{3000 * MIB}\n")
    (tmp_path / "memory.stat").write_text(f"anon 1\ninactive_file {500 * MIB}\nslab 2\n")
    assert free_in_container(tmp_path) == free
    assert free_in_container(tmp_path / "none") is None
