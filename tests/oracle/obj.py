# SPDX-License-Identifier: MIT
"""What objects have in common; objects.py tells what each member is."""
import socket

from compare import Table

COUNTED = "counted"


class Object:
    DUMPS, ASK, NEW, TABLE = [], [], [], Table()
    ASSIGNED, ASSIGNED_THEIRS = {}, {}

    def not_made(self, _):
        return None

    def theirs_not_made(self, _key, _x):
        return None

    def table(self, _):
        return self.TABLE


def index_of(name):
    """Of a device in the namespace that this process is in."""
    return socket.if_nametoindex(name)
