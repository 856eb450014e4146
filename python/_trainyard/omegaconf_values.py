"""OmegaConf's configurations as plain values, without calling what the script registered with it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Tuple


def plain(node: Any, leave_out: Tuple[str, ...] = ()) -> Any:
    """The value of a configuration. References to other keys are followed; a value that a resolver of the script's would
    work out stays the text that it is.
    """
    content = node._value() if hasattr(node, "_value") else node
    if node is None or isinstance(content, str) or not hasattr(node, "_get_node"):
        return content
    if isinstance(content, dict):
        return {_key(key): _child(node, key) for key in content if key not in leave_out}
    return [_child(node, index) for index in range(len(content))] if content is not None else None


def _key(key: Any) -> Any:
    return key if isinstance(key, str) else str(getattr(key, "name", key))


def _child(parent: Any, key: Any) -> Any:
    child = parent._get_node(key)
    content = child._value()
    if isinstance(content, str) and "${" in content:
        if not _is_reference(content):
            return content
        try:
            return plain(parent[key])
        except Exception:
            return content  # It refers to what is not there (yet): the script's own look would fail as well.
    return plain(child)


def _is_reference(text: str) -> bool:
    """Whether a text refers to other keys, or asks OmegaConf's own resolvers, and nothing else."""
    for part in text.split("${")[1:]:
        inner = part.partition("}")[0]
        if ":" in inner and not inner.strip().startswith("oc."):
            return False
    return True
