# SPDX-License-Identifier: MIT
"""Whether this kernel has what a state needs."""
import os
import socket
import sys

import helpers
import space
from states import version

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "vm"))
import capabilities  # noqa: E402

KERNEL = version(os.uname().release)
FEATURES = {
    "bridge_vlan": ["link add p type bridge vlan_filtering 1"],
}
known = {}


def tools_version():
    _, out, _ = space.run(["ip", "-V"])
    return version(out.split("-")[-1])


def ask(word, name):
    """The kernel, with the shortest request that names the thing, in a namespace of its own."""
    s = space.Space()
    try:
        if word == "feature":
            space.batch("ip", [], FEATURES[name])
            return True
        space.batch("ip", [], ["link add base type veth peer name other"])
        capabilities.INDEX = socket.if_nametoindex("base")
        rt = capabilities.Netlink(0)
        if word in ("filter", "ematch"):
            space.batch("tc", [], ["qdisc add dev base clsact"])
        call, numbers = {"link": (capabilities.link, {}), "qdisc": (capabilities.qdisc, {}),
                         "filter": (capabilities.classifier, {}), "action": (capabilities.action, {}),
                         "ematch": (capabilities.ematch, capabilities.EMATCHES),
                         "encap": (capabilities.encap, capabilities.ENCAPS)}[word]
        return call(rt, numbers.get(name, name))
    except space.Broken:
        return False
    finally:
        s.close()


SOON = {
    "kernel": lambda x: KERNEL >= version(x),
    "iproute2": lambda x: tools_version() >= version(x),
    "vm": lambda x: os.environ.get("VM_KERNEL", "host") != "host",
    "file": os.path.exists,
    "helper": helpers.works,
}


def missing(state, made):
    """The first need that is not met. Before it is made, only what asks the kernel nothing."""
    for need in state.needs:
        word, _, name = need.partition(" ")
        name = name.replace(">= ", "")
        if need not in known:
            if word in SOON:
                known[need] = SOON[word](name)
            elif not made:
                continue
            elif word == "family":
                known[need] = capabilities.family(capabilities.Netlink(16), name)
            else:
                known[need] = ask(word, name)
        if not known[need]:
            return need
    return None
