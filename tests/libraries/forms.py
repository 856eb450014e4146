"""Reads the forms of scripts with the TypeScript side, and compares them with what the libraries say."""

import ast
import glob
import json
import os
import shlex
import shutil
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def node():
    """A Node that is new enough: that of the dependencies, else the one on the PATH."""
    installed = glob.glob(os.path.join(ROOT, "node_modules", "node-*", "bin", "node*"))
    return installed[0] if installed else shutil.which("node")


def read_forms(scripts):
    command = [node(), os.path.join(ROOT, "tests", "support", "print-forms.ts")] + list(scripts)
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)


def differences(library, rows, form, lenient=False):
    """Where the form differs from what the library says; "not known" is no difference if `lenient`."""
    found = {key(argument): argument for argument in form["arguments"] if argument["source"] == library}
    real = {key(row): row for row in rows}
    problems = ["lost %s" % (name,) for name in real if name not in found]
    if library != "hydra":
        problems += ["made up %s" % (name,) for name in found if name not in real]
    for name in real:
        if name in found:
            problems += [str(name) + " " + problem for problem in compare(library, found[name], real[name], lenient)]
    return problems


def key(row):
    return (row["command"] or "", row["dest"])


def compare(library, mine, real, lenient):
    for field in ("flags", "off", "choices", "required", "repeats", "secret", "type"):
        if field not in real or lenient and mine[field] is None or library == "fire" and field == "choices" and mine["flags"]:
            continue
        value = sorted(mine[field]) if field in ("flags", "off") else mine[field]
        if library == "fire" and field == "choices":
            value, wanted = sorted(value or []), sorted(real[field])
        else:
            wanted = real[field]
        if value != wanted:
            yield "%s: %r instead of %r" % (field, value, wanted)
    for field, takes in (("switch", "switch"), ("several", "values")):
        if field in real and (mine["takes"] == takes) != real[field]:
            yield "%s: takes %s" % (field, mine["takes"])
    if "default" in real and not (lenient and mine["default"] is None):
        value, wanted = default_of(library, mine), real["default"]
        if library == "hydra":
            wanted = comparable(None if wanted == "???" else wanted)
        if not same(value, wanted):
            yield "default: %r instead of %r" % (value, wanted)


def default_of(library, mine):
    text = mine["default"]
    if library in ("click", "typer") and mine["takes"] == "switch" and text in (None, "0"):
        return "False"
    if text is None:
        return None
    if library == "hydra":
        return comparable(hydra_value(mine["type"], text))
    if library in ("click", "typer") and (mine["takes"] == "values" or mine["repeats"] and mine["takes"] == "value"):
        return shlex.split(text)
    return text


def hydra_value(kind, text):
    if kind in ("string", "path"):
        return text
    from hydra.core.override_parser.overrides_parser import OverridesParser

    return text if "${" in text else OverridesParser.create().parse_override("a=" + text).value()


def comparable(value):
    if isinstance(value, (list, tuple)):
        return [comparable(item) for item in value]
    if isinstance(value, dict):
        return {str(name): comparable(item) for name, item in value.items()}
    if hasattr(value, "text"):
        return value.text
    return value


def same(one, other):
    if one == other:
        return True
    try:
        return [ast.literal_eval(text) for text in listed(one)] == [ast.literal_eval(text) for text in listed(other)]
    except (ValueError, SyntaxError, TypeError):
        return listed(one) == listed(other)


def listed(value):
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]
