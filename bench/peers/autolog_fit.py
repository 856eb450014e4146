"""What a tool's automatic logging adds to the first fit of a scikit-learn estimator in a process, in milliseconds.

autolog_fit.py TOOL FOLDER: TOOL is `plain`, `trainyard` or `mlflow`; one line of JSON.
"""

import json
import os
import sys
import time


def main():
    tool, folder = sys.argv[1:]
    if tool == "trainyard":
        watch(folder)
    from sklearn.datasets import make_classification
    from sklearn.ensemble import RandomForestClassifier

    data, labels = make_classification(500, 20, random_state=0)
    if tool == "mlflow":
        import mlflow

        mlflow.set_tracking_uri("sqlite:///" + os.path.join(folder, "mlflow.db"))
        mlflow.create_experiment("bench", artifact_location=os.path.join(folder, "artifacts"))
        mlflow.set_experiment("bench")
        mlflow.sklearn.autolog(silent=True)
    times = []
    for seed in range(2):
        model = RandomForestClassifier(n_estimators=20, random_state=seed)
        start = time.perf_counter()
        model.fit(data, labels)
        times.append((time.perf_counter() - start) * 1000)
    print(json.dumps({"first": times[0], "second": times[1]}))


def watch(folder):
    """What the start-up hook does in a tracked run, before the script."""
    os.environ.update(TRAINYARD_RUN="bench", TRAINYARD_RUN_DIR=folder, TRAINYARD_STORE=os.path.dirname(folder))
    sys.path.append(os.environ["BENCH_TRAINYARD"])
    import _trainyard

    _trainyard.load("startup").start(compiles_nothing=sys.dont_write_bytecode)


if __name__ == "__main__":
    main()
