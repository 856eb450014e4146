"""Runs a program for which no file can be mapped into shared memory, as on file systems that cannot: PROGRAM ARGUMENTS."""

import ctypes
import errno
import os
import platform
import sys

# The numbers of mmap: seccomp(2) filters by them.
MMAP = {"x86_64": 9, "aarch64": 222}
LOAD, AND, EQUAL, RETURN = 0x20, 0x54, 0x15, 0x06
NUMBER, FLAGS = 0, 16 + 8 * 3
MAP_TYPE_OR_ANONYMOUS, MAP_SHARED = 0x2F, 0x01
ALLOW, FAIL = 0x7FFF0000, 0x00050000


class Instruction(ctypes.Structure):
    _fields_ = [("code", ctypes.c_ushort), ("yes", ctypes.c_ubyte), ("no", ctypes.c_ubyte), ("value", ctypes.c_uint)]


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.POINTER(Instruction))]


def forbid_shared_mappings():
    steps = (Instruction * 7)(
        Instruction(LOAD, 0, 0, NUMBER),
        Instruction(EQUAL, 0, 4, MMAP[platform.machine()]),
        Instruction(LOAD, 0, 0, FLAGS),
        Instruction(AND, 0, 0, MAP_TYPE_OR_ANONYMOUS),
        Instruction(EQUAL, 0, 1, MAP_SHARED),
        Instruction(RETURN, 0, 0, FAIL | errno.ENODEV),
        Instruction(RETURN, 0, 0, ALLOW),
    )
    libc = ctypes.CDLL(None, use_errno=True)
    program = Program(len(steps), steps)
    if libc.prctl(38, 1, 0, 0, 0) != 0 or libc.prctl(22, 2, ctypes.byref(program), 0, 0) != 0:
        sys.exit("no filter: %s" % os.strerror(ctypes.get_errno()))


forbid_shared_mappings()
os.execvp(sys.argv[1], sys.argv[1:])
