"""Drawing a figure once more must not say again, or instead of the script's own drawing, what its drawing would say."""

from __future__ import annotations

import sys
from _thread import get_ident

from ..wrapping import without_frame

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, List


class Silent:
    """Inside of it, what this thread warns of or logs from matplotlib goes nowhere; other threads are heard."""

    def __init__(self) -> None:
        self.thread = get_ident()
        self.swallowed: List[str] = []
        self.loggers: List[Any] = []
        self.restore: List[Any] = []

    def __enter__(self) -> Silent:
        warnings, logging = sys.modules["warnings"], sys.modules["logging"]
        # Before the filters and the register of what was said once: both stay as they are.
        for name in ("warn", "_showwarnmsg"):
            self._replace(warnings, name)
        self.loggers = [
            logger
            for name, logger in list(logging.root.manager.loggerDict.items())
            if name.partition(".")[0] == "matplotlib" and isinstance(logger, logging.Logger)
        ]
        for logger in self.loggers:
            logger.addFilter(self._passes)
        return self

    def __exit__(self, *error: Any) -> None:
        for module, name, real in self.restore:
            setattr(module, name, real)
        for logger in self.loggers:
            logger.removeFilter(self._passes)
        fonts = sys.modules.get("matplotlib.font_manager")
        if fonts is not None and "matplotlib.font_manager" in self.swallowed:
            # It says of a missing font once, and keeps what it took instead.
            fonts.fontManager._findfont_cached.cache_clear()

    def _replace(self, module: Any, name: str) -> None:
        real = getattr(module, name)

        def heard(*given: Any, **named: Any) -> Any:
            return None if get_ident() == self.thread else real(*given, **named)

        setattr(module, name, without_frame(heard))
        self.restore.append((module, name, real))

    def _passes(self, record: Any) -> bool:
        if get_ident() != self.thread:
            return True
        self.swallowed.append(record.name)
        return False
