"""What the libraries that read command lines and settings parsed is recorded, and they stay what they are."""

import os
import re
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "python")]

from needs import needs  # noqa: E402
from support import Case  # noqa: E402

CLICK = """
import enum, pathlib
import click

class Kind(enum.Enum):
    A = "a"
    B = "b"

@click.command()
@click.argument("data", type=click.Path(path_type=pathlib.Path))
@click.option("--lr", type=float, default=0.1)
@click.option("--batch-size", default=32)
@click.option("--shuffle/--no-shuffle", default=True)
@click.option("--tag", multiple=True)
@click.option("--size", nargs=2, type=int)
@click.option("-v", "--verbose", count=True)
@click.option("--out", type=click.File("w", lazy=True), default="out.txt")
@click.option("--password", hide_input=True)
@click.option("--phrase", hide_input=True)
def main(**given):
    print(sorted(given))
    if given["lr"] > 5:
        raise ValueError("too large")

if __name__ == "__main__":
    main()
"""

GROUP = """
import click

@click.group()
@click.option("--verbose", is_flag=True)
@click.option("--seed", type=int, default=0)
def cli(verbose, seed):
    pass

@cli.group()
def model():
    pass

@model.command()
@click.option("--epochs", type=int, default=3)
@click.option("--seed", type=int, default=1)
def fit(epochs, seed):
    from click.testing import CliRunner
    print(CliRunner().invoke(fit_again, ["--rate", "7"]).output, epochs)

@click.command()
@click.option("--rate", type=int)
def fit_again(rate):
    print(rate)

cli()
"""

TYPER = """
import enum
from pathlib import Path
from typing import List, Optional
import typer

class Model(str, enum.Enum):
    small = "small-net"
    large = "large-net"

app = typer.Typer()

@app.command()
def train(data: Path, lr: float = 0.1, model: Model = Model.small, layers: List[int] = [64, 32], resume: bool = False,
          note: Optional[str] = None):
    print(data, lr, model, layers, resume, note)

@app.command()
def evaluate(path: Path = Path("model.pt")):
    raise RuntimeError("nothing to evaluate")

if __name__ == "__main__":
    app()
"""

FIRE = """
import fire

def train(data, lr=0.1, *, layers=(64, 32), shuffle=True, **more):
    print(data, lr, layers, shuffle, more)

class Trainer:
    def __init__(self, seed=0, name="net"):
        self.seed = seed
    def fit(self, epochs: int = 3, seed=5):
        fire.Fire(train, command=["inner"])
        print(self.seed, epochs, seed)
        if epochs < 0:
            raise ValueError(epochs)
"""

HYDRA = """
import hydra
from omegaconf import OmegaConf
calls = []
OmegaConf.register_new_resolver("told", lambda value: calls.append(value) or value)

@hydra.main(version_base=None, config_path="conf", config_name="config")
def main(cfg):
    assert calls == [], calls
    print(cfg.lr, cfg.optimizer.name)
    if cfg.lr < 0:
        raise ValueError(cfg.lr)

if __name__ == "__main__":
    main()
"""


def timeless(output):
    return re.sub(rb"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\]", b"[]", output)


class ArgumentsTest(Case):
    def same(self, text, *arguments, code=0):
        plain = self.untracked(text, *arguments)
        tracked = self.tracked(text, *arguments)
        self.assertEqual(timeless(tracked.stdout), timeless(plain.stdout))
        if sys.version_info >= (3, 11):
            self.assertEqual(tracked.stderr, plain.stderr)
        self.assertEqual(tracked.returncode, plain.returncode)
        self.assertEqual(tracked.returncode, code, tracked.stderr)

    def params(self):
        """Everything recorded as (source, values), and nothing twice."""
        found = {}
        for record in self.records("params"):
            found.setdefault(record["source"], {}).update(record["values"])
        return found

    @needs("click")
    def test_click(self):
        given = ["d/x.csv", "--lr", "1e-3", "--no-shuffle", "--tag", "a", "--tag", "b", "--size", "3", "4", "-vv"]
        self.same(CLICK, *given, "--password", "hunter22", "--phrase", "open sesame")
        self.assertFalse(os.path.exists(os.path.join(self.work, "out.txt")), "a lazy file stays unopened")
        expected = {"data": "d/x.csv", "lr": 0.001, "batch_size": 32, "shuffle": False, "tag": ["a", "b"], "size": [3, 4]}
        expected.update(verbose=2, out="out.txt", password="***", phrase="***")
        self.assertEqual(self.params(), {"click": expected})

    @needs("click")
    def test_click_ends_as_ever(self):
        self.same(CLICK, "--help")
        self.same(CLICK, code=2)
        self.same(CLICK, "x", "--lr", "ten", code=2)
        self.same(CLICK, "x", "--lr", "7", code=1)

    @needs("click")
    def test_click_subcommands(self):
        self.same(GROUP, "--seed", "4", "model", "fit", "--epochs", "9")
        self.assertEqual(
            self.params(),
            {"click": {"verbose": False, "seed": 4, "command": "model fit", "epochs": 9, "model fit.seed": 1}},
        )

    @needs("typer")
    def test_typer(self):
        self.same(TYPER, "train", "d.csv", "--model", "large-net", "--layers", "8", "--layers", "4", "--resume")
        expected = {"data": "d.csv", "lr": 0.1, "model": "large-net", "layers": [8, 4], "resume": True, "note": None}
        self.assertEqual(self.params(), {"typer": dict(expected, command="train")})

    @needs("typer")
    def test_typer_ends_as_ever(self):
        self.same(TYPER, "--help")
        self.same(TYPER, "evaluate", code=1)
        self.same(TYPER, "train", code=2)

    @needs("fire")
    def test_fire_function(self):
        self.same(FIRE + "fire.Fire(train)\n", "d.csv", "--lr", "1e-3", "--noshuffle", "--layers=[1,2]", "--extra=x")
        expected = {"data": "d.csv", "lr": 0.001, "layers": [1, 2], "shuffle": False, "extra": "x"}
        self.assertEqual(self.params(), {"fire": expected})

    @needs("fire")
    def test_fire_without_arguments(self):
        self.same(FIRE + "fire.Fire(Trainer)\n", "fit")
        expected = {"seed": 0, "name": "net", "command": "fit", "epochs": 3, "fit.seed": 5}
        self.assertEqual(self.params(), {"fire": expected})

    @needs("fire")
    def test_fire_class_and_mapping(self):
        self.same(FIRE + "fire.Fire({'go': Trainer})\n", "go", "--name=x", "fit", "--epochs=-1", "--seed=5", code=1)
        expected = {"seed": 5, "name": "x", "command": "fit", "epochs": -1}
        self.assertEqual(self.params(), {"fire": expected})
        self.same(FIRE + "fire.Fire(train)\n", code=2)
        self.same(FIRE + "fire.Fire(train)\n", "--", "--help")

    def hydra(self):
        self.write(
            "conf/config.yaml",
            """\
            defaults:
              - optimizer: adam
              - _self_
            lr: 0.1
            epochs: 3
            steps: ${epochs}
            home: ${oc.env:HOME}
            told: ${told:1}
            missing: ???
            hydra:
              run:
                dir: out
              sweep:
                dir: sweep
            """,
        )
        self.write("conf/optimizer/adam.yaml", "name: adam\nbetas: [0.9, 0.999]\n")
        self.write("conf/optimizer/sgd.yaml", "name: sgd\nmomentum: 0.9\n")

    @needs("hydra")
    def test_hydra(self):
        self.hydra()
        self.same(HYDRA, "lr=0.5", "optimizer=sgd", "+extra={a: [1, x]}")
        expected = {"lr": 0.5, "epochs": 3, "steps": 3, "home": os.environ["HOME"], "told": "${told:1}", "missing": "???"}
        expected.update(optimizer={"name": "sgd", "momentum": 0.9}, extra={"a": [1, "x"]})
        self.assertEqual(self.params(), {"hydra": expected})

    @needs("hydra")
    def test_hydra_ends_as_ever(self):
        self.hydra()
        self.same(HYDRA, "lr=-1", code=1)
        self.same(HYDRA, "nothing=1", code=1)

    @needs("hydra")
    def test_hydra_multirun(self):
        self.hydra()
        self.same(HYDRA, "-m", "lr=0.5,0.25", "optimizer=adam,sgd", "epochs=7")
        found = self.params()["hydra"]
        adam, sgd = {"name": "adam", "betas": [0.9, 0.999]}, {"name": "sgd", "momentum": 0.9}
        jobs = [found.pop("job.%d" % number) for number in range(4)]
        expected = [{"lr": lr, "optimizer": optimizer} for lr in (0.5, 0.25) for optimizer in (adam, sgd)]
        self.assertEqual(jobs, expected)
        self.assertEqual(found["epochs"], 7)
        self.assertNotIn("lr", found)
        self.assertNotIn("optimizer", found)

    @needs("yaml")
    def test_yaml(self):
        self.write("train.yaml", "lr: 0.1\nmodel: {name: net, layers: [8, 4]}\nseed: 1\nwhen: 2024-01-02\n")
        self.write("other.yaml", "lr: 0.2\n")
        self.same(
            """
            import argparse, yaml
            parser = argparse.ArgumentParser()
            parser.add_argument("--config")
            parser.add_argument("--seed", type=int, default=5)
            options = parser.parse_args()
            with open(options.config) as file:
                print(yaml.safe_load(file))
            with open("other.yaml") as file:
                print(yaml.load(file.read(), Loader=yaml.FullLoader))
            yaml.safe_load("[1, 2]")
            try:
                yaml.safe_load("{")
            except yaml.YAMLError as error:
                print(error)
            """,
            "--config",
            "train.yaml",
        )
        found = self.params()
        self.assertEqual(found["argparse"], {"config": "train.yaml", "seed": 5})
        settings = {"lr": 0.1, "model": {"name": "net", "layers": [8, 4]}, "train.seed": 1, "when": "2024-01-02"}
        self.assertEqual(found["yaml"], dict(settings, **{"yaml.lr": 0.2}))

    @needs("yaml")
    def test_yaml_that_is_data(self):
        self.same(
            """
            import yaml
            for number in range(100):
                with open("label-%d.yaml" % number, "w+") as file:
                    file.write("kind: %d" % number)
                    file.seek(0)
                    yaml.safe_load(file)
            for number in range(100):
                yaml.safe_load("kind: again")
            yaml.safe_load("\\n".join(["key%d: 1" % number for number in range(3000)]))
            """
        )
        found = self.params()["yaml"]
        self.assertEqual((found["kind"], found["label-7.kind"], len(found)), (0, 7, 20))

    @needs("omegaconf")
    def test_omegaconf(self):
        self.write("c.yaml", "lr: 0.1\nmodel:\n  depth: 3\n  width: ${lr}\n")
        self.same(
            """
            from omegaconf import OmegaConf
            print(OmegaConf.merge(OmegaConf.load("c.yaml"), OmegaConf.from_cli()))
            """,
            "model.depth=5",
        )
        merged = {}
        for record in self.records("params"):
            merged.update(record["values"])
        self.assertEqual(merged, {"lr": 0.1, "model": {"depth": 5, "width": 0.1}})

    @needs("absl")
    def test_absl(self):
        self.same(
            """
            from absl import app, flags
            flags.DEFINE_float("lr", 0.1, "rate")
            flags.DEFINE_list("layers", ["8", "4"], "layers")
            def main(argv):
                print(flags.FLAGS.lr)
                raise ValueError("here")
            app.run(main)
            """,
            "--lr=0.5",
            code=1,
        )
        self.assertEqual(self.params(), {"absl": {"lr": 0.5, "layers": ["8", "4"]}})

    @needs("docopt")
    def test_docopt(self):
        text = '''
            """Train.

            Usage:
              script.py <data> [--lr=<lr>] [--fast]
            """
            from docopt import docopt
            print(docopt(__doc__.replace(" " * 12, "")))
            '''
        self.same(text, "x.csv", "--lr", "2")
        self.assertEqual(self.params(), {"docopt": {"data": "x.csv", "lr": "2", "fast": False}})

    @needs("jsonargparse")
    def test_jsonargparse(self):
        self.write("c.yaml", "lr: 7.0\n")
        text = """
            from jsonargparse import ArgumentParser
            parser = ArgumentParser()
            parser.add_argument("--lr", type=float, default=0.1)
            parser.add_argument("--model.depth", type=int, default=1)
            parser.add_argument("--config", action="config")
            print(parser.parse_args().lr)
            """
        self.same(text, "--config", "c.yaml", "--model.depth", "5")
        found = self.params()["jsonargparse"]
        self.assertEqual((found["lr"], found["model"]), (7.0, {"depth": 5}))
        self.same(text, "--lr", "x", code=2)

    @needs("ruamel")
    def test_ruamel(self):
        self.write("c.yaml", "lr: 0.1\nmodel: {depth: 3}\n")
        self.same("""
            from ruamel.yaml import YAML
            with open("c.yaml") as file:
                print(YAML(typ="safe").load(file))
            """)
        self.assertEqual(self.params(), {"yaml": {"lr": 0.1, "model": {"depth": 3}}})


if __name__ == "__main__":
    unittest.main()
