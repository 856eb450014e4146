"""A command line that the form writes means, to the library that reads it, what was put into the form."""

import enum
import functools
import glob
import io
import json
import os
import random
import shlex
import subprocess
import sys
import unittest
from contextlib import redirect_stdout

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE]

from forms import ROOT, node, read_forms  # noqa: E402
from needs import needs  # noqa: E402

FOLDER = os.path.join(ROOT, "tests", "fixtures", "scripts", "libraries")
CASES = 60
ODD = ["", "a b", " a", "a ", "it's", 'say "x"', "\\", "a\\", "\\'", "\\\\'", "a,b", "[1]", "{a: 1}", "(x)", "1e3", "007", "1_0", "0x1f"]
ODD += ["True", "false", "None", "null", "nan", "-inf", "a=b", "=", "k:v", "#x", "a#b", "ä→😀", "~x", "*", "$HOME", "a/b.csv", "C:\\x\\y", "%"]
ODD += ["yes", ".5", "1.", "a;b", "x|y", "a\tb", "l1\nl2", "@x", "!x", "&x", "0", "-1", "-x", "--x", "+x", "x'y\"z", "f'x'", "a'b"]

PATHS = ["a.csv", "a b/ä.csv", "it's.csv", "~x", "C:\\x", "True", "1e3", "[1].csv", 'say "x"']


class Chance(random.Random):
    def text(self):
        if self.random() < 0.6:
            return self.choice(ODD)
        return "".join(self.choice("ab1 '\"\\,.=:-+[]{}()#~@$/é") for _ in range(self.randrange(6)))

    def value(self, argument):
        """What a person types for one value, and what the library has to make of it."""
        if argument["choices"]:
            text = self.choice(argument["choices"])
            return text, {"True": True, "False": False, "true": True, "false": False}.get(text, text)
        if argument["type"] == "integer":
            number = self.randrange(1, 100)
            return str(number), number
        if argument["type"] == "number":
            number = self.choice([0.5, 1e-3, 0.0, 0.25, 1.0])
            return repr(number), number
        if argument["type"] == "path":
            text = self.choice(PATHS)
            return text, text
        text = self.text()
        while "${" in text or argument["positional"] and argument["source"] != "fire" and text.startswith("-"):
            text = self.text()
        return text, text


def literal(chance):
    numbers = [chance.randrange(9) for _ in range(chance.randrange(4))]
    return json.dumps(numbers), numbers


def cases_of(chance, script, form):
    """Values for some of the arguments of a script, as (command, dest, texts, wanted)."""
    groups = {a["command"] for a in form["arguments"] if a["dest"] == "command" and a["choices"] and a["source"] != "hydra"}
    commands = sorted({a["command"] or "" for a in form["arguments"] if a["command"] not in groups})
    chosen = chance.choice(commands)
    parts = chosen.split(" ") if chosen else []
    level = [" ".join(parts[:depth]) or None for depth in range(len(parts) + 1)]
    values = []
    for argument in form["arguments"]:
        command, dest = argument["command"], argument["dest"]
        if command not in level or (argument["default"] or "").startswith(("{", "$")):
            continue
        if argument["takes"] == "switch" and argument["default"] is None and not argument["repeats"]:
            continue  # It stands for a value that the script alone knows.
        if "structured" in script and any(a["dest"].startswith(dest + ".") for a in form["arguments"]):
            continue  # Another option of the group has other keys.
        depth = level.index(command)
        if dest == "command" and argument["choices"] and not argument["flags"] and argument["source"] != "hydra":
            if depth < len(parts):
                values.append((command, dest, [parts[depth]], None))
        elif argument["required"] or chance.random() < 0.4:
            values.append((command, dest) + texts_of(chance, argument))
    # Options are put in after the sub-command as well as before it, and a person sets them in any order.
    choosers = [value for value in values if value[3] is None]
    others = [value for value in values if value[3] is not None]
    places = {id(value): number for number, value in enumerate(values)}
    named = [value for value in others if not positional(form, value)]
    chance.shuffle(named)
    placed = sorted([value for value in others if positional(form, value)], key=lambda value: places[id(value)])
    return choosers + (named + placed if form["arguments"][0]["source"] == "fire" else placed + named)


def positional(form, value):
    return any(not a["flags"] and a["command"] == value[0] and a["dest"] == value[1] for a in form["arguments"]) and form[
        "arguments"
    ][0]["source"] != "hydra"


def texts_of(chance, argument):
    if argument["takes"] == "switch":
        if argument["repeats"]:
            count = chance.randrange(1, 4)
            return [argument["flag"]] * count, count
        flag = chance.choice([argument["flag"]] + argument["off"])
        return [flag], flag not in argument["off"]
    if argument["type"] == "literal":
        text, wanted = literal(chance)
        return [text], wanted
    count = argument["count"] or (chance.randrange(1, 4) if argument["repeats"] or argument["takes"] == "values" else 1)
    pairs = [chance.value(argument) for _ in range(count)]
    several = argument["repeats"] or argument["takes"] == "values"
    return [text for text, _ in pairs], [wanted for _, wanted in pairs] if several else pairs[0][1]


@needs("click", "typer", "fire", "hydra")
class CommandLinesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scripts = [script for script in sorted(glob.glob(os.path.join(FOLDER, "*.py"))) if "fire_class" not in script]
        forms = read_forms(scripts)
        chance = Chance(20)
        cls.cases = [(script, cases_of(chance, script, forms[script])) for script in scripts for _ in range(CASES)]
        asked = [{"script": script, "values": [value[:3] for value in values]} for script, values in cls.cases]
        command = [node(), os.path.join(ROOT, "tests", "support", "spell-arguments.ts")]
        text = subprocess.run(command, input=json.dumps(asked).encode(), stdout=subprocess.PIPE, check=True).stdout
        cls.answers = json.loads(text)

    def each(self, name):
        for (script, values), answer in zip(self.cases, self.answers):
            if os.path.basename(script).startswith(name):
                yield script, values, answer

    def test_read_back(self):
        for script, values, answer in self.each(""):
            shown = shlex.join([os.path.basename(script)] + answer["words"])
            self.assertEqual(answer["rest"], [], shown)
            self.assertEqual(answer["read"], [texts for _, _, texts, _ in values], shown)

    def test_click(self):
        self.check_click("click")

    def test_typer(self):
        self.check_click("typer")

    def check_click(self, name):
        for script, values, answer in self.each(name):
            command = component(script)
            got = {}
            watch(command, got, None, {})
            with redirect_stdout(io.StringIO()):
                command.main(list(answer["words"]), prog_name="x", standalone_mode=False)
            for path, dest, _, wanted in values:
                if wanted is not None:
                    self.same(got[path][dest], wanted, script, answer)

    def test_fire(self):
        import fire

        for script, values, answer in self.each("fire_function"):
            with redirect_stdout(io.StringIO()):
                got = fire.Fire(component(script), command=list(answer["words"]), serialize=lambda result: "")
            for _, dest, _, wanted in values:
                self.same(got[dest], wanted, script, answer)

    def test_hydra(self):
        from hydra import compose, initialize_config_dir
        from hydra.core.global_hydra import GlobalHydra
        from omegaconf import OmegaConf

        for script, values, answer in self.each("hydra"):
            folder, name = component(script)
            GlobalHydra.instance().clear()
            with initialize_config_dir(config_dir=folder, version_base=None):
                config = compose(config_name=name, overrides=answer["words"], return_hydra_config=True)
            choices = {key: config.hydra.runtime.choices[key] for key in config.hydra.runtime.choices}
            groups = {dest for _, dest, _, _ in values if dest in choices and "/" not in dest}
            for _, dest, _, wanted in values:
                if dest in groups:
                    self.same(choices[dest], wanted, script, answer)
                elif not any(dest.startswith(group.split("@")[-1] + ".") for group in groups) and "experiment" not in groups:
                    value = OmegaConf.select(config, dest, throw_on_missing=False)
                    self.same(OmegaConf.to_container(value) if OmegaConf.is_config(value) else value, wanted, script, answer)

    def same(self, value, wanted, script, answer):
        self.assertEqual(plain(value), wanted, shlex.join([os.path.basename(script)] + answer["words"]))


@functools.lru_cache(maxsize=None)
def component(script):
    from introspect import component_of

    return component_of(script)[1]


def watch(command, got, path, paths):
    """Has a command and those in it hand over their parameters instead of doing something."""
    names = paths.setdefault(id(command), [])
    names.append(path)
    command.callback = lambda **given: got.update({name: given for name in names})
    command.invoke_without_command = getattr(command, "invoke_without_command", False)
    for name, sub in getattr(command, "commands", {}).items():
        watch(sub, got, name if path is None else path + " " + name, paths)


def plain(value):
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, enum.Enum):
        return value.value if isinstance(value, str) else value.name
    return os.fspath(value) if hasattr(value, "__fspath__") else getattr(value, "name", value)


if __name__ == "__main__":
    unittest.main()
