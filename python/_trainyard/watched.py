"""Which modules are watched: what is called once one of them has been imported.

A line is (module, our module, function). The function gets the module as it lies in `sys.modules`, in every process of
a run, as soon as the module's own code has run, and again after `importlib.reload`. It must not touch an attribute that
would import something: a library that loads its parts when they are asked for is watched by the names of these parts.
"""

import os

# Only as they lie in the standard library's folder: a script may have a module of the same name.
STANDARD_LIBRARY = (
    ("random", "seeds", "watch_random"),
    ("warnings", "python_warnings", "watch_warnings"),
    ("argparse", "arguments", "watch_argparse"),
    ("tomllib", "config_files", "watch_toml"),
    ("sqlite3", "libraries.sqlite", "watch"),
)

LIBRARIES = (
    ("numpy.random", "seeds", "watch_numpy"),
    ("torch.distributed.distributed_c10d", "ranks", "watch_torch_distributed"),
    ("torch.random", "seeds", "watch_torch"),
    ("tensorflow._api.v2.random", "seeds", "watch_tensorflow"),
    ("click.core", "arguments_click", "watch_click"),
    ("typer._click.core", "arguments_click", "watch_click"),
    ("fire.core", "arguments_fire", "watch_fire"),
    ("hydra._internal.callbacks", "arguments_hydra", "watch_hydra"),
    ("absl.flags._flagvalues", "arguments_other", "watch_absl"),
    ("docopt", "arguments_other", "watch_docopt"),
    ("jsonargparse._core", "arguments_other", "watch_jsonargparse"),
    ("omegaconf.omegaconf", "config_files", "watch_omegaconf"),
    ("yaml", "config_files", "watch_yaml"),
    ("ruamel.yaml.main", "config_files", "watch_ruamel"),
    ("tomli", "config_files", "watch_toml"),
    ("toml", "config_files", "watch_toml"),
    ("duckdb", "libraries.duckdb", "watch"),
    ("h5py._hl.files", "libraries.h5py", "watch"),
    ("keras.src.utils.dataset_utils", "libraries.tensorflow", "watch_keras_folders"),
    ("lightgbm.basic", "libraries.lightgbm", "watch"),
    ("matplotlib.backend_bases", "libraries.matplotlib", "watch"),
    ("polars._plr", "libraries.polars", "watch"),
    ("polars.polars", "libraries.polars", "watch"),
    ("pyarrow.lib", "libraries.pyarrow", "watch_lib"),
    ("pyarrow._csv", "libraries.pyarrow", "watch_csv"),
    ("pyarrow._json", "libraries.pyarrow", "watch_json"),
    ("pyarrow.dataset", "libraries.pyarrow", "watch_dataset"),
    ("pyarrow.feather", "libraries.pyarrow", "watch_feather"),
    ("pyarrow.ipc", "libraries.pyarrow", "watch_ipc"),
    ("pyarrow.orc", "libraries.pyarrow", "watch_orc"),
    ("pyarrow.parquet.core", "libraries.pyarrow", "watch_parquet"),
    ("safetensors", "libraries.safetensors", "watch"),
    ("tensorflow.python.checkpoint.checkpoint", "libraries.tensorflow", "watch_checkpoints"),
    ("tensorflow.python.data.ops.readers", "libraries.tensorflow", "watch_data"),
    ("tensorflow.python.lib.io._pywrap_file_io", "libraries.tensorflow", "watch_file_io"),
    ("tensorflow.python.lib.io.tf_record", "libraries.tensorflow", "watch_records"),
    ("tensorflow.python.ops.gen_io_ops", "libraries.tensorflow", "watch_operations"),
    ("tensorflow.python.saved_model.load", "libraries.tensorflow", "watch_loading"),
    ("tensorflow.python.saved_model.save", "libraries.tensorflow", "watch_saving"),
    ("torch", "libraries.torch", "watch"),
    ("xgboost.core", "libraries.xgboost", "watch_core"),
    ("xgboost.data", "libraries.xgboost", "watch_data"),
)

# docs/autolog.md
AUTOLOG = (
    ("sklearn.base", "autolog.scikit_learn", "watch_base"),
    ("sklearn.pipeline", "autolog.scikit_learn", "watch_scores"),
    ("sklearn.model_selection._search", "autolog.scikit_learn", "watch_scores"),
    ("sklearn.linear_model._logistic", "autolog.scikit_learn", "watch_scores"),
    ("sklearn.linear_model._ransac", "autolog.scikit_learn", "watch_scores"),
    ("sklearn.multioutput", "autolog.scikit_learn", "watch_scores"),
    ("sklearn.cluster._kmeans", "autolog.scikit_learn", "watch_scores"),
    ("sklearn.decomposition._pca", "autolog.scikit_learn", "watch_scores"),
    ("sklearn.mixture._base", "autolog.scikit_learn", "watch_scores"),
    ("sklearn.model_selection._validation", "autolog.scikit_learn", "watch_validation"),
    ("sklearn.metrics._classification", "autolog.scikit_learn", "watch_metrics"),
    ("sklearn.metrics._ranking", "autolog.scikit_learn", "watch_metrics"),
    ("sklearn.metrics._regression", "autolog.scikit_learn", "watch_metrics"),
    ("sklearn.metrics.cluster._supervised", "autolog.scikit_learn", "watch_metrics"),
    ("sklearn.metrics.cluster._unsupervised", "autolog.scikit_learn", "watch_metrics"),
    ("xgboost.callback", "autolog.xgboost", "watch_callbacks"),
    ("xgboost.training", "autolog.xgboost", "watch_functions"),
    ("xgboost.sklearn", "autolog.xgboost", "watch_estimators"),
    ("lightgbm.basic", "autolog.lightgbm", "watch_boosters"),
    ("lightgbm.engine", "autolog.lightgbm", "watch_functions"),
    ("lightgbm.sklearn", "autolog.lightgbm", "watch_estimators"),
    ("keras.src.callbacks.history", "autolog.keras", "watch_history"),
    ("keras.src.callbacks.callback_list", "autolog.keras", "watch_callback_list"),
    ("tf_keras.src.callbacks", "autolog.keras", "watch_keras_2"),
    ("keras.src.callbacks", "autolog.keras", "watch_keras_2"),
    ("keras.callbacks", "autolog.keras", "watch_keras_2"),
    ("lightning.pytorch.loggers.utilities", "autolog.lightning", "watch_hyperparameters"),
    ("pytorch_lightning.loggers.utilities", "autolog.lightning", "watch_hyperparameters"),
    (
        "lightning.pytorch.trainer.connectors.logger_connector.logger_connector",
        "autolog.lightning",
        "watch_connector",
    ),
    (
        "pytorch_lightning.trainer.connectors.logger_connector.logger_connector",
        "autolog.lightning",
        "watch_connector",
    ),
    ("transformers.trainer_callback", "autolog.transformers", "watch_callbacks"),
)

AUTOLOG_VARIABLE = "TRAINYARD_AUTOLOG"
if os.environ.get(AUTOLOG_VARIABLE, "").strip().lower() not in ("off", "0", "false", "no"):
    LIBRARIES += AUTOLOG
