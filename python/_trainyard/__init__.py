"""The inner side of ``trainyard``.

A package of its own, so that the start-up hook works where a script has a module called ``trainyard``. Nothing that runs
before the script may import a module of the standard library that Python has not imported by itself: a script's own
``resource.py`` or ``types.py`` must stay the one that it gets.
"""

VERSION = "0.1.0"
JOURNAL_VERSION = 1
