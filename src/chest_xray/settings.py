"""Kedro's settings: hooks, and how conf/ is merged."""

import warnings

from omegaconf.resolvers import oc

from chest_xray.project.configuration import DEFAULT_ENV, CheckedConfigLoader
from chest_xray.project.hooks import ErrorMessageHooks, ParameterHooks, ProcessHooks
from chest_xray.project.interrupts import release_after_runs
from chest_xray.project.lineage import LineageHooks
from chest_xray.project.run_display import RunHooks

# Kedro 1.7 names its resolvers in a way that OmegaConf will drop; each run would begin with it.
warnings.filterwarnings("ignore", r"register_new_resolver\(\) is deprecated")

_process, _display = ProcessHooks(), RunHooks()
HOOKS = (ParameterHooks(), _process, LineageHooks(), ErrorMessageHooks(), _display)


def _release() -> None:
    _display.release()
    _process.release()


release_after_runs(_release)

CONFIG_LOADER_CLASS = CheckedConfigLoader
CONFIG_LOADER_ARGS = {
    "base_env": "base",
    "default_run_env": DEFAULT_ENV,
    # An environment's few lines change the keys they name and leave their siblings.
    "merge_strategy": {"parameters": "soft", "globals": "soft"},
    "config_patterns": {
        "parameters": ["parameters*", "parameters*/**", "**/parameters*"],
        "globals": ["globals.*"],
    },
    "custom_resolvers": {"oc.env": oc.env},
}
