"""Naive Bayes on the German credit data. It knows nothing of Trainyard, and is tracked all the same."""

import argparse
import math

import credit


def fit(rows, labels, smoothing):
    """For each column and category the log-odds of a bad credit."""
    names = [name for name in rows[0] if name not in credit.LEFT_OUT and name not in credit.NUMERIC]
    bad = sum(labels)
    good = len(labels) - bad
    odds = {}
    for name in names:
        categories = sorted({row[name] for row in rows})
        room = smoothing * len(categories)
        for category in categories:
            members = [label for row, label in zip(rows, labels) if row[name] == category]
            among_bad = (sum(members) + smoothing) / (bad + room)
            among_good = (len(members) - sum(members) + smoothing) / (good + room)
            odds[name, category] = math.log(among_bad / among_good)
    return math.log(bad / good), odds


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoothing", type=float, default=1.0, help="how many made-up rows each category starts with")
    parser.add_argument("--folds", type=int, default=5, help="parts of the data, each tested once")
    parser.add_argument("--seed", type=int, default=7, help="seed of the folds")
    parser.add_argument("--show", action="store_true", help="print the categories that speak most for a bad credit")
    args = parser.parse_args()
    if args.folds < 2:
        parser.error("--folds: two parts or more, one to test and the others to train")

    rows, labels = credit.read()
    tested, scores = [], []
    for number, test in enumerate(credit.folds(labels, args.folds, args.seed), start=1):
        kept_out = set(test)
        train = [index for index in range(len(rows)) if index not in kept_out]
        prior, odds = fit([rows[index] for index in train], [labels[index] for index in train], args.smoothing)
        fold_labels = [labels[index] for index in test]
        fold_scores = []
        for index in test:
            total = prior + sum(odds.get((name, value), 0.0) for name, value in rows[index].items())
            fold_scores.append(1 / (1 + math.exp(-total)))
        print(f"fold {number}: AUC {credit.auc(fold_labels, fold_scores):.4f}", flush=True)
        tested += fold_labels
        scores += fold_scores
    print(f"accuracy {credit.accuracy(tested, scores):.4f}, AUC {credit.auc(tested, scores):.4f}")

    if args.show:
        prior, odds = fit(rows, labels, args.smoothing)
        for (name, category), weight in sorted(odds.items(), key=lambda item: -item[1])[:10]:
            print(f"{name} {category}: {weight:+.2f}")


if __name__ == "__main__":
    main()
