"""Every value that is logged comes back as it was."""

import math
import os
import random
import signal
import struct
import subprocess
import sys

from support import Case, metrics

SPECIAL = [
    0.0,
    -0.0,
    5e-324,
    -5e-324,
    2.2250738585072014e-308,
    1.7976931348623157e308,
    1e16,
    1e-5,
    0.1,
    1 / 3,
    1e22,
    2.0**53,
]


def bits(value):
    return struct.pack("<d", float(value))


def texts(item):
    return item[0], repr(item[1])


class MetricTest(Case):
    def logged(self, text, *arguments, **more):
        result = self.tracked(text, *arguments, **more)
        self.assertDone(result)
        return metrics(self.records())

    def test_every_float_comes_back_to_the_bit(self):
        source = random.Random(1)
        values = SPECIAL + [struct.unpack("<d", source.getrandbits(64).to_bytes(8, "little"))[0] for _ in range(5_000)]
        values = [value for value in values if not math.isnan(value)]
        with open(os.path.join(self.work, "values"), "wb") as file:
            file.write(struct.pack("<%dd" % len(values), *values))
        points = self.logged(
            """
            import struct, trainyard
            data = open("values", "rb").read()
            for index, value in enumerate(struct.unpack("<%dd" % (len(data) // 8), data)):
                if index % 2:
                    trainyard.log(x=value)
                else:
                    trainyard.log({"x": value}, step=index)
            """
        )
        self.assertEqual([step for step, _ in points], list(range(len(values))))
        self.assertEqual([bits(value["x"]) for _, value in points], [bits(value) for value in values])

    def test_several_metrics_come_back_as_one_by_one(self):
        points = self.logged(
            """
            import random, struct, trainyard
            from types import MappingProxyType

            source = random.Random(2)
            special = [0.0, -0.0, 5e-324, 1.7976931348623157e308, -1.7976931348623157e308, float("nan"), float("inf"),
                float("-inf"), 0, 7, 2**53, -2**53, 2**53 + 1, 10**300, 10**400, True, False, "text", None]
            def value():
                if source.random() < 0.3:
                    return source.choice(special)
                return struct.unpack("<d", source.getrandbits(64).to_bytes(8, "little"))[0]
            for _ in range(2_000):
                given = {name: value() for name in source.choice(["ab", "ba", "abc", "ac"])}
                step = source.choice([None, None, None, source.randrange(-5, 5), 2**53 + 1, True])
                trainyard.log(given, step=step)
                slowly = {name + name: value for name, value in given.items()}
                trainyard.log(MappingProxyType(slowly), step=step)
            """,
        )
        self.assertGreater(len(points), 3_900)
        quick, slow = points[0::2], points[1::2]
        self.assertEqual([step for step, _ in quick], [step for step, _ in slow])
        names = {"a": "aa", "b": "bb", "c": "cc"}
        for (_, one), (_, other) in zip(quick, slow):
            self.assertEqual([(names[name], repr(value)) for name, value in one.items()], [*map(texts, other.items())])

    def test_what_json_lacks_is_text(self):
        points = self.logged(
            """
            import trainyard
            for value in (float("nan"), float("inf"), float("-inf")):
                trainyard.log(x=value)
                trainyard.log(x=value, y=1.5)
            """
        )
        expected = ["NaN", "NaN", "Infinity", "Infinity", "-Infinity", "-Infinity"]
        self.assertEqual([value["x"] for _, value in points], expected)

    def test_integers_are_exact_up_to_two_to_the_53rd(self):
        points = self.logged(
            """
            import trainyard
            from decimal import Decimal
            from fractions import Fraction
            for value in (0, -7, 2**53, -2**53, 2**53 + 1, 10**300, True, False, Decimal("0.1"), Fraction(1, 3)):
                trainyard.log(x=value)
            """
        )
        expected = [0, -7, 2**53, -(2**53), float(2**53), 1e300, 1, 0, 0.1, 1 / 3]
        self.assertEqual([value["x"] for _, value in points], expected)

    def test_scalars_of_array_libraries(self):
        points = self.logged(
            """
            import trainyard
            class Tensor:
                def __init__(self, value): self.value = value
                def item(self): return self.value
                def __float__(self): raise AssertionError("item comes first")
            class Float32:
                def __float__(self): return 0.25
            class Loss(float):
                def __repr__(self): return "Loss(%r)" % float(self)
            class MaskedConstant(Tensor):
                __float__ = lambda self: 0.0
            trainyard.log(masked=MaskedConstant(0.0))
            trainyard.log(a=Tensor(0.5), b=Tensor(3), c=Float32(), d=Loss(0.75), e=Tensor(True))
            """
        )
        self.assertEqual(points, [(0, {"a": 0.5, "b": 3, "c": 0.25, "d": 0.75, "e": 1})])

    def test_a_step_goes_on_from_the_last_of_its_metric(self):
        points = self.logged(
            """
            import trainyard
            trainyard.log(a=1)
            trainyard.log(a=1)
            trainyard.log(b=1)
            trainyard.log(a=1, b=1)
            trainyard.log(b=1)
            trainyard.log(a=1, step=100)
            trainyard.log(a=1)
            trainyard.log(a=1, step=7)
            trainyard.log(a=1)
            trainyard.log(a=1, step=2**53)
            trainyard.log(a=1, step=-1)
            trainyard.log(c=1.5, step=3.0)
            """
        )
        self.assertEqual([step for step, _ in points], [0, 1, 0, 2, 3, 100, 101, 7, 8, 2**53, -1, 3])

    def test_a_bad_step_is_told_and_replaced(self):
        result = self.tracked(
            """
            import trainyard
            for step in (0.5, "x", 2**53 + 1, float("nan"), [1]):
                trainyard.log(a=1, step=step)
            """
        )
        self.assertDone(result)
        self.assertEqual([step for step, _ in metrics(self.records())], [0, 1, 2, 3, 4])
        self.assertEqual(result.stderr.decode().count("trainyard: "), 1)
        self.assertEqual([warning["code"] for warning in self.records("warning")], ["step-not-an-integer"])

    def test_what_is_no_number_is_told_once_per_metric(self):
        result = self.tracked(
            """
            import trainyard
            for _ in range(3):
                trainyard.log(a="0.5", b=None, c={"x": 1}, d=[1, 2], e=1j, f=b"1", good=1.0)
                trainyard.log(a="0.5")
            class Nasty:
                def __float__(self): raise RuntimeError("no")
                def __repr__(self): raise RuntimeError("no")
            trainyard.log(nasty=Nasty(), good=2.0)
            print("went on")
            """
        )
        self.assertDone(result)
        self.assertEqual(result.stdout, b"went on\n".replace(b"\n", os.linesep.encode()))
        lines = result.stderr.decode().splitlines()
        self.assertEqual(len(lines), 7, lines)
        self.assertIn("The metric a was given 0.5, which is not a number", lines[0])
        self.assertEqual([value for _, value in metrics(self.records())], [{"good": 1.0}] * 3 + [{"good": 2.0}])
        self.assertEqual({record["params"]["name"] for record in self.records("warning")}, set("abcdef") | {"nasty"})

    def test_a_flood_of_bad_names_does_not_flood_the_terminal(self):
        result = self.tracked("import trainyard\nfor n in range(1000): trainyard.log({str(n): 'x'})\n")
        self.assertDone(result)
        self.assertLessEqual(len(result.stderr.splitlines()), 20)

    def test_names_are_kept_whatever_they_are(self):
        names = [
            "val/loss",
            "../../x",
            "<img onerror=alert(1)>",
            "Genauigkeit \U0001f642",
            "n" * 300,
            "\ud800",
            "a\nb\x1e",
            "",
            "\x00",
        ]
        self.write("names.txt", "")
        points = self.logged(
            "import trainyard\nfor n in %s: trainyard.log({n: 1.0})\ntrainyard.log({3: 1.0})\n" % ascii(names)
        )
        self.assertEqual([list(value) for _, value in points], [[name] for name in names] + [["3"]])

    def test_a_name_is_declared_once_and_before_its_first_use(self):
        self.assertDone(
            self.tracked("import trainyard\nfor _ in range(9): trainyard.log(a=1.0, b=2.0); trainyard.log(a=0.5)\n")
        )
        self.assertEqual([record["name"] for record in self.records("name")], ["a", "b"])

    def test_arguments_that_are_metrics_too(self):
        points = self.logged(
            "import trainyard\ntrainyard.log(metrics=1.0)\ntrainyard.log({'step': 2.0}, step=4)\ntrainyard.log({})\ntrainyard.log()\n"
        )
        self.assertEqual(points, [(0, {"metrics": 1.0}), (4, {"step": 2.0})])

    def test_threads_lose_and_tear_nothing(self):
        points = self.logged(
            """
            import threading, trainyard
            def work(n):
                for i in range(500):
                    trainyard.log({"own/%d" % n: float(i)})
                    trainyard.log(shared=float(i))
            threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
            [t.start() for t in threads]
            [t.join() for t in threads]
            """
        )
        self.assertEqual(len(points), 8_000)
        self.assertEqual(sorted(step for step, value in points if "shared" in value), list(range(4_000)))
        for number in range(8):
            name = "own/%d" % number
            self.assertEqual([(s, v[name]) for s, v in points if name in v], [(i, float(i)) for i in range(500)])

    def test_a_killed_process_loses_nothing_that_it_logged(self):
        self.write(
            "script.py",
            """
            import os, sys, trainyard
            for i in range(1000): trainyard.log(x=i / 7)
            os.write(1, b"done")
            while True: os.read(0, 1)
            """,
        )
        process = subprocess.Popen(
            [sys.executable, "script.py"],
            cwd=self.work,
            env=self.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stdin.close)
        self.assertEqual(process.stdout.read(4), b"done")
        process.kill()
        process.wait()
        points = metrics(self.records())
        self.assertEqual([value["x"] for _, value in points], [i / 7 for i in range(1000)])

    def test_a_signal_handler_may_log_in_the_middle_of_a_call(self):
        if not hasattr(signal, "setitimer"):
            return
        points = self.logged(
            """
            import signal, trainyard
            ticks = 0
            def tick(*_):
                global ticks
                ticks += 1
                trainyard.log(tick=float(ticks))
            signal.signal(signal.SIGALRM, tick)
            signal.setitimer(signal.ITIMER_REAL, 0.001, 0.0005)
            logged = 0
            while ticks < 50:
                trainyard.log(x=float(logged), y=1)
                logged += 1
            signal.setitimer(signal.ITIMER_REAL, 0)
            print(logged)
            """
        )
        steps = [step for step, value in points if "x" in value]
        self.assertEqual(steps, list(range(len(steps))))
        self.assertGreaterEqual(len([1 for _, value in points if "tick" in value]), 50)
