"""Figures that are saved are told of, those that are only shown are kept, and neither is changed."""

import os
import unittest

from needs import needs
from told import FilesCase

PLOTS = """
import logging, sys, warnings
import numpy as np
import matplotlib.pyplot as plt
from matplotlib.ticker import FuncFormatter

figure, axes = plt.subplots(1, 2, layout="constrained")
axes[0].plot([1, 2, 3])
axes[0].xaxis.set_major_formatter(FuncFormatter(lambda value, place: "t%g" % value))
axes[0].set_title("no glyph: \\u6f22", fontfamily="No Such Family")
axes[1].imshow(np.random.default_rng(0).random((100, 100)))
figure.canvas.mpl_connect("draw_event", lambda event: print("drawn"))
before = [axis.get_position().bounds for axis in axes]
plt.show()
print(before == [axis.get_position().bounds for axis in axes], figure.dpi, figure.stale, plt.get_fignums())
print(figure.canvas.mpl_connect("resize_event", print), type(figure.canvas).__name__, plt.gcf() is figure)
plt.show()
figure.savefig("late.png")
print([axis.get_position().bounds for axis in axes])
other = plt.figure()
plt.plot([3, 1])
plt.savefig("other.pdf")
plt.savefig("other.svg")
plt.show()
plt.title("changed")
other.show()
plt.close("all")
for number in range(3):
    plt.plot([number, 1])
    plt.show()
    plt.close()
unseen = plt.figure()
plt.imsave("array.png", np.zeros((3, 3)))
plt.imread("array.png")
"""


@needs("matplotlib", "numpy")
class FiguresTest(FilesCase):
    draws = True

    def artifacts(self):
        return [(record["name"], record["type"], record["path"]) for record in self.records("artifact")]

    def test_saved_and_shown(self):
        self.assertSame(PLOTS)
        self.assertEqual(
            self.artifacts(),
            [
                ("figure-1.png", "figure", "artifacts/figure-1.png"),
                ("figure-2.png", "figure", "artifacts/figure-2.png"),
                ("figure-3.png", "figure", "artifacts/figure-3.png"),
                ("figure-4.png", "figure", "artifacts/figure-4.png"),
                ("figure-5.png", "figure", "artifacts/figure-5.png"),
            ],
        )
        with open(os.path.join(self.run_folder, "artifacts", "figure-1.png"), "rb") as kept:
            with open(os.path.join(self.work, "late.png"), "rb") as saved:
                self.assertEqual(kept.read(), saved.read())
        self.assertTold(
            """
            write late.png matplotlib.figure.Figure.savefig figure png
            write other.pdf matplotlib.pyplot.savefig figure pdf
            write other.svg matplotlib.pyplot.savefig figure svg
            write array.png matplotlib.pyplot.imsave figure png
            read array.png matplotlib.pyplot.imread - -
            """
        )

    def test_shown_while_the_script_goes_on(self):
        text = """
import matplotlib.pyplot as plt
live = plt.figure()
live.show()
axes = live.add_subplot()
for number in range(3):
    axes.plot([number, 1])
    live.show()
live.savefig("same.png", metadata={})
plt.figure()
for number in range(60):
    plt.plot([number, 2])
    plt.pause(0.001)
plt.savefig("paused.pdf")
plt.plot([2, 1])
plt.close()
plt.ion()
plt.figure()
plt.show()
plt.title("at the end")
axes.set_title("changed")
"""
        self.assertSame(text)
        self.assertEqual([path for _, _, path in self.artifacts()], ["artifacts/figure-%d.png" % n for n in (1, 2, 3)])
        self.assertEqual([record for record in self.records("warning") if record["code"] == "figures-limit"], [])

    def test_a_bound(self):
        text = """
import matplotlib.pyplot as plt
plt.figure(figsize=(1, 1))
for number in range(53):
    plt.suptitle(str(number))
    plt.show()
"""
        result = self.tracked(text)
        self.assertDone(result)
        self.assertEqual(result.stderr, b"")
        self.assertEqual(len(self.artifacts()), 50)
        (warning,) = [record for record in self.records("warning") if record["code"] == "figures-limit"]
        self.assertEqual(warning["params"], {"count": 50})

    def test_other_backends_and_processes(self):
        text = """
import multiprocessing
import matplotlib
import matplotlib.pyplot as plt

def work(number):
    plt.figure()
    plt.show()

if __name__ == "__main__":
    with multiprocessing.get_context("fork").Pool(1) as pool:
        pool.map(work, [1])
    plt.switch_backend("svg")
    plt.plot([1])
    plt.show()
"""
        self.assertDone(self.tracked(text))
        main = self.journals()[0][1]
        self.assertEqual([record["name"] for record in main if record["kind"] == "artifact"], ["figure-1.png"])
        self.assertEqual(sorted(os.listdir(os.path.join(self.run_folder, "artifacts"))), ["figure-1.png"])


if __name__ == "__main__":
    unittest.main()
