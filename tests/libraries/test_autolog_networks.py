"""What Keras, Lightning and transformers say of a training is logged, once and to the bit, and they behave as without it."""

import json
import os
import re
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "python"))

from needs import needs  # noqa: E402
from support import Case, metrics  # noqa: E402

SCRIPT = """
import json, logging, os, sys, warnings
os.environ.update(KERAS_BACKEND="torch", HF_HUB_OFFLINE="1", TRANSFORMERS_VERBOSITY="error")
warnings.simplefilter("ignore")
logging.disable(logging.INFO)
import numpy as np
import torch

own = {}

def add(name, step, value):
    own.setdefault(name, []).append([step, value])

import keras
keras.utils.set_random_seed(3)
x, y = np.random.rand(60, 4).astype("float32"), np.random.randint(0, 2, 60).astype("float32")
x_test, y_test = x[40:], y[40:]

class Asks(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        logs["seen"] = 7.0
        self.model.evaluate(x_test, y_test, verbose=0)

def network():
    layers = [keras.layers.Input((4,)), keras.layers.Dense(3, "relu"), keras.layers.Dense(1, "sigmoid")]
    model = keras.Sequential(layers)
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
    return model

def fit(prefix, model, **given):
    history = model.fit(x[:40], y[:40], **given)
    for name, values in history.history.items():
        for epoch, value in zip(history.epoch[-len(values):], values):
            add(prefix + name, epoch, value)

model = network()
fit("", model, epochs=2, batch_size=10, verbose=0, validation_data=(x_test, y_test), callbacks=[Asks()])
fit("", model, epochs=3, initial_epoch=2, batch_size=10, verbose=0)
loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
add("evaluate/loss/x_test", 0, loss)
add("evaluate/accuracy/x_test", 0, accuracy)
fit("keras-2/", network(), epochs=1, validation_split=0.25, verbose=0)
print(json.dumps([own, float(np.random.rand()), float(torch.rand(1))]))
if sys.argv[1:] == ["keras"]:
    sys.exit()

from torch.utils.data import DataLoader, TensorDataset

def with_lightning(prefix, pl, logger):
    class Logger(pl.loggers.csv_logs.CSVLogger):
        def log_metrics(self, metrics, step=None):
            for name, value in metrics.items():
                add(prefix + name, step, value)

    class Lit(pl.LightningModule):
        def __init__(self, lr=0.05, width=3):
            super().__init__()
            self.save_hyperparameters()
            self.layer = torch.nn.Linear(4, 1)
        def training_step(self, batch, index):
            loss = ((self.layer(batch[0]) - batch[1]) ** 2).mean()
            self.log("train_loss", loss, on_step=True, on_epoch=True)
            return loss
        def validation_step(self, batch, index):
            self.log("val_mse", ((self.layer(batch[0]) - batch[1]) ** 2).mean())
        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), lr=self.hparams.lr)

    pl.seed_everything(1, verbose=False)
    inputs = torch.rand(32, 4)
    loader = DataLoader(TensorDataset(inputs, inputs.sum(1, keepdim=True)), 8)
    quiet = dict(enable_progress_bar=False, enable_checkpointing=False, enable_model_summary=False, accelerator="cpu")
    trainer = pl.Trainer(max_epochs=2, logger=logger and Logger("logs"), log_every_n_steps=2, **quiet)
    trainer.fit(Lit(), loader, loader)
    return {name: float(value) for name, value in trainer.logged_metrics.items()}

import lightning.pytorch, pytorch_lightning
last = with_lightning("lightning/", lightning.pytorch, True)
with_lightning("", lightning.pytorch, False)
with_lightning("lightning-3/", pytorch_lightning, True)

from transformers import BertConfig, BertForSequenceClassification, Trainer, TrainingArguments
shape = dict(hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8, vocab_size=20)
bert = BertForSequenceClassification(BertConfig(**shape))
data = [{"input_ids": torch.randint(0, 20, (5,)), "labels": number % 2} for number in range(24)]
arguments = TrainingArguments("out", num_train_epochs=2, per_device_train_batch_size=8, logging_steps=2,
                              eval_strategy="epoch", save_strategy="no", learning_rate=1e-3, report_to=[],
                              disable_tqdm=True, use_cpu=True)
tuner = Trainer(bert, arguments, train_dataset=data, eval_dataset=data[:8])
import contextlib, io
with contextlib.redirect_stdout(io.StringIO()):
    tuner.train()
    tuner.evaluate()
for entry in tuner.state.log_history:
    for name, value in entry.items():
        if name != "step":
            add("transformers/" + name, entry["step"], value)
print(json.dumps({"own": own, "last": last}))
"""


class NetworksTest(Case):
    @needs("torch", "keras", "lightning", "pytorch_lightning", "transformers", "accelerate")
    def test_networks(self):
        plain = self.untracked(SCRIPT, "keras")
        tracked = self.tracked(SCRIPT)
        self.assertDone(tracked)
        self.assertEqual(tracked.stdout.decode().splitlines()[0], plain.stdout.decode().splitlines()[0])
        self.assertEqual(*[re.sub(r"\d+", "#", result.stderr.decode()) for result in (tracked, plain)])
        said = json.loads(tracked.stdout.splitlines()[-1])
        found = {}
        for step, values in metrics(self.records()):
            for name, value in values.items():
                found.setdefault(name, []).append([step, value])
        for name, points in said["own"].items():
            self.assertEqual(found.pop(name, None), points, name)
        # Lightning's second training had no logger, and the same seed.
        again = {"lightning/" + name.partition("/")[2]: points for name, points in found.items()}
        self.assertEqual({name.partition("/")[0] for name in found}, {"lightning-2"})
        self.assertEqual(again, {name: said["own"][name] for name in again})
        self.assertEqual(set(again), {name for name in said["own"] if name.startswith("lightning/")})
        for name, value in said["last"].items():
            self.assertEqual(said["own"]["lightning/" + name][-1][1], value, name)

        parameters = {}
        for record in self.records("params"):
            parameters.update(record["values"])
        wanted = {
            "keras.model": "Sequential",
            "keras.batch_size": 10,
            "keras.epochs": 2,
            "keras.loss": "binary_crossentropy",
            "keras.optimizer": "Adam",
            "keras.optimizer.learning_rate": 0.01,
            "keras.n_parameters": 19,
            "keras-2.validation_split": 0.25,
            "lightning.model": "Lit",
            "lightning.max_epochs": 2,
            "lightning.hparams.lr": 0.05,
            "lightning.hparams.width": 3,
            "lightning.optimizer": "SGD",
            "lightning.optimizer.lr": 0.05,
            "lightning.n_parameters": 5,
            "transformers.learning_rate": 0.001,
            "transformers.num_train_epochs": 2,
            "transformers.per_device_train_batch_size": 8,
            "transformers.eval_strategy": "epoch",
            "transformers.model": "BertForSequenceClassification",
        }
        self.assertEqual({name: parameters.get(name) for name in wanted}, wanted)
        models = [record["name"] for record in self.records("artifact")]
        self.assertEqual(models, ["keras/model.keras", "keras/model.keras", "keras-2/model.keras"])
        self.assertEqual([r for r in self.records("warning") if r["code"] != "python-warning"], [])


if __name__ == "__main__":
    unittest.main()
