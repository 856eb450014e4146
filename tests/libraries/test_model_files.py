"""Files of h5py, safetensors, torch, keras, xgboost, lightgbm, joblib and numpy: what was read and written, and what is a model."""

import unittest

from needs import needs
from told import FilesCase


@needs("numpy", "joblib", "pandas", "sklearn", "PIL")
class ArrayTest(FilesCase):
    def test_files(self):
        text = """
import pickle
import joblib, numpy as np, pandas
from PIL import Image
from sklearn.linear_model import Ridge
a = np.arange(4.0)
np.save("a.npy", a); np.load("a.npy"); np.load("a.npy", mmap_mode="r")
np.savez("a.npz", a=a); np.load("a.npz")["a"]
np.savetxt("a.txt", a); np.loadtxt("a.txt"); np.genfromtxt("a.txt")
np.memmap("a.map", mode="w+", shape=4); np.memmap("a.map")
a.tofile("a.bin"); np.fromfile("a.bin")
joblib.dump({"a": a, "frame": pandas.DataFrame()}, "a.joblib"); joblib.load("a.joblib")
model = Ridge().fit([[0.0], [1.0]], [0.0, 1.0])
joblib.dump(model, "model.joblib"); joblib.load("model.joblib")
joblib.dump({"model": model, "classes": [1]}, "two.joblib", compress=3)
with open("model.pkl", "wb") as file:
    pickle.dump(model, file)
Image.new("RGB", (2, 2)).save("i.png"); Image.open("i.png").load()
"""
        self.assertDone(self.tracked(text, env=self.environment(TRAINYARD_AUTOLOG="off")))
        self.assertTold(
            """
            write a.npy numpy.save data npy
            read a.npy numpy.load - -
            write a.npz numpy.savez data npz
            read a.npz numpy.load - -
            write a.txt numpy.savetxt data txt
            read a.txt numpy.loadtxt - -
            write a.map numpy.memmap data map
            read a.map numpy.memmap - -
            write a.bin open - -
            read a.bin open - -
            write a.joblib joblib.dump data joblib
            read a.joblib joblib.load - -
            write model.joblib joblib.dump model sklearn
            read model.joblib joblib.load - -
            write two.joblib joblib.dump model sklearn
            write model.pkl open - -
            write i.png PIL.Image.Image.save - -
            read i.png PIL.Image.open - -
            """
        )


@needs("h5py")
class H5pyTest(FilesCase):
    def test_files(self):
        text = """
import io, h5py
for name, mode in (("w.h5", "w"), ("a.h5", "a"), ("x.h5", "x")):
    with h5py.File(name, mode) as file:
        file["a"] = [1]
with h5py.File("w.h5") as file:
    file["a"][:]
with h5py.File("x.h5", "a") as file:
    file["b"] = [2]
with h5py.File(io.BytesIO(), "w") as file:
    file["a"] = [1]
with h5py.File("memory.h5", "w", driver="core", backing_store=False) as file:
    file["a"] = [1]
try:
    h5py.File("none.h5", "r")
except FileNotFoundError:
    pass
"""
        self.assertDone(self.tracked(text))
        self.assertTold(
            """
            write w.h5 h5py.File - -
            write a.h5 h5py.File - -
            write x.h5 h5py.File - -
            read w.h5 h5py.File - -
            read x.h5 h5py.File - -
            """
        )


@needs("torch", "safetensors", "keras", "h5py")
class TorchTest(FilesCase):
    def test_files(self):
        text = """
import os
os.environ["KERAS_BACKEND"] = "torch"
import torch, keras
from safetensors import safe_open
from safetensors.numpy import load_file as load_arrays, save_file as save_arrays
from safetensors.torch import load_file, save_file
model = torch.nn.Linear(2, 2)
torch.save(model.state_dict(), "state.pt"); torch.load("state.pt")
torch.save({"epoch": 1, "state_dict": model.state_dict()}, "checkpoint.pth")
torch.save(model, "whole.pt", _use_new_zipfile_serialization=False)
torch.save(torch.zeros(3), "data.pt"); torch.save({"x": torch.zeros(3), "y": [1]}, "pairs.pt")
script = torch.jit.trace(model, torch.zeros(1, 2))
torch.jit.save(script, "script.pt"); torch.jit.load("script.pt"); script.save("script2.pt")
save_file(model.state_dict(), "model.safetensors"); load_file("model.safetensors")
save_arrays({"a": torch.zeros(2).numpy()}, "arrays.safetensors")
with safe_open("arrays.safetensors", framework="pt") as file:
    file.keys()
network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
network.save("network.keras"); keras.saving.load_model("network.keras")
network.save_weights("network.weights.h5"); network.load_weights("network.weights.h5")
"""
        self.assertDone(self.tracked(text, env=self.environment(TRAINYARD_AUTOLOG="off")))
        self.assertTold(
            """
            write state.pt torch.save model torch
            read state.pt torch.load - -
            write checkpoint.pth torch.save model torch
            write whole.pt torch.save model torch
            write data.pt torch.save data torch
            write pairs.pt torch.save data torch
            write script.pt torch.jit.save model torchscript
            read script.pt torch.jit.load - -
            write script2.pt torch.jit.ScriptModule.save model torchscript
            write model.safetensors safetensors.torch.save_file model safetensors
            read model.safetensors safetensors.torch.load_file - -
            write arrays.safetensors safetensors.numpy.save_file model safetensors
            read arrays.safetensors safetensors.safe_open - -
            write network.keras keras.Model.save model keras
            read network.keras keras.saving.load_model - -
            write network.weights.h5 keras.Model.save_weights model keras
            read network.weights.h5 keras.Model.load_weights - -
            """
        )


@needs("joblib", "numpy")
class CacheTest(FilesCase):
    def test_a_cache_is_no_output(self):
        text = """
import joblib, numpy as np
for name in ("in", "other"):
    np.savetxt(name + ".csv", np.ones(3))
memory = joblib.Memory("cache", verbose=0)

@memory.cache
def load(factor):
    return np.loadtxt("in.csv") * factor

for _ in range(2):
    load(2), memory.cache(np.loadtxt)("other.csv")
joblib.dump(load(2), "kept.joblib")
"""
        self.assertDone(self.tracked(text))
        self.assertTold(
            """
            write in.csv numpy.savetxt data csv
            write other.csv numpy.savetxt data csv
            read in.csv numpy.loadtxt - -
            read other.csv joblib.memory.MemorizedFunc - -
            write kept.joblib joblib.dump data joblib
            """
        )


@needs("xgboost", "lightgbm", "numpy")
class BoostingTest(FilesCase):
    def test_files(self):
        text = """
import warnings
import numpy as np, lightgbm as lgb, xgboost as xgb
X = np.random.default_rng(0).random((30, 3)); y = X[:, 0]
booster = xgb.train({}, xgb.DMatrix(X, y), 2)
booster.save_model("x.json"); xgb.Booster(model_file="x.json"); xgb.Booster().load_model(bytearray(booster.save_raw()))
estimator = xgb.XGBRegressor(n_estimators=2).fit(X, y); estimator.save_model("x.ubj"); xgb.XGBRegressor().load_model("x.ubj")
open("x.svm", "w").write("1 1:2\\n0 1:3\\n")
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    xgb.DMatrix("x.svm?format=libsvm")
for name in ("dumped", "scored"):
    open(name + ".map", "w").write("0 a q\\n1 b q\\n2 c q\\n")
booster.dump_model("x.txt", "dumped.map"); booster.get_score(fmap="scored.map"); booster.get_dump()
booster = lgb.train({"verbose": -1, "min_data": 1}, lgb.Dataset(X, y), 2)
booster.save_model("l.txt"); lgb.Booster(model_file="l.txt")
np.savetxt("t.csv", np.c_[y, X], delimiter=","); np.savetxt("t.csv.weight", np.ones(30))
lgb.Dataset("t.csv", params={"verbose": -1}).construct().save_binary("t.bin")
"""
        self.assertDone(self.tracked(text, env=self.environment(TRAINYARD_AUTOLOG="off")))
        self.assertTold(
            """
            write x.json xgboost.Booster.save_model model xgboost
            read x.json xgboost.Booster - -
            write x.ubj xgboost.XGBModel.save_model model xgboost
            read x.ubj xgboost.XGBModel.load_model - -
            write x.svm open - -
            read x.svm xgboost.DMatrix - -
            write dumped.map open - -
            write scored.map open - -
            write x.txt xgboost.Booster.dump_model - -
            read dumped.map xgboost.Booster.dump_model - -
            read scored.map xgboost.Booster.get_score - -
            write l.txt lightgbm.Booster.save_model model lightgbm
            read l.txt lightgbm.Booster - -
            write t.csv numpy.savetxt data csv
            write t.csv.weight numpy.savetxt data weight
            read t.csv lightgbm.Dataset - -
            read t.csv.weight lightgbm.Dataset - -
            write t.bin lightgbm.Dataset.save_binary data bin
            """
        )


if __name__ == "__main__":
    unittest.main()
