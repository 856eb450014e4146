"""What the start-up hook adds to small calls of libraries that read, write and draw; measured as in `hook_calls`.

python3 bench/hook_libraries.py --python "$PWD/.tools/python-libs/bin/python" [--pairs 7] [--rounds 9] [--only NAME] [--json]
"""

import hook_calls

LIBRARIES = {
    "pandas.read_csv": (
        "import pandas\npandas.DataFrame({'a': range(20)}).to_csv(path + '.csv')",
        "pandas.read_csv(path + '.csv')",
        20,
    ),
    "pandas.read_parquet": (
        "import pandas\npandas.DataFrame({'a': range(20)}).to_parquet(path + '.parquet')",
        "pandas.read_parquet(path + '.parquet')",
        10,
    ),
    "polars.read_csv": (
        "import polars\nopen(path + '.pl.csv', 'w').write('a,b\\n1,2\\n')",
        "polars.read_csv(path + '.pl.csv')",
        20,
    ),
    "numpy.load": ("import numpy\nnumpy.save(path + '.npy', numpy.zeros(10))", "numpy.load(path + '.npy')", 100),
    "h5py.File": (
        "import h5py\nwith h5py.File(path + '.h5', 'w') as file: file['a'] = [1]",
        "h5py.File(path + '.h5').close()",
        20,
    ),
    "duckdb.execute": ("import duckdb\ndatabase = duckdb.connect()", "database.execute(\"select 'a'\").fetchall()", 50),
    "torch.save": ("import io, torch\nthing = {'a': torch.zeros(10)}", "torch.save(thing, path + '.pt')", 20),
    "matplotlib savefig": (
        "import matplotlib\nmatplotlib.use('Agg')\nimport matplotlib.pyplot as plt\nfigure = plt.figure()\nplt.plot([1, 2])",
        "figure.savefig(path + '.png')",
        3,
    ),
    "Image.open": (
        "from PIL import Image\nImage.new('RGB', (8, 8)).save(path + '.i.png')",
        "Image.open(path + '.i.png').load()",
        100,
    ),
}

if __name__ == "__main__":
    hook_calls.JOBS.clear()
    hook_calls.JOBS.update(LIBRARIES)
    hook_calls.main()
