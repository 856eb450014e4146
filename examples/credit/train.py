"""Logistic regression by gradient descent on the German credit data, cross-validated, with Python's standard library only."""

import argparse
import math
import random

import credit

try:
    import trainyard
except ImportError:  # without Trainyard it prints the same and records nothing
    trainyard = None


def sigmoid(value):
    if value >= 0:
        return 1 / (1 + math.exp(-value))
    return math.exp(value) / (1 + math.exp(value))


def log_loss(labels, scores):
    total = 0.0
    for label, score in zip(labels, scores):
        chance = score if label else 1 - score
        total -= math.log(max(chance, 1e-15))
    return total / len(labels)


class Fold:
    """One model, and the rows that it is trained on and tested with."""

    def __init__(self, rows, labels, test):
        kept_out = set(test)
        train = [index for index in range(len(rows)) if index not in kept_out]
        encoder = credit.Encoder([rows[index] for index in train])
        self.train = [(encoder.encode(rows[index]), labels[index]) for index in train]
        self.test = [(encoder.encode(rows[index]), labels[index]) for index in test]
        self.weights = [0.0] * len(self.train[0][0])
        self.bias = 0.0

    def score(self, row):
        return sigmoid(self.bias + sum(map(float.__mul__, self.weights, row)))

    def train_epoch(self, lr, l2, batch_size, order):
        order.shuffle(self.train)
        for start in range(0, len(self.train), batch_size):
            batch = self.train[start : start + batch_size]
            change = [lr * l2 * weight for weight in self.weights]
            shift = 0.0
            for row, label in batch:
                step = lr * (self.score(row) - label) / len(batch)
                change = [total + step * value for total, value in zip(change, row)]
                shift += step
            self.weights = [weight - each for weight, each in zip(self.weights, change)]
            self.bias -= shift


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lr", type=float, default=0.1, help="learning rate of the first epoch")
    parser.add_argument("--decay", type=float, default=0.05, help="how fast the learning rate falls")
    parser.add_argument("--epochs", type=int, default=80, help="passes over the training rows")
    parser.add_argument("--batch-size", type=int, default=16, help="rows per gradient step")
    parser.add_argument("--l2", type=float, default=0.01, help="strength of the L2 penalty")
    parser.add_argument("--folds", type=int, default=5, help="parts of the data, each tested once")
    parser.add_argument("--seed", type=int, default=7, help="seed of the folds and of the order of the rows")
    args = parser.parse_args()
    if args.folds < 2:
        parser.error("--folds: two parts or more, one to test and the others to train")
    return args


def main():
    args = parse_arguments()
    rows, labels = credit.read()
    share = sum(labels) / len(labels)
    baseline = [share] * len(labels)
    print(f"{len(rows)} applications, {sum(labels)} went bad; {args.folds} folds")
    print(
        f"baseline, the same score for everybody: loss {log_loss(labels, baseline):.4f}, "
        f"accuracy {credit.accuracy(labels, baseline):.3f}, AUC {credit.auc(labels, baseline):.3f}",
        flush=True,
    )

    models = [Fold(rows, labels, test) for test in credit.folds(labels, args.folds, args.seed)]
    tested = [label for model in models for _, label in model.test]
    order = random.Random(args.seed)
    for epoch in range(1, args.epochs + 1):
        lr = args.lr / (1 + args.decay * (epoch - 1))
        for model in models:
            model.train_epoch(lr, args.l2, args.batch_size, order)
        trained = [(label, model.score(row)) for model in models for row, label in model.train]
        scores = [model.score(row) for model in models for row, _ in model.test]
        metrics = {
            "train_loss": log_loss(*zip(*trained)),
            "loss": log_loss(tested, scores),
            "accuracy": credit.accuracy(tested, scores),
            "auc": credit.auc(tested, scores),
        }
        if trainyard:
            trainyard.log(metrics, step=epoch)
        print(f"epoch {epoch:3}  " + "  ".join(f"{name} {value:.4f}" for name, value in metrics.items()), flush=True)


if __name__ == "__main__":
    main()
