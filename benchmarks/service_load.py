"""How fast the service is beside bare onnxruntime, its memory, and what hostile uploads do to it.

    python benchmarks/service_load.py FILE.onnx RADIOGRAPHS [--requests=5000] [--hostile=500]

Films are sent over loopback by clients in a process of their own, which hold on to their
connections. The bare loop does the same work with as many processes and no HTTP: it decodes a film
from memory, runs onnxruntime, and measures what is warned of; a second one leaves the warnings out.
`pytorch` is what one would write otherwise: FastAPI with an UploadFile, Pillow, and a ResNet of the
same size and input in float32, in one process with all threads.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import httpx
from machine import keep

TESTS = Path(__file__).parents[1] / "tests"
CLIENTS = (1, 8, 32)
CONSOLE = "from chest_xray.project.console import main; main()"
PATIENCE = 120  # seconds
PYTORCH = """
import io, sys, torch, torchvision, uvicorn
from fastapi import FastAPI, UploadFile
from PIL import Image
from torchvision.transforms.v2.functional import pil_to_tensor
app = FastAPI()
network = torchvision.models.resnet18(num_classes=1).eval()
@app.post("/predict")
def predict(files: UploadFile):
    image = Image.open(io.BytesIO(files.file.read())).convert("RGB").resize((SIDE, SIDE))
    with torch.inference_mode():
        return {"probability": torch.sigmoid(network(pil_to_tensor(image)[None] / 255.0)).item()}
print("Serving at http://127.0.0.1:PORT", file=sys.stderr, flush=True)
uvicorn.run(app, port=PORT, log_level="error")
"""


@contextmanager
def service(command: list[str], log: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A service in processes of its own, and its address."""
    with log.open("w") as written:
        process = subprocess.Popen([sys.executable, "-c", *command], stderr=written)
    try:
        end = time.monotonic() + PATIENCE
        while not (found := re.search(r"at (http://[\d.]+:\d+)", log.read_text())):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < end
            time.sleep(0.1)
        while not answers(found[1]):
            time.sleep(0.1)
        yield process, found[1]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


def answers(address: str) -> bool:
    """Whether anything answers there."""
    try:
        return httpx.get(address, timeout=PATIENCE).status_code < 500
    except httpx.TransportError:
        return False


def body_of(film: bytes, name: str = "film.jpeg") -> bytes:
    """A form with one file."""
    head = f'--xyz\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n'
    return head.encode() + b"Content-Type: image/jpeg\r\n\r\n" + film + b"\r\n--xyz--\r\n"


HEADERS = {"Content-Type": "multipart/form-data; boundary=xyz"}


def load(address: str, bodies: list[bytes], clients: int, seconds: float) -> list[float]:
    """Ask with so many clients for so long; how long each request took, in seconds."""

    def ask(place: int) -> list[float]:
        took, drawn = [], random.Random(place)
        # Its processor time is taken from the service's; httpx takes several times more.
        client = HTTPConnection(address.removeprefix("http://"), timeout=PATIENCE)
        while time.monotonic() < end:
            began = time.perf_counter()
            client.request("POST", "/predict", drawn.choice(bodies), HEADERS)
            answer = client.getresponse()
            assert (answer.status, answer.read()[:1]) == (200, b"{")
            took.append(time.perf_counter() - began)
        client.close()
        return took

    end = time.monotonic() + seconds
    with ThreadPoolExecutor(clients) as pool:
        return [one for took in pool.map(ask, range(clients)) for one in took]


def measured(
    process: subprocess.Popen[bytes],
    address: str,
    bodies: list[bytes],
    clients: int,
    seconds: float,
) -> dict[str, float]:
    """Requests per second and milliseconds with so many clients."""
    before = processor_seconds(process)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        took = sorted(pool.apply(load, (address, bodies, clients, seconds)))
    return {
        "requests_per_second": len(took) / seconds,
        "median_ms": 1000 * statistics.median(took),
        "p95_ms": 1000 * took[int(0.95 * (len(took) - 1))],
        # Which other programs on the machine hardly change.
        "processor_ms_per_request": 1000 * (processor_seconds(process) - before) / len(took),
    }


def processor_seconds(process: subprocess.Popen[bytes]) -> float:
    """That a process and its children have computed."""
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    ticks = 0
    for pid in (process.pid, *map(int, listed)):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def bare(file: str, films: list[bytes], seconds: float, warnings: bool) -> tuple[int, float]:
    """Films that one process predicts without HTTP, and the seconds that it computed."""
    from chest_xray.deploying.predictor import Predictor
    from chest_xray.radiographs.decoding import decode_bytes

    predictor, count = Predictor(file, threads=1), 0
    end, computed = time.monotonic() + seconds, time.process_time()
    while time.monotonic() < end:
        decoded = decode_bytes(films[count % len(films)], "film.jpeg")
        if warnings:
            predictor(decoded)
        else:
            predictor._model.probabilities(decoded.grey[None])
        count += 1
    return count, time.process_time() - computed


def bare_rate(
    file: str, films: list[bytes], seconds: float, workers: int, warnings: bool
) -> dict[str, float]:
    """Films per second of so many processes without HTTP."""
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        pool.starmap(bare, [(file, films, 1, warnings)] * workers)
        found = pool.starmap(bare, [(file, films, seconds, warnings)] * workers)
    count = sum(films_of_one for films_of_one, _ in found)
    return {
        "films_per_second": count / seconds,
        "processor_ms_per_film": 1000 * sum(computed for _, computed in found) / count,
    }


def memory_mib(process: subprocess.Popen[bytes]) -> float:
    """Resident memory of a process and its children, MiB."""
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    pages = [
        int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        for pid in (process.pid, *map(int, listed))
    ]
    return sum(pages) * os.sysconf("SC_PAGE_SIZE") / 2**20


def memory(
    process: subprocess.Popen[bytes], address: str, bodies: list[bytes], requests: int
) -> list[dict[str, float]]:
    """Memory after each tenth of some requests."""
    found, done = [], 0
    while done < requests:
        done += len(load(address, bodies, 8, 5))
        found.append({"requests": done, "mib": memory_mib(process)})
    return found[:: max(1, len(found) // 10)] + found[-1:]


def hostile(process: subprocess.Popen[bytes], address: str, count: int) -> dict[str, object]:
    """Damaged files and bombs; the statuses that answered them."""
    sys.path[:0] = [str(TESTS)]
    from serving.hostile import bombs, damaged, scripts

    special = [*bombs(), *scripts()]
    statuses: dict[str, int] = {}
    before = memory_mib(process)
    with httpx.Client(base_url=address, timeout=PATIENCE) as client:
        for seed in range(count):
            name, data = special[seed // 20 % len(special)] if seed % 20 == 0 else damaged(seed)
            quoted = re.sub(r'[\r\n"]', "", name)[:1000]
            answer = client.post("/predict", content=body_of(data, quoted), headers=HEADERS)
            assert answer.json()["notice"]
            statuses[str(answer.status_code)] = statuses.get(str(answer.status_code), 0) + 1
        alive = client.get("/health").status_code == 200
    return {
        "uploads": count,
        "statuses": statuses,
        "alive": alive,
        "mib": [before, memory_mib(process)],
    }


def summary(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    """The rounds, and the median over them of the service's rate to that of the bare loop."""
    ratios = [
        one["service_8_clients"]["requests_per_second"] / one["bare"]["films_per_second"]
        for one in rounds
    ]
    computed = [
        one["bare"]["processor_ms_per_film"] / one["service_8_clients"]["processor_ms_per_request"]
        for one in rounds
    ]
    return {
        "load_average": os.getloadavg(),
        "rounds": rounds,
        "service_to_bare_at_8_clients": statistics.median(ratios),
        "bare_to_service_processor_time_at_8_clients": statistics.median(computed),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", help="A deployable file.")
    parser.add_argument("radiographs", type=Path, help="A folder of JPEG files.")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--requests", type=int, default=5000)
    parser.add_argument("--hostile", type=int, default=500)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    films = [path.read_bytes() for path in sorted(asked.radiographs.rglob("*.jp*g"))[:100]]
    bodies = [body_of(film) for film in films]
    logs = Path(os.environ.get("TMPDIR", "/tmp"))
    command = [CONSOLE, "serve", f"--model={asked.file}", "--port=0", f"--workers={asked.workers}"]
    plain = PYTORCH.replace("SIDE", "128").replace("PORT", "8123")
    rounds: list[dict[str, Any]] = []
    with (
        service(command, logs / "serving.log") as (process, address),
        service([plain], logs / "pytorch.log") as (plain_process, plain_address),
    ):
        for _ in range(asked.rounds):
            one: dict[str, Any] = {
                name: bare_rate(asked.file, films, asked.seconds, asked.workers, warnings)
                for name, warnings in (("bare", True), ("bare_without_warnings", False))
            }
            for name, served, where in (
                ("service", process, address),
                ("pytorch", plain_process, plain_address),
            ):
                load(where, bodies, 4, 1)
                for clients in CLIENTS:
                    one[f"{name}_{clients}_clients"] = measured(
                        served, where, bodies, clients, asked.seconds
                    )
            rounds.append(one)
            found = summary(rounds) | {"films": len(films), "workers": asked.workers}
            keep("service_load", found)
        found["memory"] = memory(process, address, bodies, asked.requests)
        keep("service_load", found)
        found["hostile"] = hostile(process, address, asked.hostile)
    print(keep("service_load", found))  # noqa: T201


if __name__ == "__main__":
    main()
