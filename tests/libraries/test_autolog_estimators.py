"""What scikit-learn, XGBoost and LightGBM say of a training is logged, once and to the bit, and they behave as without it."""

import json
import os
import pickle
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "python"))

from needs import needs  # noqa: E402
from support import Case, metrics  # noqa: E402

SCIKIT_LEARN = """
import json, sys, traceback, warnings
import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.metrics import accuracy_score, confusion_matrix, roc_auc_score
from sklearn.model_selection import GridSearchCV, cross_val_score, cross_validate
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

class Own(ClassifierMixin, BaseEstimator):
    def __init__(self, C=1.0):
        self.C = C
    def fit(self, X, y):
        self.inner_ = LogisticRegression(C=self.C).fit(X, y)
        self.classes_ = self.inner_.classes_
        return self
    def predict(self, X):
        return self.inner_.predict(X)

X, y = make_classification(120, 5, random_state=0)
X_train, X_test, y_train, y_test = X[:80], X[80:], y[:80], y[80:]
own = {}
scaled = make_pipeline(StandardScaler(), LogisticRegression(C=0.25)).fit(X_train, y_train)
own["Pipeline/score/X_test"] = [scaled.score(X_test, y_test)]
own["Pipeline/score/X_train"] = [scaled.score(X_train, y_train)]
guess = scaled.predict(X_test)
own["accuracy_score/y_test"] = [accuracy_score(y_test, guess)]
own["roc_auc_score"] = [roc_auc_score(list(y_test), scaled.decision_function(X_test))]
confusion_matrix(y_test, guess)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    network = MLPClassifier(8, max_iter=6, random_state=1, early_stopping=True).fit(X_train, y_train)
own["MLPClassifier/loss_curve"] = network.loss_curve_
own["MLPClassifier/validation_scores"] = network.validation_scores_
own["MLPClassifier/loss"] = [network.loss_]
for depth in (1, 2, 2):
    tree = DecisionTreeClassifier(max_depth=depth, random_state=0).fit(X_train, y_train)
    own.setdefault("DecisionTreeClassifier/score/X_test", []).append(tree.score(X_test, y_test))
search = GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0, 10.0]}, cv=2, n_jobs=len(sys.argv)).fit(X_train, y_train)
own["GridSearchCV/best_score"] = [search.best_score_]
own["GridSearchCV/mean_test_score"] = search.cv_results_["mean_test_score"].tolist()
own["GridSearchCV/param_C"] = [0.1, 1.0, 10.0]
own["GridSearchCV/score/X_test"] = [search.score(X_test, y_test)]
own["Own/cross_val_score"] = cross_val_score(Own(), X, y, cv=3).tolist()
folds = cross_validate(Own(C=2.0), X, y, cv=2, return_train_score=True)
own["Own-2/cross_validate/test_score"] = folds["test_score"].tolist()
own["Own-2/cross_validate/train_score"] = folds["train_score"].tolist()
steps = SGDClassifier(random_state=0)
for _ in range(3):
    steps.partial_fit(X_train, y_train, classes=[0, 1])
    own.setdefault("SGDClassifier/score/X_test", []).append(steps.score(X_test, y_test))
print(json.dumps({"own": own, "best": search.best_params_, "guess": guess.tolist()}))

clone(search), clone(network)
try:
    LogisticRegression().fit([[0.0]], [0, 1])
except ValueError:
    traceback.print_exc()
try:
    accuracy_score([0], [0, 1])
except ValueError:
    traceback.print_exc()
import pickle, hashlib, inspect
assert pickle.loads(pickle.dumps(accuracy_score)) is accuracy_score
print(hashlib.sha256(pickle.dumps([scaled, tree])).hexdigest(), hashlib.sha256(pickle.dumps(accuracy_score)).hexdigest())
print(inspect.signature(LogisticRegression.fit), LogisticRegression.fit.__qualname__, inspect.signature(accuracy_score))
print(np.random.get_state()[1][:3].tolist() == np.random.RandomState(0).get_state()[1][:3].tolist(), vars(tree).keys())
LogisticRegression(C=-1).fit(X, y)
"""

ROUNDABOUT = """
import numpy as np
from sklearn.cluster import DBSCAN, KMeans
from sklearn.decomposition import PCA, IncrementalPCA
from sklearn.ensemble import IsolationForest
from sklearn.manifold import TSNE
from sklearn.mixture import GaussianMixture
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

class Whitened(PCA):
    def fit(self, X, y=None):
        return super().fit(X)

X = np.random.RandomState(0).rand(60, 4)
StandardScaler().fit_transform(X)
PCA(n_components=2).fit_transform(X)
PCA(n_components=3).fit(X)
Whitened(n_components=1).fit_transform(X)
Whitened(n_components=2).fit(X)
IncrementalPCA(n_components=2, batch_size=20).fit_transform(X)
IncrementalPCA(n_components=2, batch_size=30).fit(X)
KMeans(3, n_init=1, random_state=0).fit_predict(X)
KMeans(4, n_init=1, random_state=0).fit_transform(X)
DBSCAN(eps=0.3).fit_predict(X)
GaussianMixture(2, random_state=0).fit(X)
GaussianMixture(3, random_state=0).fit_predict(X)
IsolationForest(n_estimators=5, random_state=0).fit_predict(X)
TSNE(perplexity=5, max_iter=250, random_state=0).fit(X)
TSNE(perplexity=6, max_iter=250, random_state=0).fit_transform(X)
make_pipeline(StandardScaler(), PCA(2)).fit_transform(X)
make_pipeline(StandardScaler(), KMeans(2, n_init=1)).fit_predict(X)
"""

PARTS = """
from sklearn.datasets import make_classification
from sklearn.ensemble import BaggingClassifier
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.tree import DecisionTreeClassifier

X, y = make_classification(60, 5, random_state=0)
make_pipeline(StandardScaler(), KNeighborsClassifier(3)).fit(X, y)
make_pipeline(StandardScaler(), DecisionTreeClassifier(max_depth=2)).fit(X, y)
make_pipeline(StandardScaler(with_mean=False), KNeighborsClassifier(3)).fit(X, y)

class Named(Pipeline):
    pass

Named([("scale", StandardScaler()), ("model", LogisticRegression(tol=0.01, max_iter=70))]).fit(X, y)
Named([("scale", MinMaxScaler()), ("model", SGDClassifier(tol=0.01, max_iter=700))]).fit(X, y)
Named([("scale", None), ("model", LogisticRegression(tol=0.01, max_iter=80))]).fit(X, y)

BaggingClassifier(DecisionTreeClassifier(max_depth=2), max_samples=0.5).fit(X, y)
BaggingClassifier(max_samples=0.5).fit(X, y)
DecisionTreeClassifier(max_depth=2).fit(X, y)
DecisionTreeClassifier().fit(X, y)
"""

MANY = """
from sklearn.dummy import DummyClassifier
for number in range(1003):
    DummyClassifier(random_state=number).fit([[0], [1]], [0, 1])
"""

BOOSTING = """
import hashlib, json, pickle
import numpy as np
import lightgbm, xgboost
from sklearn.model_selection import GridSearchCV

random = np.random.RandomState(0)
X = random.rand(120, 4)
y = (X[:, 0] + 0.3 * random.rand(120) > 0.6).astype(int)
X_test, y_test = X[80:], y[80:]
own, hashes = {}, []

def rounds(prefix, found):
    for data, values in found.items():
        for name, value in values.items():
            own["%s%s/%s" % (prefix, data, name)] = list(value)

def table(prefix, found, separator):
    for name in found:
        own[prefix + name.replace(separator, "/", 1)] = list(found[name])

class Asks(xgboost.callback.TrainingCallback):
    def after_iteration(self, model, epoch, evals_log):
        xgboost.train({}, data, 1, evals=[(test, "inner")], verbose_eval=False)
        return False

data, test = xgboost.DMatrix(X[:80], y[:80]), xgboost.DMatrix(X_test, y_test)
found = {}
settings = {"objective": "binary:logistic", "eval_metric": ["logloss", "auc"], "max_depth": 2, "seed": 1}
booster = xgboost.train(settings, data, 8, evals=[(data, "train"), (test, "eval")], evals_result=found,
                        early_stopping_rounds=3, callbacks=[Asks()])
rounds("", found)
own["best_iteration"] = [booster.best_iteration]
hashes.append(hashlib.sha256(pickle.dumps(booster)).hexdigest())
table("xgboost-2/", xgboost.cv(settings, data, 4, nfold=2, seed=1, as_pandas=False), "-")
model = xgboost.XGBClassifier(n_estimators=4, max_depth=2, eval_metric="error")
model.fit(X[:80], y[:80], eval_set=[(X[:80], y[:80]), (X_test, y_test)], verbose=False)
rounds("XGBClassifier/", model.evals_result())
own["XGBClassifier/score/X_test"] = [model.score(X_test, y_test)]
hashes.append(hashlib.sha256(pickle.dumps(model)).hexdigest())
grid = GridSearchCV(xgboost.XGBClassifier(n_estimators=2), {"max_depth": [1, 2]}, cv=2).fit(X, y)
own["GridSearchCV/best_score"] = [grid.best_score_]

train = lightgbm.Dataset(X[:80], y[:80], free_raw_data=False)
valid = lightgbm.Dataset(X_test, y_test, reference=train)
found = {}
quiet = {"objective": "binary", "metric": ["auc", "binary_logloss"], "verbose": -1, "min_data_in_leaf": 5}
booster = lightgbm.train(quiet, train, 6, valid_sets=[train, valid], valid_names=["train", "test"],
                         callbacks=[lightgbm.record_evaluation(found), lightgbm.log_evaluation(2)])
rounds("lightgbm/", found)
hashes.append(hashlib.sha256(pickle.dumps(booster)).hexdigest())
table("lightgbm-2/", lightgbm.cv(quiet, train, 3, nfold=2, seed=1), " ")
model = lightgbm.LGBMClassifier(n_estimators=3, verbose=-1).fit(X[:80], y[:80], eval_X=X_test, eval_y=y_test)
rounds("LGBMClassifier/", model.evals_result_)
print(json.dumps({"own": own, "hashes": hashes, "trees": booster.num_trees()}))
"""


DATA_OF_THE_LIBRARY = """
import lightgbm
import numpy as np

random = np.random.RandomState(0)
X = random.rand(120, 4)
y = X[:, 0] + random.rand(120)
settings = {"verbose": -1, "min_data_in_leaf": 5}
data = lightgbm.Dataset(X, y)
lightgbm.train(settings, data, 2)
lightgbm.train({**settings, "max_depth": 3}, data, 2)
lightgbm.train(settings, lightgbm.Dataset(X[:60], y[:60], params=settings).construct(), 2)
"""


class EstimatorsTest(Case):
    def parameters(self):
        found = {}
        for record in self.records("params"):
            for name, value in record["values"].items():
                found[name] = value
        return found

    def series(self):
        found = {}
        for step, values in metrics(self.records()):
            for name, value in values.items():
                found.setdefault(name, []).append((step, value))
        return found

    def assertLogged(self, own):
        """The library's values, each once and in order."""
        series = self.series()
        for name, values in own.items():
            self.assertEqual([value for _, value in series.get(name, [])], values, name)
        return series

    def models(self):
        return {record["name"]: os.path.join(self.run_folder, record["path"]) for record in self.records("artifact")}

    @needs("sklearn")
    def test_scikit_learn(self):
        plain, tracked = self.untracked(SCIKIT_LEARN), self.tracked(SCIKIT_LEARN, "two processes")
        self.assertEqual(tracked.returncode, 1)
        self.assertEqual(tracked.stdout, plain.stdout)
        if sys.version_info >= (3, 11):
            self.assertEqual(tracked.stderr.decode(), plain.stderr.decode())
        said = json.loads(tracked.stdout.splitlines()[0])
        series = self.assertLogged(said["own"])
        self.assertEqual(self.records("warning"), [])

        self.assertEqual([step for step, _ in series["DecisionTreeClassifier/score/X_test"]], [0, 1, 2])
        self.assertEqual([step for step, _ in series["SGDClassifier/score/X_test"]], [0, 1, 2])
        self.assertEqual([step for step, _ in series["MLPClassifier/loss_curve"]], list(range(6)))
        kinds = {name.split("/")[0] for name in series}
        self.assertEqual(
            kinds,
            {"Pipeline", "MLPClassifier", "DecisionTreeClassifier", "GridSearchCV", "SGDClassifier", "Own", "Own-2"}
            | {"accuracy_score", "roc_auc_score"},
            "nothing of the fits inside of searches, pipelines and cross-validations",
        )

        parameters = self.parameters()
        self.assertEqual(parameters["Pipeline.logisticregression__C"], 0.25)
        self.assertEqual(parameters["Pipeline.logisticregression"], "LogisticRegression")
        self.assertEqual(parameters["Pipeline.n_samples"], 80)
        self.assertEqual(parameters["MLPClassifier.n_features"], 5)
        self.assertNotIn("DecisionTreeClassifier.max_features", parameters)
        self.assertEqual(parameters["DecisionTreeClassifier.max_depth"], 1)
        self.assertEqual(parameters["DecisionTreeClassifier-2.max_depth"], 2)
        self.assertNotIn("DecisionTreeClassifier-2.criterion", parameters)
        self.assertEqual(parameters["GridSearchCV.best_params.C"], said["best"]["C"])
        self.assertEqual(parameters["Own-2.C"], 2.0)
        self.assertEqual({record["source"] for record in self.records("params")}, {"scikit-learn"})

        models = self.models()
        self.assertNotIn("SGDClassifier/model.pkl", models)
        with open(models["Pipeline/model.pkl"], "rb") as file:
            pipeline = pickle.load(file)
        data = __import__("sklearn.datasets", fromlist=["*"]).make_classification(120, 5, random_state=0)[0]
        self.assertEqual(pipeline.predict(data[80:]).tolist(), said["guess"])

    @needs("sklearn")
    def test_fits_by_way_of_other_methods(self):
        self.assertDone(self.tracked(ROUNDABOUT))
        self.assertEqual(self.records("warning"), [])
        fits = [next(iter(record["values"])).partition(".")[0] for record in self.records("params")]
        expected = "StandardScaler PCA PCA-2 Whitened Whitened-2 IncrementalPCA IncrementalPCA-2 KMeans KMeans-2 DBSCAN"
        expected += " GaussianMixture GaussianMixture-2 IsolationForest TSNE TSNE-2 Pipeline Pipeline-2"
        self.assertEqual(fits, expected.split())
        parameters = self.parameters()
        self.assertEqual([parameters["IncrementalPCA.batch_size"], parameters["IncrementalPCA-2.batch_size"]], [20, 30])
        self.assertEqual([parameters["GaussianMixture.n_samples"], parameters["KMeans-2.n_clusters"]], [60, 4])

    @needs("sklearn")
    def test_fits_with_other_parts(self):
        self.assertDone(self.tracked(PARTS))
        found = self.parameters()

        def of(label):
            return {name.partition(".")[2]: found[name] for name in found if name.partition(".")[0] == label}

        tree = of("Pipeline-2")
        self.assertEqual(tree["decisiontreeclassifier"], "DecisionTreeClassifier")
        self.assertEqual(tree["decisiontreeclassifier__max_depth"], 2)
        self.assertEqual([name for name in tree if not name.startswith("decisiontreeclassifier")], [])
        self.assertEqual(of("Pipeline-3"), {"standardscaler__with_mean": False})
        other = of("Named-2")
        self.assertEqual([other["scale"], other["scale__clip"], other["model"]], ["MinMaxScaler", False, "SGDClassifier"])
        self.assertEqual([other["model__tol"], other["model__max_iter"]], [0.01, 700], "also what is the same number")
        self.assertNotIn(None, other.values())
        self.assertEqual(of("Named-3"), {"scale": None, "model__max_iter": 80})
        self.assertEqual(of("BaggingClassifier-2"), {"estimator": None})
        self.assertEqual(of("DecisionTreeClassifier-2"), {"max_depth": None})

    @needs("sklearn")
    def test_the_switch(self):
        self.assertDone(self.tracked(MANY.replace("1003", "2"), env=self.environment(TRAINYARD_AUTOLOG="off")))
        self.assertEqual([record["kind"] for record in self.records()], ["environment", "end"])
        self.assertFalse(os.path.exists(os.path.join(self.run_folder, "artifacts")))

    @needs("sklearn")
    def test_many_fits(self):
        self.assertDone(self.tracked(MANY))
        kinds = {name.split(".")[0] for name in self.parameters()}
        self.assertEqual(len(kinds), 20)
        self.assertEqual([record["code"] for record in self.records("warning")], ["autolog-full"])
        self.assertLessEqual(len(self.records("artifact")), 10)

    @needs("sklearn", "xgboost", "lightgbm")
    def test_boosting(self):
        plain, tracked = self.untracked(BOOSTING), self.tracked(BOOSTING)
        self.assertDone(plain)
        self.assertEqual(tracked.stdout, plain.stdout)
        self.assertEqual(tracked.stderr.decode(), plain.stderr.decode())
        said = json.loads(tracked.stdout.splitlines()[-1])
        series = self.assertLogged(said["own"])
        self.assertFalse([name for name in series if "inner" in name])
        self.assertNotIn("XGBClassifier-2/score", " ".join(series))

        parameters = self.parameters()
        self.assertEqual(parameters["xgboost.max_depth"], 2)
        self.assertEqual(parameters["xgboost.num_boost_round"], 8)
        self.assertEqual(parameters["xgboost.n_samples"], 80)
        self.assertEqual(parameters["xgboost-2.nfold"], 2)
        self.assertEqual(parameters["XGBClassifier.n_estimators"], 4)
        self.assertNotIn("XGBClassifier.gamma", parameters)
        self.assertEqual(parameters["lightgbm.min_data_in_leaf"], 5)
        self.assertEqual(parameters["LGBMClassifier.n_estimators"], 3)

        models = self.models()
        lightgbm, xgboost = __import__("lightgbm"), __import__("xgboost")
        self.assertEqual(lightgbm.Booster(model_file=models["lightgbm/model.txt"]).num_trees(), said["trees"])
        booster = xgboost.Booster(model_file=models["xgboost/model.ubj"])
        self.assertEqual(booster.num_boosted_rounds(), len(said["own"]["train/auc"]))

    @needs("lightgbm")
    def test_data_that_only_the_library_has(self):
        self.assertDone(self.tracked(DATA_OF_THE_LIBRARY))
        self.assertEqual(self.records("warning"), [])
        parameters = self.parameters()
        self.assertEqual([parameters["lightgbm.n_samples"], parameters["lightgbm.n_features"]], [120, 4])
        later = {name: value for name, value in parameters.items() if name.startswith("lightgbm-")}
        self.assertEqual(later, {"lightgbm-2.max_depth": 3, "lightgbm-3.n_samples": 60})


if __name__ == "__main__":
    unittest.main()
