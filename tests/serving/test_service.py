"""What a client of the service gets: answers, limits, tokens, heat maps; over real HTTP."""

import io
import socket
import threading
import time
from contextlib import suppress
from dataclasses import replace

import httpx
import numpy as np
import pytest
from deploying.small_network import RANGES
from PIL import Image
from radiographs.dicom_files import scaled, written
from serving.served import PATIENCE, client_of, encoded, files, radiograph

from chest_xray.deploying.predictor import Predictor
from chest_xray.errors import BadService
from chest_xray.radiographs import decode
from chest_xray.serving.answers import NOTICE
from chest_xray.serving.server import refuse_open_door
from chest_xray.serving.settings import ServeSettings


def test_every_kind_of_file_gets_the_predictor_s_answer(client, model_file, tmp_path):
    dicom = written(scaled(radiograph(), 12), WindowCenter=2048, WindowWidth=4096)
    sent = [
        ("film.png", encoded("PNG")),
        ("film.jpeg", encoded("JPEG", quality=95)),
        ("film.tif", encoded("TIFF")),
        ("film.dcm", dicom),
        ("no_suffix", dicom),
    ]
    answer = client.post("/predict", files=files(*sent))
    assert answer.status_code == 200
    films = answer.json()["films"]
    assert [film["name"] for film in films] == [name for name, _ in sent]
    predict = Predictor(model_file, threads=1)
    for film, (name, data) in zip(films, sent, strict=True):
        (tmp_path / name).write_bytes(data)
        expected = predict(tmp_path / name)
        assert film["probability"] == pytest.approx(expected.probability, abs=1e-9)
        assert film["decision"] == expected.decision
        assert film["warnings"] == list(expected.warnings)
        assert film["problem"] == ""
    facts = predict.facts
    assert answer.json()["weights_hash"] == facts["weights_hash"]
    assert answer.json()["threshold"] == facts["threshold"]


def test_a_decoded_film_is_warned_of_as_its_file_is(model_file, tmp_path):
    predict = Predictor(model_file, threads=1)
    limits = replace(RANGES.limits, low={"brightness": 0.2, "jpeg_quality": 60})
    predict._ranges = replace(RANGES, limits=limits)
    grey = radiograph()
    colours = np.stack([grey, grey[::-1], grey[:, ::-1]], axis=2)
    seen = set()
    for pixels in (grey, grey // 8, colours, colours // 8):
        for quality in (40, 90):
            (tmp_path / "film.jpeg").write_bytes(encoded("JPEG", pixels, quality=quality))
            prediction = predict(decode(tmp_path / "film.jpeg"))
            assert prediction == predict(tmp_path / "film.jpeg")
            seen |= {prediction.warnings}
    assert ("coloured", "too_dark", "low_jpeg_quality") in {one[-3:] for one in seen}
    assert len(seen) >= 6


def test_a_file_that_cannot_be_read_has_a_problem_beside_the_others(client):
    answer = client.post("/predict", files=files(("a.txt", b"a note"), ("b.png", encoded("PNG"))))
    assert answer.status_code == 200
    bad, good = answer.json()["films"]
    assert bad["probability"] is None
    assert bad["problem"] == "not a JPEG, PNG, TIFF or DICOM file"
    assert 0 <= good["probability"] <= 1


def test_only_files_that_cannot_be_read_are_a_refusal(client):
    answer = client.post("/predict", files=files(("a.txt", b"a note"), ("b.png", b"")))
    assert answer.status_code == 422
    assert answer.json()["detail"] == (
        "The file can't be read: not a JPEG, PNG, TIFF or DICOM file (and 1 more)."
    )


@pytest.mark.parametrize("kind", ["GIF", "BMP", "WEBP", "PPM", "JPEG2000"])
def test_kinds_of_files_that_nobody_asked_for_are_not_opened(client, kind):
    answer = client.post("/predict", files=files(("film", encoded(kind))))
    assert answer.status_code == 422
    assert "not a JPEG, PNG, TIFF or DICOM file" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/model"), ("GET", "/health"), ("GET", "/nowhere"), ("PUT", "/predict")],
)
def test_every_answer_says_that_this_is_no_medical_device(client, method, path):
    answer = client.request(method, path)
    assert answer.headers["Chest-Xray-Notice"] == NOTICE
    assert answer.json()["notice"] == NOTICE
    assert "script" not in answer.headers["Content-Security-Policy"]


def test_the_model_says_what_it_is_and_what_is_allowed(client, model_file):
    answer = client.get("/model").json()
    assert answer["facts"]["class_names"] == ["NORMAL", "PNEUMONIA"]
    assert answer["heat_maps"] == ""
    assert answer["limits"]["max_files"] == 32
    with client_of(ServeSettings(model=model_file)) as plain:
        assert plain.get("/model").json()["heat_maps"].startswith("Heat maps are off: they need")
        answer = plain.post("/heat-map", files=files(("a.png", encoded("PNG"))))
        assert answer.status_code == 501
        assert answer.json()["detail"].startswith("Heat maps are off: they need the study")


def test_weights_of_another_model_explain_nothing(model_file, tmp_path):
    with client_of(ServeSettings(model=model_file, study=tmp_path)) as client:
        assert "has no weights with the hash" in client.get("/model").json()["heat_maps"]


@pytest.mark.usefixtures("few_steps")
def test_a_heat_map_comes_as_a_picture_a_layer_an_array_or_json(client):
    def explained(path, **headers):
        answer = client.post(path, files=files(("a.png", encoded("PNG"))), headers=headers)
        assert answer.status_code == 200, answer.text
        return answer

    overlay = Image.open(io.BytesIO(explained("/heat-map").content))
    assert (overlay.mode, overlay.size) == ("RGB", radiograph().shape[::-1])
    layer = Image.open(io.BytesIO(explained("/heat-map?layer=true").content))
    assert (layer.mode, layer.size) == ("RGBA", (64, 64))
    array = np.load(io.BytesIO(explained("/heat-map", accept="application/x-npy").content))
    assert (array.dtype, array.shape) == (np.float32, (64, 64))
    explanation = explained("/heat-map", accept="application/json").json()
    np.testing.assert_allclose(np.array(explanation["values"]), array, atol=1e-6)
    gained = explanation["log_odds"] - explanation["baseline_log_odds"] + explanation["delta"]
    assert array.sum() == pytest.approx(gained, abs=1e-4)
    assert explanation["notice"] == NOTICE


def test_what_no_heat_map_can_be_made_of_is_refused(client):
    two = files(("a.png", encoded("PNG")), ("b.png", encoded("PNG")))
    assert client.post("/heat-map", files=two).status_code == 422
    answer = client.post("/heat-map", files=files(("a.png", b"\x89PNG\r\n\x1a\n no more")))
    assert answer.status_code == 422
    assert "can't be explained" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("limits", "sent", "status", "message"),
    [
        ({"max_file_bytes": 500}, 1, 413, "A file is larger than 500 bytes."),
        ({"max_request_bytes": 500}, 1, 413, "The request is larger than 500 bytes."),
        ({"max_files": 2}, 3, 413, "There are more than 2 files in the request."),
        ({"max_pixels": 11_999}, 1, 422, "The file can't be read: larger than 11,999 px."),
        ({"max_held_bytes": 500}, 1, 503, "The service is full: it holds as many bytes"),
    ],
)
def test_each_limit_is_a_status_and_a_sentence(model_file, limits, sent, status, message):
    with client_of(ServeSettings(model=model_file, **limits)) as client:
        films = files(
            *[
                (
                    "a.png",
                    encoded(
                        "PNG", np.random.default_rng(0).integers(0, 256, (120, 100), dtype=np.uint8)
                    ),
                )
            ]
            * sent
        )
        answer = client.post("/predict", files=films)
        assert answer.status_code == status
        assert answer.json()["detail"].startswith(message)
        assert (answer.headers.get("Retry-After") == "1") == (status == 503)


def test_a_limit_of_bytes_counts_while_they_arrive(model_file):
    def endless():
        head = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n'
        yield head
        while True:
            yield bytes(10_000)

    with client_of(ServeSettings(model=model_file, max_file_bytes=100_000)) as client:
        headers = {"Content-Type": "multipart/form-data; boundary=x"}
        # The answer may come while the client still sends.
        with suppress(httpx.WriteError):
            assert client.post("/predict", content=endless(), headers=headers).status_code == 413
        assert client.get("/health").status_code == 200


def raw_request(client, head, *pieces, pause=0.0):
    """Send bytes as they are; the answer's first line."""
    url = client.base_url
    with socket.create_connection((url.host, url.port), timeout=PATIENCE) as opened:
        opened.sendall(head)
        for piece in pieces:
            time.sleep(pause)
            opened.sendall(piece)
        return opened.recv(65536).decode("latin-1")


def test_a_body_that_never_arrives_is_given_up(model_file):
    head = (
        b"POST /predict HTTP/1.1\r\nHost: here\r\nContent-Length: 1000\r\n"
        b"Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n"
    )
    with client_of(ServeSettings(model=model_file, upload_seconds=0.3)) as client:
        answer = raw_request(client, head)
        assert answer.startswith("HTTP/1.1 408")
        assert "did not arrive within 0.3 seconds" in answer


@pytest.fixture
def slow_model(monkeypatch):
    """A model that answers when it is let go."""
    released = threading.Event()

    def ask(*_):
        assert released.wait(PATIENCE)
        raise AssertionError("nobody waits for this answer")

    monkeypatch.setattr("chest_xray.deploying.predictor.Predictor.__call__", ask)
    yield released
    released.set()


def test_an_answer_that_takes_too_long_keeps_its_place_until_it_ends(model_file, slow_model):
    settings = ServeSettings(model=model_file, answer_seconds=0.2, max_requests=1)
    with client_of(settings) as client:
        film = files(("a.png", encoded("PNG")))
        assert client.post("/predict", files=film).status_code == 504
        refused = client.post("/predict", files=film)
        assert refused.status_code == 503
        assert refused.headers["Retry-After"] == "1"
        assert "The service is full" in refused.json()["detail"]
        slow_model.set()
        end = time.monotonic() + PATIENCE
        while client.post("/predict", files=files(("a", b"x"))).status_code == 503:
            assert time.monotonic() < end


def test_a_full_service_answers_what_it_took_and_refuses_the_rest(model_file):
    with client_of(ServeSettings(model=model_file, max_requests=2)) as client:
        statuses, film = [], encoded("PNG", np.full((3000, 3000), 90, np.uint8))

        def ask():
            answer = client.post("/predict", files=files(("a.png", film)))
            statuses.append((answer.status_code, answer.headers.get("Retry-After")))

        threads = [threading.Thread(target=ask) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
        assert set(statuses) == {(200, None), (503, "1")}


def test_a_token_is_asked_for_everywhere_but_at_the_probe(model_file):
    with client_of(ServeSettings(model=model_file, token="a-secret")) as client:
        film = files(("a.png", encoded("PNG")))
        for given in (
            "",
            "Bearer",
            "Bearer a-secre",
            "Bearer a-secret2",
            "Basic a-secret",
            "Bearer \xe9",
        ):
            headers = {"Authorization": given.encode("latin-1")}
            answer = client.post("/predict", files=film, headers=headers)
            assert answer.status_code == 401
            assert answer.headers["WWW-Authenticate"] == "Bearer"
            for path in ("/model", "/metrics", "/openapi.json", "/nowhere"):
                assert client.get(path, headers=headers).status_code == 401
        assert client.get("/health").status_code == 200
        headers = {"Authorization": "Bearer a-secret"}
        assert client.post("/predict", files=film, headers=headers).status_code == 200
        assert client.get("/nowhere", headers=headers).status_code == 404


def test_scripts_of_other_pages_are_let_in_only_where_that_is_set(client, model_file):
    asked = {"Origin": "https://example.org"}
    assert "Access-Control-Allow-Origin" not in client.get("/health", headers=asked).headers
    settings = ServeSettings(model=model_file, origins=("https://example.org",))
    with client_of(settings) as open_client:
        allowed = open_client.get("/health", headers=asked).headers
        assert allowed["Access-Control-Allow-Origin"] == "https://example.org"
        other = open_client.get("/health", headers={"Origin": "https://example.com"}).headers
        assert "Access-Control-Allow-Origin" not in other


def test_a_browser_that_asks_whether_it_may_ask_needs_no_token(model_file):
    settings = ServeSettings(model=model_file, origins=("https://example.org",), token="a-secret")
    asked = {
        "Origin": "https://example.org",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization",
    }
    with client_of(settings) as client:
        assert client.options("/predict", headers=asked).status_code == 200
        refused = client.post("/predict", headers={"Origin": "https://example.org"})
        assert refused.status_code == 401
        assert refused.headers["Access-Control-Allow-Origin"] == "https://example.org"


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "a-host"])
def test_other_machines_are_let_in_only_with_a_token_or_a_word(host):
    with pytest.raises(BadService, match="--token-file FILE, or --without-token"):
        refuse_open_door(host, token=False, without_token=False)
    refuse_open_door(host, token=True, without_token=False)
    refuse_open_door(host, token=False, without_token=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.8.0.1"])
def test_this_machine_needs_no_token(host):
    refuse_open_door(host, token=False, without_token=False)


def test_numbers_for_prometheus_count_requests_and_films(model_file):
    with client_of(ServeSettings(model=model_file)) as client:
        dark = encoded("PNG", radiograph() // 8)
        client.post("/predict", files=files(("a.png", dark), ("b.png", b"no image")))
        client.get("/person17.png")
        text = client.get("/metrics").text
        assert 'chest_xray_requests_total{route="/predict",status="200"} 1.0' in text
        assert 'chest_xray_requests_total{route="unknown",status="404"} 1.0' in text
        assert 'chest_xray_films_total{decision="problem"} 1.0' in text
        assert 'chest_xray_warnings_total{warning="too_dark"} 1.0' in text
        assert "person17" not in text
