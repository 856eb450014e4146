"""The German credit data as numbers: one column per category, numeric columns scaled."""

import csv
import random
from pathlib import Path

DATA = Path(__file__).parent / "data" / "german_credit.csv"
NUMERIC = [
    "month",
    "credit_amount",
    "investment_as_income_percentage",
    "residence_since",
    "number_of_credits",
    "people_liable_for",
]
LEFT_OUT = {"credit", "sex", "age", "sex-age", "foreign_worker"}


def read(path=DATA):
    """The rows of the file, and for each whether the credit went bad (1) or not (0)."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return rows, [1 if row["credit"] == "2" else 0 for row in rows]


def folds(labels, count, seed):
    """Cuts the row numbers into `count` parts, each with the same share of bad credits."""
    order = random.Random(seed)
    parts = [[] for _ in range(count)]
    for label in (0, 1):
        members = [index for index, each in enumerate(labels) if each == label]
        order.shuffle(members)
        for place, index in enumerate(members):
            parts[place % count].append(index)
    return parts


class Encoder:
    """Learns means, deviations and categories from the training rows only."""

    def __init__(self, rows):
        self.scale = {}
        for name in NUMERIC:
            values = [float(row[name]) for row in rows]
            mean = sum(values) / len(values)
            deviation = (sum((value - mean) ** 2 for value in values) / len(values)) ** 0.5
            self.scale[name] = (mean, deviation or 1.0)
        categorical = [name for name in rows[0] if name not in LEFT_OUT and name not in NUMERIC]
        self.categories = [(name, value) for name in categorical for value in sorted({row[name] for row in rows})]

    def encode(self, row):
        numbers = [(float(row[name]) - mean) / deviation for name, (mean, deviation) in self.scale.items()]
        return numbers + [1.0 if row[name] == value else 0.0 for name, value in self.categories]


def auc(labels, scores):
    """The chance that a bad credit scores higher than a good one; ties count half."""
    ranked = sorted(zip(scores, labels))
    rank_sum, index = 0.0, 0
    while index < len(ranked):
        end = index
        while end < len(ranked) and ranked[end][0] == ranked[index][0]:
            end += 1
        rank_sum += sum(label for _, label in ranked[index:end]) * (index + 1 + end) / 2
        index = end
    bad = sum(labels)
    good = len(labels) - bad
    return (rank_sum - bad * (bad + 1) / 2) / (bad * good)


def accuracy(labels, scores):
    return sum((score >= 0.5) == bool(label) for label, score in zip(labels, scores)) / len(labels)
