"""Runs scripts as far as their command line, and prints what the library that reads it says of it, as JSON."""

import contextlib
import copy
import inspect
import io
import json
import os
import runpy
import sys


STORED = {}


class Found(BaseException):
    pass


def text(value):
    if callable(value) and not isinstance(value, type) or repr(value) in ("Sentinel.UNSET", "<UNSET>"):
        return None
    if isinstance(value, (list, tuple)):
        return [text(item) for item in value]
    if hasattr(value, "value") and hasattr(value, "name"):
        return str(value.value)
    return None if value is None else str(value)


def describe_click(command, path=None):
    rows = []
    for param in command.params:
        if not param.expose_value and param.name in ("help", "version", "install_completion", "show_completion"):
            continue
        option = param.param_type_name == "option"
        switch = option and (param.is_flag or param.count)
        kind, choices = kind_of(param)
        rows.append({
            "command": path,
            "flags": sorted(list(param.opts) + list(param.secondary_opts)) if option else [],
            "off": sorted(param.secondary_opts) if option else [],
            "dest": param.name,
            "default": flag_default(param) if switch else chosen_default(param),
            "choices": None if choices is None or switch else choices,
            "required": bool(param.required or option and param.prompt is not None and getattr(param, "prompt_required", True)),
            "repeats": bool(option and (param.multiple or param.count)),
            "switch": bool(switch),
            "several": param.nargs != 1,
            "secret": bool(option and param.hide_input),
            "type": "boolean" if switch and not param.count else mine(param, kind),
        })
    commands = getattr(command, "commands", {})
    if commands:
        required = not getattr(command, "invoke_without_command", False)
        rows.append({"command": path, "dest": "command", "flags": [], "choices": list(commands), "required": required})
    for name, sub in commands.items():
        rows += describe_click(sub, name if path is None else path + " " + name)
    return rows


def chosen_default(param):
    """A choice among the members of an enumeration is typed by its name, in click."""
    if hasattr(param.default, "name") and param.default in getattr(getattr(param, "type", None), "choices", ()):
        return param.default.name
    return text(param.default)


def mine(param, kind):
    types = getattr(getattr(param, "type", None), "types", [])
    names = {KINDS.get(each.name, "string") for each in types}
    return names.pop() if len(names) == 1 else kind


def kind_of(param):
    """The type in the words of the form, and the choices."""
    descriptor = getattr(param, "type_descriptor", None)
    if descriptor is None:
        choices = getattr(param.type, "choices", None)
        names = None if choices is None else [getattr(choice, "name", None) or str(choice) for choice in choices]
        return KINDS.get(param.type.name, "string"), names
    chosen = descriptor.choices if descriptor.is_choice else None
    annotation = descriptor.annotation
    inner = [each for each in getattr(annotation, "__args__", ()) if each is not type(None)] or [annotation]
    kind = "string" if len(set(inner)) > 1 else getattr(inner[0], "__name__", "str")
    names = None if chosen is None else [str(getattr(choice, "value", choice)) for choice in chosen]
    return KINDS.get(kind, "string"), names


KINDS = {"integer": "integer", "integer range": "integer", "int": "integer", "float": "number", "float range": "number"}
KINDS.update({name: "path" for name in ("path", "filename", "file", "directory", "Path", "FileText", "FileTextWrite")})
KINDS.update({"FileBinaryRead": "path", "FileBinaryWrite": "path", "boolean": "boolean", "bool": "boolean"})


def flag_default(param):
    value = text(param.default)
    return "False" if value in (None, "0") else value


def describe_fire(component, path=None, depth=0):
    import fire.inspectutils

    rows = []
    function = component if inspect.isclass(component) or inspect.isroutine(component) else None
    if function is not None:
        spec = fire.inspectutils.GetFullArgSpec(function)
        first = len(spec.args) - len(spec.defaults)
        defaults = dict(zip(spec.args[first:], spec.defaults), **spec.kwonlydefaults)
        for name in spec.args + spec.kwonlyargs:
            default = defaults.get(name)
            plain = isinstance(default, (str, int, float, bool))
            rows.append({
                "command": path, "dest": name, "flags": sorted({"--" + name, "--" + name.replace("_", "-")}),
                "required": name not in defaults, "default": str(default) if plain else None if default is None else repr(default),
            })
        if spec.varargs:
            rows.append({"command": path, "dest": spec.varargs, "flags": [], "required": False, "several": True})
    members = component if isinstance(component, dict) else {}
    if inspect.isclass(component) or function is None and not members:
        owner = component if inspect.isclass(component) else type(component)
        members = {
            name: value for name, value in inspect.getmembers(owner)
            if not name.startswith("_") and inspect.isroutine(value)
        }
    if members and depth < 2:
        rows.append({"command": path, "dest": "command", "flags": [], "choices": [str(name) for name in members]})
        for name, value in members.items():
            if inspect.isroutine(value) and not isinstance(component, dict):
                bound = inspect.getattr_static(component if inspect.isclass(component) else type(component), name)
                if not isinstance(bound, (staticmethod, classmethod)):
                    value = value.__get__(object.__new__(object))
            sub = str(name) if path is None else path + " " + str(name)
            rows += describe_fire(value, sub, depth + 1)
    return rows


def describe_hydra(folder, name):
    from hydra import compose, initialize_config_dir
    from hydra.core.global_hydra import GlobalHydra
    from omegaconf import OmegaConf

    GlobalHydra.instance().clear()
    with initialize_config_dir(config_dir=folder, version_base=None):
        config = OmegaConf.to_container(compose(config_name=name), resolve=False, enum_to_str=True)
    return [dict(row, command=None) for row in flatten(config, "")]


def flatten(value, prefix):
    if isinstance(value, dict) and (value or not prefix):
        return [row for key, item in value.items() for row in flatten(item, prefix + "." + str(key) if prefix else str(key))]
    kind = type(value).__name__
    return [{"dest": prefix, "default": value, "kind": kind, "required": value == "???"}]


@contextlib.contextmanager
def intercepted(found):
    """While it lasts, no command line is read: what would read it is added to `found`, as (library, object)."""
    import click.core
    import fire.core
    import hydra.main  # noqa: F401
    import typer.core

    def stop(library, choose):
        def stopped(*given, **named):
            found.append((library, choose(*given, **named)))
            raise Found

        return stopped

    def config(args=None, args_parser=None, task_function=None, config_path=None, config_name=None, **_):
        return os.path.abspath(os.path.join(os.path.dirname(inspect.getfile(task_function)), config_path or ".")), config_name

    places = [(click.core.Command, "main", "click"), (typer.core.TyperCommand, "main", "typer")]
    places += [(typer.core.TyperGroup, "main", "typer"), (fire, "Fire", "fire"), (fire.core, "Fire", "fire")]
    places += [(sys.modules["hydra.main"], "_run_hydra", "hydra")]
    before = [(owner, name, getattr(owner, name)) for owner, name, _ in places]
    for owner, name, library in places:
        setattr(owner, name, stop(library, config if library == "hydra" else lambda component=None, *_, **__: component))
    try:
        yield
    finally:
        for owner, name, original in before:
            setattr(owner, name, original)


def component_of(script):
    """What reads the command line of a script, as (library, object), or ("none", why not)."""
    from hydra.core.config_store import ConfigStore

    from hydra.core.plugins import Plugins

    # A script has a store of its own, with what Hydra's plugins put into it.
    Plugins.instance()
    ConfigStore.instance().repo = copy.deepcopy(STORED.setdefault("repo", copy.deepcopy(ConfigStore.instance().repo)))
    before = list(sys.path), set(sys.modules), list(sys.argv), os.getcwd()
    sys.path.insert(0, os.path.dirname(script))
    sys.argv = [script]
    found = []
    problem = "no command line"
    try:
        with intercepted(found), contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            runpy.run_path(script, run_name="__main__")
    except Found:
        pass
    except (Exception, SystemExit) as error:
        problem = "%s: %s" % (type(error).__name__, error)
    finally:
        sys.path[:], sys.argv = before[0], before[2]
        os.chdir(before[3])
        for name in set(sys.modules) - before[1]:
            file = getattr(sys.modules[name], "__file__", None) or ""
            if file.startswith(os.path.dirname(script)):
                del sys.modules[name]
    return found[0] if found else ("none", problem)


def introspect(script):
    """What the library says of a script's command line, as (library, rows), or ("none", why not)."""
    library, component = component_of(script)
    if library == "hydra":
        return library, describe_hydra(*component)
    describe = {"click": describe_click, "typer": describe_click, "fire": describe_fire}.get(library)
    return library, describe(component) if describe else component


if __name__ == "__main__":
    print(json.dumps({script: introspect(os.path.abspath(script)) for script in sys.argv[1:]}))
