"""What the service's OpenAPI description allows, and what it doesn't, is answered as it says."""

import pytest
from conftest import examples
from hypothesis import HealthCheck, given, settings
from serving.served import PATIENCE

from chest_xray.serving.answers import NOTICE

schemathesis = pytest.importorskip("schemathesis", reason="pip install schemathesis")


@pytest.mark.usefixtures("few_steps")
def test_answers_are_those_of_the_description(client):
    checks = schemathesis.checks
    schema = schemathesis.openapi.from_url(f"{client.base_url}/openapi.json")

    @settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=schema.as_strategy())
    def check(case):
        answer = case.call(timeout=PATIENCE)
        assert answer.headers["chest-xray-notice"] == [NOTICE]
        case.validate_response(
            answer,
            checks=[
                checks.not_a_server_error,
                checks.CHECKS.get_one("status_code_conformance"),
                checks.CHECKS.get_one("content_type_conformance"),
                checks.CHECKS.get_one("response_schema_conformance"),
            ],
        )

    check()


def test_the_description_names_what_clients_need(client):
    described = client.get("/openapi.json").json()
    assert set(described["paths"]) == {"/predict", "/heat-map", "/model", "/health", "/metrics"}
    assert NOTICE in described["info"]["description"]
    for path in ("/predict", "/heat-map"):
        operation = described["paths"][path]["post"]
        assert {"200", "413", "422", "503"} <= set(operation["responses"])
        form = operation["requestBody"]["content"]["multipart/form-data"]["schema"]
        assert form["properties"]["files"]["items"]["format"] == "binary"
