"""Says what is installed for this interpreter. The supervisor starts it as ``python -c SOURCE`` beside a run."""

import sys


def main():
    del sys.path[0]  # The working folder: nothing may be imported from there.
    import json
    import os

    places, ends, found = [], [], {}
    for entry in sys.path:
        entry = os.path.abspath(entry)
        if entry in places or not os.path.isdir(entry):
            continue
        places.append(entry)
        for name in sorted(os.listdir(entry)):
            path = os.path.join(entry, name)
            if name.endswith((".dist-info", ".egg-info")):
                add(found, path, os, json)
            elif name.endswith((".pth", ".egg-link")):
                ends.append(path)
    answer = {
        "python": "%d.%d.%d" % sys.version_info[:3],
        "implementation": sys.implementation.name,
        "executable": sys.executable,
        "prefix": sys.prefix,
        "basePrefix": sys.base_prefix,
        "conda": os.path.isdir(os.path.join(sys.prefix, "conda-meta")),
        "places": places,
        "watched": places + ends,
        "packages": [found[key] for key in sorted(found)],
    }
    sys.stdout.buffer.write(json.dumps(answer).encode("ascii"))


def add(found, path, os, json):
    text = read(os.path.join(path, "METADATA")) or read(os.path.join(path, "PKG-INFO")) or read(path)
    fields = {}
    for line in text.splitlines():
        key, colon, value = line.partition(":")
        if not colon:
            break
        fields.setdefault(key.lower(), value.strip())
    name, version = fields.get("name"), fields.get("version")
    if not name or not version:
        return
    try:
        source = json.loads(read(os.path.join(path, "direct_url.json")) or "null")
    except ValueError:
        source = None
    folder = os.path.dirname(path)
    if source is None and path.endswith(".egg-info") and os.path.isfile(os.path.join(folder, "setup.py")):
        source = {"url": "file://" + folder.replace(os.sep, "/"), "dir_info": {"editable": True}}
    key = name.lower().replace("_", "-").replace(".", "-")
    found.setdefault(key, {"name": name, "version": version, "source": source})


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read().decode("utf-8", "replace")
    except OSError:
        return ""


if __name__ == "__main__":
    main()
