"""What MLflow needs for 100 of many runs by a filter, sorted by a metric: mlflow_search.py FOLDER RUNS SECONDS

Writes up to RUNS runs into its SQLite store, as many as it gets done in SECONDS. Answers one line of JSON: how many, and the median in
milliseconds.
"""

import json
import os
import random
import statistics
import sys
import time

from adapters import quiet


def main():
    answer = quiet()
    folder, wanted, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    import mlflow
    from mlflow.entities import Metric, Param

    mlflow.set_tracking_uri("sqlite:///" + os.path.join(folder, "mlflow.db"))
    client = mlflow.MlflowClient()
    experiment = client.create_experiment("bench", artifact_location=os.path.join(folder, "artifacts"))
    begin, runs = time.perf_counter(), 0
    while runs < wanted and time.perf_counter() - begin < seconds:
        run = client.create_run(experiment)
        metrics = [Metric(name, random.random() * 2, 0, step) for name in ("loss", "accuracy") for step in range(20)]
        params = [Param("model", random.choice(["ridge", "lasso", "forest"])), Param("lr", str(random.random()))]
        client.log_batch(run.info.run_id, metrics=metrics, params=params)
        runs += 1
    times = []
    for _ in range(15):
        start = time.perf_counter()
        found = client.search_runs(
            [experiment], "params.model = 'ridge' and metrics.loss < 1.5", order_by=["metrics.accuracy DESC"], max_results=100
        )
        times.append(time.perf_counter() - start)
    if runs > 100 and not found:
        raise SystemExit("MLflow found no run.")
    answer.write(json.dumps({"runs": runs, "look": statistics.median(times) * 1e3}) + "\n")
    answer.flush()


if __name__ == "__main__":
    main()
