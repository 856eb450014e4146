"""Takes down the warnings that Python shows of a script, after it has shown them."""

from __future__ import annotations

from .session import session
from .wrapping import note_calls

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MOST_WARNINGS = 50
LONGEST_MESSAGE = 1_000


def watch_warnings(warnings: Any) -> None:
    shown_by = warnings._showwarnmsg_impl

    def note(result: Any, given: Any, named: Any) -> None:
        # Not what is caught to be looked at, nor what goes to a place of the script's own.
        if warnings._showwarnmsg_impl is not shown_by or warnings.showwarning is not warnings._showwarning_orig:
            return
        if not session.speaks:
            return
        from .masking import mask_secrets

        warning = given[0]
        message = " ".join(mask_secrets(str(warning.message)[: 4 * LONGEST_MESSAGE]).split())
        category, file, line = warning.category.__name__, str(warning.filename), warning.lineno
        session.warn(
            "python-warning",
            quietly=True,
            cause="%s %s:%s %s" % (category, file, line, message),
            most=MOST_WARNINGS,
            longest=LONGEST_MESSAGE,
            category=category,
            message=message,
            file=file,
            line=line,
        )

    note_calls(warnings, "_showwarnmsg", note)
