"""Says which tests cannot be run, because a library could not be installed for this Python, and why."""

import importlib.util
import json
import os
import unittest

# Where the package has another name than the module.
PACKAGES = {
    "PIL": "pillow",
    "absl": "absl-py",
    "hydra": "hydra-core",
    "ruamel": "ruamel.yaml",
    "sklearn": "scikit-learn",
    "yaml": "PyYAML",
}


def needs(*modules):
    """Decorates a test, or a class of tests, that needs these modules."""
    absent = [module for module in modules if importlib.util.find_spec(module) is None]
    reasons = "; ".join("%s cannot be installed: %s" % (module, _why(module)) for module in absent)
    return unittest.skipIf(bool(absent), reasons)


def _why(module):
    with open(os.environ["TRAINYARD_TEST_MISSING"], encoding="utf-8") as file:
        missing = json.load(file)
    package = PACKAGES.get(module, module)
    if package not in missing:
        raise LookupError("%s is in no list of tests/libraries, or is not what its list says" % package)
    return missing[package]
