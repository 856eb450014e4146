"""Runs inside runs, tracked functions, pictures, tables, datasets and models of the client."""

import glob
import json
import math
import os
import random
import signal
import struct
import subprocess
import sys
import unittest
import zlib

from support import PYTHON, RUN, Case, metrics

sys.path.insert(0, PYTHON)


def png_pixels(content):
    """Width, height and rows of the PNG files that the client writes."""
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    at, chunks = 8, {}
    while at < len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        kind, data = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        assert struct.unpack(">I", content[at + 8 + length : at + 12 + length])[0] == zlib.crc32(kind + data)
        chunks[kind] = data
        at += 12 + length
    width, height, depth, colour = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
    assert depth == 8
    stride = 1 + width * {0: 1, 2: 3, 6: 4}[colour]
    raw = zlib.decompress(chunks[b"IDAT"])
    return width, height, [list(raw[row * stride + 1 : (row + 1) * stride]) for row in range(height)]


class ClientCase(Case):
    def runs(self):
        """The runs of the store by name: what was asked, and the records of all journals but their first."""
        found = {}
        for path in glob.glob(os.path.join(os.path.dirname(self.run_folder), "0*")):
            if not os.path.exists(os.path.join(path, "run.json")):
                continue
            with open(os.path.join(path, "run.json"), encoding="utf-8") as file:
                asked = json.load(file)
            asked["folder"] = path
            found[asked["name"]] = (asked, [records for _, records in self.journals(path)])
        return found

    def only(self, name):
        asked, (records,) = self.runs()[name]
        return asked, records

    def kept(self, kind):
        return [record for record in self.records("artifact") if record["type"] == kind]

    def content(self, record):
        with open(os.path.join(self.run_folder, record["path"]), "rb") as file:
            return file.read()


class RunTest(ClientCase):
    def test_a_run_inside_the_supervised_one_is_its_child(self):
        result = self.tracked(
            """
            import trainyard
            trainyard.log(x=1.0)
            with trainyard.run("inner", experiment="e", group="g", tags={"k": 5}, params={"lr": 0.1}) as run:
                trainyard.log(y=2.0)
                trainyard.tag(a="b")
                assert run.name == "inner" and run.folder.endswith(run.id)
            trainyard.log(x=3.0)
            """
        )
        self.assertDone(result)
        self.assertEqual(result.stderr, b"")
        asked, records = self.only("inner")
        self.assertEqual((asked["parent"], asked["experiment"], asked["group"]), (RUN, "e", "g"))
        self.assertEqual(asked["tags"], {"k": "5"})
        self.assertEqual(metrics(records), [(0, {"y": 2.0})])
        self.assertEqual([r["values"] for r in records if "values" in r], [{"lr": 0.1}])
        self.assertEqual(records[-1]["exitCode"], 0)
        self.assertEqual(metrics(self.records()), [(0, {"x": 1.0}), (1, {"x": 3.0})])

    def test_an_exception_fails_the_run_and_goes_on(self):
        for raised, code in (
            ("ValueError('no')", 1),
            ("KeyboardInterrupt()", 130),
            ("SystemExit(3)", 3),
            ("SystemExit()", 0),
        ):
            with self.subTest(raised):
                self.setUp()
                result = self.tracked(
                    """
                    import trainyard
                    try:
                        with trainyard.run("inner"):
                            raise %s
                    except BaseException as error:
                        print(type(error).__name__)
                    """
                    % raised
                )
                self.assertDone(result)
                self.assertEqual(result.stdout.decode().strip(), raised.split("(")[0])
                records = self.only("inner")[1]
                self.assertEqual(records[-1]["exitCode"], code)
                exceptions = [r["type"] for r in records if not isinstance(r, list) and r["kind"] == "exception"]
                self.assertEqual(exceptions, [] if "System" in raised else [raised.split("(")[0]])

    def test_threads_and_tasks_have_runs_of_their_own(self):
        result = self.tracked(
            """
            import asyncio, threading, trainyard
            def work(name):
                with trainyard.run(name):
                    barrier.wait()
                    trainyard.log(**{name: 1.0})
                    barrier.wait()
            barrier = threading.Barrier(2)
            threads = [threading.Thread(target=work, args=(name,)) for name in ("one", "two")]
            for thread in threads: thread.start()
            for thread in threads: thread.join()
            async def task(name):
                with trainyard.run(name):
                    await asyncio.sleep(0)
                    trainyard.log(**{name: 1.0})
                    await asyncio.sleep(0)
            async def main():
                await asyncio.gather(task("three"), task("four"))
            asyncio.run(main())
            """
        )
        self.assertDone(result)
        for name in ("one", "two", "three", "four"):
            self.assertEqual(metrics(self.only(name)[1]), [(0, {name: 1.0})])

    def test_what_a_forked_child_logs_is_in_the_run_that_it_was_forked_in(self):
        if not hasattr(os, "fork"):
            return
        result = self.tracked(
            """
            import os, trainyard
            with trainyard.run("inner"):
                trainyard.log(x=1.0)
                child = os.fork()
                trainyard.log(x=2.0 if child else 9.0)
                if child == 0:
                    os._exit(0)
                os.waitpid(child, 0)
            """
        )
        self.assertDone(result)
        main, child = self.runs()["inner"][1]
        self.assertEqual([value["x"] for _, value in metrics(main)], [1.0, 2.0])
        self.assertEqual(metrics(child), [(0, {"x": 9.0})])

    def test_a_run_can_be_handed_to_another_process(self):
        result = self.tracked(
            """
            import multiprocessing, trainyard
            def work(run):
                run.log(x=7.0)
            if __name__ == "__main__":
                with trainyard.run("inner") as run:
                    process = multiprocessing.get_context("spawn").Process(target=work, args=(run,))
                    process.start()
                    process.join()
                    assert process.exitcode == 0
            """
        )
        self.assertDone(result)
        main, child = self.runs()["inner"][1]
        self.assertEqual(metrics(child), [(0, {"x": 7.0})])
        self.assertEqual(main[-1]["kind"], "end")

    def test_a_killed_script_loses_nothing_of_a_run_inside_it(self):
        script = "import os, signal, trainyard\nwith trainyard.run('inner'):\n    trainyard.log(x=1.0)\n    os.kill(os.getpid(), %d)\n"
        if sys.platform == "win32":
            return
        result = self.tracked(script % signal.SIGKILL)
        self.assertEqual(result.returncode, -signal.SIGKILL)
        self.assertEqual(metrics(self.only("inner")[1]), [(0, {"x": 1.0})])

    def test_a_run_that_nobody_ended_ends_with_the_script(self):
        for text, code in (("pass", 0), ("1 / 0", 1)):
            with self.subTest(text):
                self.setUp()
                result = self.tracked("import trainyard\nrun = trainyard.run('inner')\nrun.log(x=1)\n%s\n" % text)
                self.assertEqual(result.returncode, code)
                self.assertEqual(self.only("inner")[1][-1]["exitCode"], code)

    def test_what_is_logged_after_the_end_is_said_once(self):
        result = self.tracked(
            """
            import trainyard
            run = trainyard.run("inner")
            run.log(x=1.0)
            run.end()
            run.log(x=2.0); run.log(x=3.0); run.params(a=1)
            run.end()
            with run: trainyard.log(x=4.0)
            """
        )
        self.assertDone(result)
        self.assertEqual(result.stderr.count(b"\n"), 1)
        self.assertEqual(metrics(self.only("inner")[1]), [(0, {"x": 1.0})])

    def test_without_a_run_around_it_the_block_stands_for_itself(self):
        self.write(
            "alone.py",
            "import os, trainyard\nfor name in 'ab':\n    with trainyard.run(name): trainyard.log(x=1.0)\nassert 'TRAINYARD_RUN' not in os.environ\n",
        )
        result = self.start(["alone.py"], dict(self.plain_environment(), PYTHONPATH=PYTHON))
        self.assertDone(result)
        paths = glob.glob(os.path.join(self.work, ".trainyard", "runs", "*", "run.json"))
        asked = []
        for path in paths:
            with open(path, encoding="utf-8") as file:
                asked.append(json.load(file))
        self.assertEqual(sorted((each["name"], each["parent"]) for each in asked), [("a", None), ("b", None)])

    def test_a_store_that_cannot_be_written_fails_nothing(self):
        self.write(
            "alone.py",
            "import trainyard\nwith trainyard.run('x') as run:\n    trainyard.log(x=1)\n    run.table([1])\nprint(run.id, 'done')\n",
        )
        self.write(".trainyard", "a file")
        result = self.start(["alone.py"], dict(self.plain_environment(), PYTHONPATH=PYTHON))
        self.assertDone(result)
        self.assertEqual(result.stdout.strip(), b"None done")

    def test_ranks_share_the_runs_that_they_begin(self):
        self.write("script.py", "import trainyard\nwith trainyard.run('inner'): trainyard.log(x=1.0)\n")
        for rank in "10":
            result = self.start(["script.py"], self.environment(RANK=rank, MASTER_PORT="1"))
            self.assertDone(result)
        journals = self.runs()["inner"][1]
        self.assertEqual(len(journals), 2)


class TrackTest(ClientCase):
    def test_every_kind_of_function_stays_what_it_is(self):
        result = self.tracked(
            """
            import asyncio, inspect, pickle, trainyard

            @trainyard.track
            def plain(x, *rest, y=2, **more):
                "says"
                trainyard.log(x=x)
                return x + y

            @trainyard.track
            def numbers(n):
                for i in range(n):
                    trainyard.log(inside=float(i))
                    got = yield i
                    if got: trainyard.log(got=got)
                return "end"

            @trainyard.track
            async def later(x):
                await asyncio.sleep(0)
                trainyard.log(later=x)
                return x

            @trainyard.track(name="stream", params=False)
            async def stream(n):
                for i in range(n):
                    await asyncio.sleep(0)
                    trainyard.log(streamed=float(i))
                    yield i

            class Trainer:
                @trainyard.track
                def fit(self, rate): return rate

            assert plain(1, 5, 6, z=3) == 3 and plain.__doc__ == "says"
            assert pickle.loads(pickle.dumps(plain)) is plain
            assert inspect.isgeneratorfunction(numbers) and inspect.iscoroutinefunction(later)
            assert inspect.isasyncgenfunction(stream)
            steps = numbers(2)
            assert next(steps) == 0
            trainyard.log(outside=1.0)
            assert steps.send(5.0) == 1
            try:
                next(steps)
            except StopIteration as stop:
                assert stop.value == "end"
            assert asyncio.run(later(4.0)) == 4.0
            async def all(): return [i async for i in stream(2)]
            assert asyncio.run(all()) == [0, 1]
            assert Trainer().fit(0.5) == 0.5
            """
        )
        self.assertDone(result)
        self.assertEqual(result.stderr, b"")
        params = {
            name: [r["values"] for r in self.only(name)[1] if "values" in r] for name in ("plain", "numbers", "fit")
        }
        self.assertEqual(params["plain"], [{"x": 1, "rest": [5, 6], "y": 2, "z": 3}])
        self.assertEqual(params["numbers"], [{"n": 2}])
        self.assertEqual(params["fit"], [{"rate": 0.5}])
        inside = metrics(self.only("numbers")[1])
        self.assertEqual([value for _, value in inside], [{"inside": 0.0}, {"got": 5.0}, {"inside": 1.0}])
        self.assertEqual(metrics(self.only("later")[1]), [(0, {"later": 4.0})])
        self.assertEqual(len(metrics(self.only("stream")[1])), 2)
        self.assertEqual(metrics(self.records()), [(0, {"outside": 1.0})])
        for name in ("plain", "numbers", "later", "stream", "fit"):
            self.assertEqual(self.only(name)[1][-1]["exitCode"], 0, name)

    def test_what_is_thrown_goes_through(self):
        result = self.tracked(
            """
            import asyncio, trainyard
            @trainyard.track
            def numbers():
                try:
                    yield 1
                except KeyError:
                    yield "caught"
                raise ValueError("own")
            steps = numbers()
            next(steps)
            assert steps.throw(KeyError()) == "caught"
            try: next(steps)
            except ValueError as error: print(error)

            @trainyard.track
            def closed():
                try: yield 1
                finally: trainyard.log(closed=1.0)
            steps = closed(); next(steps); steps.close()

            @trainyard.track
            async def stream():
                try: yield 1
                except KeyError: yield "caught"
            async def main():
                steps = stream()
                await steps.__anext__()
                print(await steps.athrow(KeyError()))
                await steps.aclose()
            asyncio.run(main())
            """
        )
        self.assertDone(result)
        self.assertEqual(result.stdout.split(), [b"own", b"caught"])
        self.assertEqual(self.only("numbers")[1][-1]["exitCode"], 1)
        self.assertEqual(metrics(self.only("closed")[1]), [(0, {"closed": 1.0})])
        self.assertEqual(self.only("closed")[1][-1]["exitCode"], 0)
        self.assertEqual(self.only("stream")[1][-1]["exitCode"], 0)


class PictureTest(ClientCase):
    def test_lists_become_exactly_these_pixels(self):
        result = self.tracked(
            """
            import trainyard
            trainyard.image([[0, 300], [-5, 7]], "grey")
            trainyard.image([[[1.0, 0.0, 0.5], [2.0, float("nan"), -1.0]]], "colour", step=5)
            trainyard.image([[True, False]], "grey")
            trainyard.image([[[1, 2, 3, 4]]], "colour")
            trainyard.image([[[1], [2]]], "one/channel")
            """
        )
        self.assertDone(result)
        kept = self.kept("image")
        self.assertEqual(
            [(r["name"], r["step"]) for r in kept],
            [("grey", 0), ("colour", 5), ("grey", 1), ("colour", 6), ("one/channel", 0)],
        )
        pixels = [png_pixels(self.content(record)) for record in kept]
        self.assertEqual(pixels[0], (2, 2, [[0, 255], [0, 7]]))
        self.assertEqual(pixels[1], (2, 1, [[255, 0, 128, 255, 0, 0]]))
        self.assertEqual(pixels[2], (2, 1, [[255, 0]]))
        self.assertEqual(pixels[3], (1, 1, [[1, 2, 3, 4]]))
        self.assertEqual(pixels[4], (2, 1, [[1, 2]]))

    def test_files_and_bytes_are_kept_as_they_are(self):
        self.write("plot.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>")
        result = self.tracked(
            "import trainyard\ntrainyard.figure('plot.svg')\ntrainyard.figure(b'GIF89a...', 'moving')\n"
        )
        self.assertDone(result)
        first, second = self.kept("figure")
        self.assertEqual((first["name"], first["path"]), ("plot", "artifacts/plot/0.svg"))
        self.assertEqual(self.content(second), b"GIF89a...")
        self.assertTrue(second["path"].endswith("moving/0.gif"))

    def test_what_is_no_picture_is_said_and_harms_nobody(self):
        result = self.tracked(
            """
            import trainyard
            class Odd:
                def savefig(self, *given, **named): raise RuntimeError("no figure")
            for what in ([], [[1, 2], [3]], [[[1, 2]]], "missing.png", object(), None, 3):
                trainyard.image(what, "image %r" % (what if not type(what) is object else 0,))
            trainyard.figure(Odd())
            """
        )
        self.assertDone(result)
        self.assertEqual(self.records("artifact"), [])
        self.assertEqual({record["code"] for record in self.records("warning")}, {"artifact-failed"})
        self.assertEqual(len(self.records("warning")), 8)


class TableTest(ClientCase):
    def test_json_lines_keep_every_value(self):
        from _trainyard.tables import as_json_lines

        source = random.Random(7)
        for _ in range(300):
            rows = []
            for _ in range(source.randrange(5)):
                row = {}
                for _ in range(source.randrange(6)):
                    name = "".join(
                        chr(source.choice((65, 228, 0x4E2D, 0x1F600, 10, 34, 0))) for _ in range(source.randrange(4))
                    )
                    row[name] = source.choice(
                        (
                            struct.unpack("<d", struct.pack("<Q", source.getrandbits(64)))[0],
                            source.getrandbits(80) - 2**79,
                            None,
                            True,
                            "tab\tnew\nline\u2028 é",
                            [1, {"a": -0.0}],
                        )
                    )
                rows.append(row)
            read = [json.loads(line) for line in as_json_lines(rows).split("\n")[:-1]]
            # As text, because NaN is unlike itself and -0.0 like 0.0.
            self.assertEqual([repr(sorted(row.items())) for row in read], [repr(sorted(row.items())) for row in rows])

    def test_rows_columns_and_their_names(self):
        from _trainyard.tables import as_csv, as_json_lines

        self.assertEqual(as_csv({"a": [1, 2], "b": ["x,y", None]}), 'a,b\r\n1,"x,y"\r\n2,\r\n')
        self.assertEqual(as_csv([[0.1, math.inf], [1e300]], ["a", "b"]), "a,b\r\n0.1,inf\r\n1e+300,\r\n")
        self.assertEqual(as_csv([{"b": 1, "a": [1]}, {"c": 2}], ["a", "c"]), "a,c\r\n[1],\r\n,2\r\n")
        self.assertEqual(as_json_lines([{"a": 1}, {"b": float("nan")}]), '{"a": 1}\n{"b": NaN}\n')
        self.assertEqual(as_json_lines([]), "")

    def test_what_is_no_table_is_said(self):
        result = self.tracked(
            "import trainyard\ntrainyard.table(3, 'a')\ntrainyard.table({'a': [1], 'b': []}, 'b')\n"
            "trainyard.table([[1]], 'c', format='xls')\ntrainyard.table([[1, 2]], 'd', columns=['one'])\n"
        )
        self.assertDone(result)
        self.assertEqual(self.records("artifact"), [])
        self.assertEqual(len(self.records("warning")), 4)


class DatasetTest(ClientCase):
    def test_files_folders_and_what_is_in_memory(self):
        import hashlib

        self.write("data/a.csv", "x\n1\n")
        result = self.tracked(
            """
            import trainyard
            trainyard.dataset("data/a.csv")
            trainyard.dataset("data", "folder")
            trainyard.dataset({"x": [1, 2], "y": ["a", "b"]}, "columns")
            trainyard.dataset([{"x": 1, "y": "a"}, {"x": 2, "y": "b"}], "rows")
            trainyard.dataset({"x": [1, 2], "y": ["a", "c"]}, "other")
            trainyard.dataset("nowhere.csv")
            """
        )
        self.assertDone(result)
        file, folder, columns, rows, other = self.records("dataset")
        digest = hashlib.sha256(b"x\n1\n").hexdigest()
        self.assertEqual((file["name"], file["sha256"], file["bytes"]), ("a.csv", digest, 4))
        self.assertTrue(os.path.isabs(file["path"]))
        expected = hashlib.sha256(("a.csv\0%s\n" % digest).encode()).hexdigest()
        self.assertEqual((folder["name"], folder["sha256"]), ("folder", expected))
        self.assertEqual(columns["shape"], [2, 2])
        self.assertEqual(columns["sha256"], rows["sha256"])
        self.assertNotEqual(columns["sha256"], other["sha256"])
        self.assertEqual([record["code"] for record in self.records("warning")], ["artifact-missing"])


class ModelTest(ClientCase):
    def test_objects_and_paths(self):
        self.write("weights.bin", "w")
        result = self.tracked(
            "import trainyard\ntrainyard.model({'w': 1})\ntrainyard.model('weights.bin', 'best')\ntrainyard.model(lambda: 0)\n"
        )
        self.assertDone(result)
        first, second = self.kept("model")
        import pickle

        self.assertEqual(first["name"], "dict.pkl")
        self.assertEqual(pickle.loads(self.content(first)), {"w": 1})
        self.assertEqual((second["name"], self.content(second)), ("best", b"w"))
        self.assertEqual([record["code"] for record in self.records("warning")], ["artifact-failed"])
        self.assertEqual(os.listdir(os.path.join(self.run_folder, "artifacts")).__len__(), 2)


class TypeTest(ClientCase):
    def test_everything_public_is_said_to_be(self):
        import trainyard

        self.assertEqual(
            sorted(trainyard.__all__), [name for name in sorted(trainyard.__all__) if hasattr(trainyard, name)]
        )
        done = subprocess.run(
            [sys.executable, "-c", "from trainyard import *; run, track, Run"],
            env=dict(os.environ, PYTHONPATH=PYTHON),
            check=False,
        )
        self.assertEqual(done.returncode, 0)


if __name__ == "__main__":
    unittest.main()
