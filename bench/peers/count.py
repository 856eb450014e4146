"""How many points of the metric `loss` a tool's own reader finds: count.py TOOL FOLDER. Answers one line of JSON."""

import json
import sys

from adapters import TOOLS, quiet


def main():
    answer = quiet()
    count = TOOLS[sys.argv[1]]().read(sys.argv[2], "loss")
    answer.write(json.dumps({"count": count}) + "\n")
    answer.flush()


if __name__ == "__main__":
    main()
