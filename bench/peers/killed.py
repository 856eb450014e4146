"""Logs so many points and is killed at once, right after the last call: killed.py TOOL FOLDER POINTS"""

import os
import signal
import sys

from adapters import TOOLS, quiet


def main():
    quiet()
    name, folder, points = sys.argv[1], sys.argv[2], int(sys.argv[3])
    tool = TOOLS[name]()
    tool.begin(folder)
    for number in range(points):
        tool.log({"loss": 1 / (number + 1)})
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))


if __name__ == "__main__":
    main()
