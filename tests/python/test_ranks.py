"""Of a distributed training one process speaks for the run, and each rank has points of its own."""

import json
import os
import signal
import sys
import unittest

from support import PYTHON, Case, metrics, read_records

# Starts a script twice, as torchrun does: it parses arguments of its own.
TORCHRUN = """
import argparse, os, random, subprocess, sys
random.seed(99)
parser = argparse.ArgumentParser()
parser.add_argument("--nproc", type=int)
parser.add_argument("script")
parser.add_argument("rest", nargs=argparse.REMAINDER)
given = parser.parse_args()
processes = []
for rank in range(given.nproc):
    env = dict(os.environ, RANK=str(rank), LOCAL_RANK=str(rank), WORLD_SIZE=str(given.nproc), MASTER_PORT="29500")
    processes.append(subprocess.Popen([sys.executable, given.script] + given.rest, env=env))
sys.exit(max(abs(process.wait()) for process in processes))
"""

SCRIPT = """
import argparse, os, random, warnings
import trainyard
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float)
arguments = parser.parse_args()
random.seed(5)
warnings.warn("said by every rank")
rank = int(os.environ["RANK"])
for step in range(3):
    trainyard.log(loss=float(10 * rank + step))
"""


class RankTest(Case):
    def by_rank(self):
        found = {}
        for opened, records in self.journals():
            found.setdefault(opened["rank"], []).append((opened, records))
        return found

    def launch(self, script, *arguments):
        self.write("train.py", script)
        return self.tracked(TORCHRUN, "--nproc", "2", "train.py", *arguments, name="torchrun")

    def kinds(self, records):
        return [record["kind"] for record in records if isinstance(record, dict)]

    def test_the_launcher_says_nothing_and_rank_0_speaks(self):
        result = self.launch(SCRIPT, "--lr", "0.5")
        self.assertDone(result)
        found = self.by_rank()
        self.assertEqual(sorted(found), [0, 1])
        ((main, records),), ((other, others),) = found[0], found[1]
        self.assertEqual((main["role"], other["role"]), ("main", "child"))
        self.assertEqual(self.kinds(records), ["params", "seed", "warning", "name", "environment", "end"])
        self.assertEqual(self.kinds(others), ["name", "end"])
        self.assertEqual(records[0]["values"], {"lr": 0.5})
        self.assertEqual(records[1]["value"], 5)
        self.assertEqual([value["loss"] for _, value in metrics(records)], [0.0, 1.0, 2.0])
        self.assertEqual([value["loss"] for _, value in metrics(others)], [10.0, 11.0, 12.0])

    def test_a_failed_rank_leaves_its_exception(self):
        result = self.launch(SCRIPT + "if rank == 1: raise ValueError('only here')\n")
        self.assertEqual(result.returncode, 1)
        ((_, others),) = self.by_rank()[1]
        self.assertIn("exception", self.kinds(others))
        ((_, records),) = self.by_rank()[0]
        self.assertNotIn("exception", self.kinds(records))

    def test_a_silent_rank_leaves_its_exception_too(self):
        self.launch("import os\nif os.environ['RANK'] == '1': 1 / 0\n")
        ((_, others),) = self.by_rank()[1]
        self.assertEqual(self.kinds(others), ["exception", "end"])

    def test_a_killed_rank_loses_nothing(self):
        if sys.platform == "win32":
            return
        result = self.launch(SCRIPT + "if rank == 1: os.kill(os.getpid(), %d)\n" % signal.SIGKILL)
        self.assertEqual(result.returncode, signal.SIGKILL)
        ((_, others),) = self.by_rank()[1]
        self.assertEqual([value["loss"] for _, value in metrics(others)], [10.0, 11.0, 12.0])

    def test_the_workers_of_a_rank_are_no_ranks(self):
        worker = (
            "import argparse, random, trainyard\n"
            "argparse.ArgumentParser().add_argument('-c'); argparse.ArgumentParser().parse_args()\n"
            "random.seed(1); trainyard.log(work=1.0)\n"
        )
        self.write("worker.py", worker)
        result = self.launch(
            "import subprocess, sys, trainyard\ntrainyard.log(x=1.0)\n"
            "subprocess.run([sys.executable, 'worker.py'], check=True)\n"
        )
        self.assertDone(result)
        found = self.by_rank()
        for rank in (0, 1):
            kinds = sorted(tuple(self.kinds(records)) for _, records in found[rank])
            self.assertIn(("name", "end"), kinds)
            self.assertEqual([opened["role"] for opened, _ in found[rank]].count("main"), 1 - rank)

    def test_a_script_that_starts_its_own_ranks_keeps_its_own_arguments(self):
        self.write("train.py", SCRIPT)
        result = self.tracked(
            """
            import argparse, os, subprocess, sys
            parser = argparse.ArgumentParser()
            parser.add_argument("--gpus", type=int)
            given = parser.parse_args()
            for rank in range(given.gpus):
                env = dict(os.environ, RANK=str(rank))
                subprocess.run([sys.executable, "train.py", "--lr", "0.1"], env=env, check=True)
            """,
            "--gpus",
            "2",
        )
        self.assertDone(result)
        said = {
            (opened["role"], opened["rank"]): [record["values"] for record in records if "values" in record]
            for opened, records in self.journals()
        }
        self.assertEqual(said, {("main", None): [{"gpus": 2}], ("child", 0): [{"lr": 0.1}], ("child", 1): []})

    def test_a_run_that_is_one_rank_of_something_larger_has_no_ranks(self):
        result = self.tracked(SCRIPT, "--lr", "1", env=self.environment(RANK="3", TRAINYARD_RANK="3"))
        self.assertDone(result)
        opened, records = self.journals()[0]
        self.assertEqual((opened["role"], opened["rank"]), ("main", None))
        self.assertEqual(records[0]["values"], {"lr": 1.0})

    def test_without_a_supervisor_the_ranks_of_a_machine_share_a_run(self):
        self.write("torchrun", TORCHRUN)
        self.write("train.py", SCRIPT)
        environment = dict(self.plain_environment(), PYTHONPATH=PYTHON)
        for _ in range(2):
            self.assertDone(self.start(["torchrun", "--nproc", "2", "train.py"], environment))
        runs = os.path.join(self.work, ".trainyard", "runs")
        names = [name for name in os.listdir(runs) if not name.startswith(".")]
        self.assertEqual(len(names), 2)
        for name in names:
            self.assertEqual(sorted(opened["rank"] for opened, _ in self.journals(os.path.join(runs, name))), [0, 1])

    def test_without_a_launcher_a_variable_called_rank_means_nothing(self):
        self.write("train.py", SCRIPT)
        result = self.start(["train.py"], dict(self.plain_environment(), PYTHONPATH=PYTHON, RANK="16"))
        self.assertDone(result)
        runs = os.path.join(self.work, ".trainyard", "runs")
        (name,) = os.listdir(runs)
        ((opened, records),) = self.journals(os.path.join(runs, name))
        self.assertEqual((opened["role"], opened["rank"]), ("main", None))
        self.assertEqual(read_records(self.only_journal(os.path.join(runs, name)))[-1]["exitCode"], 0)

    def only_journal(self, folder):
        (name,) = [name for name in os.listdir(folder) if name.startswith("journal-")]
        return os.path.join(folder, name)

    def test_a_worker_that_becomes_a_rank_is_one_in_the_runs_that_it_begins(self):
        self.write(
            "worker.py",
            """
            import trainyard
            from _trainyard.session import session
            session.take_rank(1)
            with trainyard.run("inner") as run:
                trainyard.log(y=1.0)
            print(run.folder)
            """,
        )
        result = self.tracked("import subprocess, sys\nsubprocess.run([sys.executable, 'worker.py'], check=True)\n")
        self.assertDone(result)
        ((opened, records),) = self.journals(result.stdout.decode().strip())
        self.assertEqual((opened["role"], opened["rank"]), ("child", 1))
        self.assertEqual(metrics(records), [(0, {"y": 1.0})])

    def test_a_fork_of_a_rank_keeps_its_number_and_says_nothing_for_the_run(self):
        if not hasattr(os, "fork"):
            return
        result = self.tracked(
            """
            import os, random, trainyard
            trainyard.log(x=1.0)
            if os.fork() == 0:
                random.seed(3)
                trainyard.log(x=2.0)
                os._exit(0)
            os.wait()
            """,
            env=self.environment(RANK="0"),
        )
        self.assertDone(result)
        (_, records), (child, others) = self.journals()
        self.assertEqual((child["role"], child["rank"]), ("child", 0))
        self.assertEqual(self.kinds(others), ["name"])
        self.assertNotIn("seed", json.dumps(records))


if __name__ == "__main__":
    unittest.main()
