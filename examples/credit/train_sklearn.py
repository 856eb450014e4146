"""Gradient boosting with scikit-learn on the German credit data, cross-validated; needs requirements.txt."""

import argparse
import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # a thousand rows are too few to share among threads

import credit
import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import accuracy_score, log_loss, roc_auc_score
from sklearn.preprocessing import OrdinalEncoder

try:
    import trainyard
except ImportError:  # without Trainyard it prints the same and records nothing
    trainyard = None


def table(rows):
    names = [name for name in rows[0] if name not in credit.LEFT_OUT]
    categorical = [name not in credit.NUMERIC for name in names]
    columns = [[float(row[name]) for row in rows] if name in credit.NUMERIC else [row[name] for row in rows] for name in names]
    values = np.empty((len(rows), len(names)))
    for place, column in enumerate(columns):
        if categorical[place]:
            values[:, [place]] = OrdinalEncoder().fit_transform(np.array(column).reshape(-1, 1))
        else:
            values[:, place] = column
    return values, categorical


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lr", type=float, default=0.06, help="learning rate")
    parser.add_argument("--trees", type=int, default=80, help="boosting rounds")
    parser.add_argument("--leaves", type=int, default=8, help="most leaves of a tree")
    parser.add_argument("--l2", type=float, default=1.0, help="strength of the L2 penalty")
    parser.add_argument("--folds", type=int, default=5, help="parts of the data, each tested once")
    parser.add_argument("--seed", type=int, default=7, help="seed of the folds and of the trees")
    args = parser.parse_args()
    if args.folds < 2:
        parser.error("--folds: two parts or more, one to test and the others to train")

    rows, labels = credit.read()
    values, categorical = table(rows)
    labels = np.array(labels)
    share = labels.mean()
    print(f"baseline, the same score for everybody: loss {log_loss(labels, np.full(len(labels), share)):.4f}, "
          f"accuracy {1 - share:.3f}, AUC 0.500", flush=True)

    scores = np.zeros((args.trees, len(labels)))
    trained = np.zeros(args.trees)
    for number, test in enumerate(credit.folds(list(labels), args.folds, args.seed), start=1):
        train = np.setdiff1d(np.arange(len(labels)), test)
        model = HistGradientBoostingClassifier(
            learning_rate=args.lr,
            max_iter=args.trees,
            max_leaf_nodes=args.leaves,
            l2_regularization=args.l2,
            categorical_features=categorical,
            random_state=args.seed,
        )
        model.fit(values[train], labels[train])
        for tree, chances in enumerate(model.staged_predict_proba(values[test])):
            scores[tree, test] = chances[:, 1]
        for tree, chances in enumerate(model.staged_predict_proba(values[train])):
            trained[tree] += log_loss(labels[train], chances[:, 1]) / args.folds
        print(f"fold {number} of {args.folds} done", flush=True)

    for tree in range(args.trees):
        metrics = {
            "train_loss": trained[tree],
            "loss": log_loss(labels, scores[tree]),
            "accuracy": accuracy_score(labels, scores[tree] >= 0.5),
            "auc": roc_auc_score(labels, scores[tree]),
        }
        if trainyard:
            trainyard.log(metrics, step=tree + 1)
    print(f"{args.trees} trees  " + "  ".join(f"{name} {value:.4f}" for name, value in metrics.items()))


if __name__ == "__main__":
    main()
