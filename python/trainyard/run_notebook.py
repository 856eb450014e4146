"""``python run_notebook.py NOTEBOOK.ipynb [ARGS…]`` runs a notebook from top to bottom, as a script would.

Exit code 1: a cell failed; 2: the file is no notebook, or holds something that cannot run here.
"""

import os
import sys

if __name__ == "__main__":
    sys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    from _trainyard import load

    sys.exit(load("notebook").main(sys.argv[1:]))
