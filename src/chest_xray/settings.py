"""Kedro's settings: hooks, how conf/ is merged, and files that are whole or not there."""

from omegaconf.resolvers import oc

from chest_xray.configuration import DEFAULT_ENV, SentenceConfigLoader
from chest_xray.hooks import ParameterHooks, ProcessHooks, SentenceHooks
from chest_xray.whole_files import register_whole_files

register_whole_files()

HOOKS = (ParameterHooks(), ProcessHooks(), SentenceHooks())

CONFIG_LOADER_CLASS = SentenceConfigLoader
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
