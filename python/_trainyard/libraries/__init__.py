"""What libraries read and write below Python's own ``open``, one file for each library.

Where it can be, the innermost function is watched, the one that hands a path to compiled code: what the script itself
sees and calls stays as it is, and ``callers`` tells from the stack what it called.
"""
