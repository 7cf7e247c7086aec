"""The project's conf/, as tests ask for it."""

from typing import Any

from conftest import PROJECT
from kedro.config import OmegaConfigLoader
from omegaconf.resolvers import oc

from chest_xray import settings
from chest_xray.project.configuration import CheckedConfigLoader

ENVS = ("base", "cpu", "demo", "published", "test")


def load(env: str) -> dict[str, Any]:
    """An environment's parameters."""
    arguments = settings.CONFIG_LOADER_ARGS | {"custom_resolvers": {"oc.env": oc.env}}
    return OmegaConfigLoader(str(PROJECT / "conf"), env=env, **arguments)["parameters"]


def loader(conf, env: str, **options) -> CheckedConfigLoader:
    """The project's loader of configuration, on any folder."""
    arguments = settings.CONFIG_LOADER_ARGS | {"custom_resolvers": {"oc.env": oc.env}}
    return CheckedConfigLoader(str(conf), env=env, **arguments, **options)


# The globals of the last loader made are everyone's: each is asked before the next is made.
LOADED = {
    env: {part: one[part] for part in ("parameters", "globals")}
    for env, one in ((env, loader(PROJECT / "conf", env)) for env in ENVS)
}
TREES = {env: loaded["parameters"] for env, loaded in LOADED.items()}
GLOBALS = {env: loaded["globals"] for env, loaded in LOADED.items()}
