"""What a process is set to before it computes; on CUDA, deterministic algorithms."""

import logging
import os

import pytest
import torch
from threadpoolctl import threadpool_info

from chest_xray.machine import device as hardware
from chest_xray.machine.device import Hardware, set_up_process
from chest_xray.parameters import ProcessParameters

PROCESS = ProcessParameters(device="auto", precision="float32", threads="auto")


@pytest.fixture(autouse=True)
def as_it_was(monkeypatch):
    """Undo what is global in torch, and start without the variable that is read by cuBLAS."""
    monkeypatch.setenv("CUBLAS_WORKSPACE_CONFIG", "")
    monkeypatch.delenv("CUBLAS_WORKSPACE_CONFIG")
    cudnn, matmul = torch.backends.cudnn, torch.backends.cuda.matmul
    threads = torch.get_num_threads()
    before = cudnn.deterministic, cudnn.benchmark, cudnn.allow_tf32, matmul.allow_tf32
    yield
    torch.use_deterministic_algorithms(False)
    cudnn.deterministic, cudnn.benchmark, cudnn.allow_tf32, matmul.allow_tf32 = before
    torch.set_num_threads(threads)


def on(device, monkeypatch):
    monkeypatch.setattr(hardware, "choose_hardware", lambda process: Hardware(device, "float32"))


def test_threads_are_as_many_as_the_process_may_use(monkeypatch):
    on("cpu", monkeypatch)
    monkeypatch.setattr(hardware, "available_cores", lambda: 1)
    set_up_process(PROCESS, seed=1)
    assert torch.get_num_threads() == 1
    assert {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"} == {1}


def test_on_cuda_algorithms_are_deterministic_and_float32_is_float32(monkeypatch, caplog):
    on("cuda", monkeypatch)
    torch.backends.cudnn.benchmark = True
    with caplog.at_level(logging.INFO):
        set_up_process(PROCESS, seed=1)
    assert torch.are_deterministic_algorithms_enabled()
    assert torch.backends.cudnn.deterministic
    assert not torch.backends.cudnn.benchmark
    assert not torch.backends.cudnn.allow_tf32
    assert not torch.backends.cuda.matmul.allow_tf32
    assert os.environ["CUBLAS_WORKSPACE_CONFIG"] == ":4096:8"
    assert "deterministic algorithms, and float32 without TF32" in caplog.text


def test_a_workspace_that_somebody_set_stays(monkeypatch):
    on("cuda", monkeypatch)
    monkeypatch.setenv("CUBLAS_WORKSPACE_CONFIG", ":16:8")
    set_up_process(PROCESS, seed=1)
    assert os.environ["CUBLAS_WORKSPACE_CONFIG"] == ":16:8"


@pytest.mark.parametrize("device", ["cpu", "mps"])
def test_other_devices_are_left_as_they_are(monkeypatch, device):
    on(device, monkeypatch)
    set_up_process(PROCESS, seed=1)
    assert not torch.are_deterministic_algorithms_enabled()
    assert "CUBLAS_WORKSPACE_CONFIG" not in os.environ
