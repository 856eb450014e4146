"""scikit-learn: fits, what they computed, and the scores that the script asked for. From 1.3 on."""

from __future__ import annotations

import sys

from ..session import session
from ..wrapping import failed, hide_wrapper, keep_looks, note_calls, wrap
from . import models, record
from .callers import by_name, made_by_user, name_of, root_of
from .running import Running

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType, ModuleType
    from typing import Any, Dict, Optional, Tuple

# What fits leave in the object, by its name there: a value of each step of the fit, or one number.
CURVES = (
    ("loss_curve_", "validation_scores_", "train_score_", "validation_score_", "oob_scores_", "oob_improvement_")
    + ("lower_bounds_", "estimator_errors_", "estimator_weights_", "explained_variance_ratio_")
)
NUMBERS = (
    ("best_score_", "best_loss_", "best_validation_score_", "best_index_", "oob_score_", "inertia_", "n_iter_", "loss_")
    + ("alpha_", "l1_ratio_", "C_", "lower_bound_", "reconstruction_err_", "kl_divergence_", "stress_", "dual_gap_")
    + ("log_marginal_likelihood_value_", "n_components_", "n_clusters_", "n_features_", "noise_variance_", "bound_")
    + ("n_estimators_", "n_trials_", "final_perplexity_", "reconstruction_error_", "lambda_", "n_leaves_")
)
# Other scores than those that classifiers and regressors share.
_SCORES: Dict[str, Tuple[str, ...]] = {
    "sklearn.base": ("ClassifierMixin", "RegressorMixin"),
    "sklearn.pipeline": ("Pipeline",),
    "sklearn.model_selection._search": ("BaseSearchCV",),
    "sklearn.linear_model._logistic": ("LogisticRegressionCV",),
    "sklearn.linear_model._ransac": ("RANSACRegressor",),
    "sklearn.multioutput": ("MultiOutputClassifier",),
    "sklearn.cluster._kmeans": ("_BaseKMeans",),
    "sklearn.decomposition._pca": ("PCA",),
    "sklearn.mixture._base": ("BaseMixture",),
}
# What stands for "not given" where a parameter is about to go or to change.
_UNSET = ("deprecated", "warn")
# What lies between a script's call and the method that does the fit: methods by their names, then what wraps them.
_WAYS = ("fit", "fit_transform", "fit_predict", "wrapped", "wrapper")
_MEASURES = ("_score", "_loss", "_error", "_deviance", "_corrcoef", "auc")

# By the estimator: the fit that it had last, and how often that was continued.
_fits = Running()
_known_defaults: Dict[Any, Dict[str, Any]] = {}


def watch_base(base: ModuleType) -> None:
    wrap(base, "_fit_context", _noting_fits)
    watch_scores(base)


def watch_scores(module: ModuleType) -> None:
    for name in _SCORES[module.__name__]:
        owner = getattr(module, name, None)
        held = vars(owner).get("score") if owner is not None else None
        if hasattr(held, "fn"):  # A method that only some objects of the class have.
            note_calls(held, "fn", _note_score)
        elif held is not None:
            note_calls(owner, "score", _note_score)


def watch_metrics(module: ModuleType) -> None:
    for name, function in list(vars(module).items()):
        if name.startswith("_") or not name.endswith(_MEASURES) or not callable(function):
            continue
        if getattr(function, "__module__", None) == module.__name__ and not isinstance(function, type):
            note_calls(module, name, _noting_measure(name))


def watch_validation(module: ModuleType) -> None:
    note_calls(module, "cross_val_score", _note_fold_scores)
    note_calls(module, "cross_validate", _note_fold_scores)


def _noting_fits(fit_context: Any) -> Any:
    def _fit_context(**named: Any) -> Any:
        decorate = fit_context(**named)

        def decorator(method: Any) -> Any:
            decorated = decorate(method)
            return keep_looks(_noting_fit(decorated), decorated)

        return decorator

    return _fit_context


def _noting_fit(fit: Any) -> Any:
    name = fit.__name__

    def wrapper(estimator: Any, *given: Any, **named: Any) -> Any:
        try:
            result = fit(estimator, *given, **named)
        except BaseException as error:
            hide_wrapper(error)
            raise
        if session.speaks:
            try:
                if _asked_by_user(estimator, sys._getframe(1)):
                    note_fit(estimator, "scikit-learn", name == "partial_fit", given[0] if given else named.get("X"))
            except Exception as error:
                failed(type(estimator).__name__ + "." + name, error)
        return result

    return wrapper


def _asked_by_user(estimator: Any, frame: Optional[FrameType]) -> bool:
    """Whether the fit is the script's own call, be it by way of other methods of the estimator, such as `fit_transform`."""
    while frame is not None and frame.f_code.co_name in _WAYS and root_of(frame) in ("sklearn", "_trainyard"):
        code = frame.f_code
        if code.co_argcount == 0 or frame.f_locals.get(code.co_varnames[0]) is not estimator:
            break
        if root_of(frame) == "_trainyard":
            return False  # A fit of this very estimator goes on, and is noted when it is done.
        frame = frame.f_back
    return made_by_user(frame)


def note_fit(estimator: Any, library: str, continued: bool, data: Any) -> Optional[record.Fit]:
    known = _fits.get(estimator)
    fit: record.Fit
    if continued and known is not None:
        fit, times = known[0], known[1] + 1
    else:
        began = record.begin(type(estimator).__name__, library)
        if began is None:
            return None
        fit, times = began, 0
        _note_parameters(fit, estimator, data)
    remember(estimator, fit, times)
    _note_outcome(estimator, fit, times)
    if type(estimator).__module__.startswith("sklearn.") and hasattr(type(estimator), "predict") and not continued:
        pickle = sys.modules.get("pickle")
        if pickle is not None:
            models.keep(fit.label + "/model.pkl", lambda file: pickle.dump(estimator, file))
    return fit


def remember(estimator: Any, fit: record.Fit, times: int) -> None:
    _fits.put(estimator, (fit, times))


def _note_parameters(fit: record.Fit, estimator: Any, data: Any) -> None:
    values = estimator.get_params(deep=True)
    shape = _shape(estimator, data)
    classes = {name: type(value) for name, value in {**values, **shape}.items()}
    fit.parameters({**_given(estimator, values), **shape}, classes)


def _given(estimator: Any, values: Dict[str, Any]) -> Dict[str, Any]:
    own = set(estimator.get_params(deep=False))
    found = {}
    for name, value in values.items():
        # The parts of a pipeline stand beside their list, under names of their own.
        if not (name in own and _holds_estimators(value)):
            part, _, parameter = name.rpartition("__")
            if not _is_unset(value, type(values.get(part, estimator)), parameter):
                found[name] = value
    return found


def _is_unset(value: Any, kind: Any, parameter: str) -> bool:
    """Whether it says no more than that nothing was given; of XGBoost and LightGBM the library's own default counts then."""
    if value is None:
        default = _defaults(kind).get(parameter)
        return default is None or kind.__module__.partition(".")[0] in ("xgboost", "lightgbm", "catboost")
    return isinstance(value, str) and value in _UNSET


def _defaults(kind: Any) -> Dict[str, Any]:
    if kind not in _known_defaults:
        try:
            _known_defaults[kind] = by_name(kind.__init__, (), {})
        except AttributeError:  # A class that is written in C.
            _known_defaults[kind] = {}
    return _known_defaults[kind]


def _holds_estimators(value: Any) -> bool:
    if not isinstance(value, list) or not value:
        return False
    return all(isinstance(item, tuple) and len(item) >= 2 and isinstance(item[0], str) for item in value)


def _shape(estimator: Any, data: Any) -> Dict[str, Any]:
    shape = getattr(data, "shape", None)
    found = {}
    if isinstance(shape, tuple) and shape:
        found = dict(zip(("n_samples", "n_features"), shape))
    elif isinstance(data, list):
        found = {"n_samples": len(data), "n_features": vars(estimator).get("n_features_in_")}
    return found


def _note_outcome(estimator: Any, fit: record.Fit, times: int) -> None:
    """Reads only what lies in the object: properties may compute."""
    left = vars(estimator)
    step = fit.step + times
    numbers = {}
    for name in NUMBERS:
        if name in left:
            numbers["%s/%s" % (fit.kind, name.rstrip("_"))] = left[name]
    record.results(numbers, step)
    for name in CURVES:
        values = left.get(name)
        if times == 0 and getattr(values, "ndim", 1) == 1 and hasattr(values, "__len__") and len(values) > 1:
            fit.curve("%s/%s" % (fit.label, name.rstrip("_")), values)
    if isinstance(left.get("best_params_"), dict):
        fit.chosen(left["best_params_"])
    if isinstance(left.get("cv_results_"), dict):
        for name, values in left["cv_results_"].items():
            if name.startswith(("mean_test_", "mean_train_", "std_test_", "param_")):
                fit.curve("%s/%s" % (fit.label, name), values)


def _note_score(result: Any, given: Any, named: Any) -> None:
    frame = sys._getframe(2)
    if not session.speaks or not made_by_user(frame):
        return
    estimator = given[0]
    data = given[1] if len(given) > 1 else named.get("X")
    known = _fits.get(estimator)
    step = known[0].step + known[1] if known is not None else None
    record.single_result(type(estimator).__name__ + "/score" + _of(data, frame), result, step)


def _noting_measure(name: str) -> Any:
    def note(result: Any, given: Any, named: Any) -> None:
        frame = sys._getframe(2)
        if session.speaks and made_by_user(frame):
            first = given[0] if given else next(iter(named.values()), None)
            record.single_result(name + _of(first, frame), result, None)

    return note


def _of(data: Any, frame: FrameType) -> str:
    name = name_of(data, frame)
    return "/" + name if name else ""


def _note_fold_scores(result: Any, given: Any, named: Any) -> None:
    if not session.speaks or not made_by_user(sys._getframe(2)):
        return
    estimator = given[0] if given else named.get("estimator")
    fit = record.begin(type(estimator).__name__, "scikit-learn")
    if fit is None:
        return
    data = given[1] if len(given) > 1 else named.get("X")
    _note_parameters(fit, estimator, data)
    if not isinstance(result, dict):
        fit.curve(fit.label + "/cross_val_score", result)
        return
    for name, values in result.items():
        if name.startswith(("test_", "train_")):
            fit.curve("%s/cross_validate/%s" % (fit.label, name), values)
