#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a state needs and no program of iproute2 does: `helper NAME ARGUMENT...`. As a program: helpers.py -batch FILE."""
import ctypes
import fcntl
import os
import platform
import socket
import struct
import sys
import time

IPPROTO_IGMP, MRT_INIT, MRT_ADD_VIF, MRT_ADD_MFC, MRT_DEL_MFC = 2, 200, 202, 204, 205
MRT6_INIT, MRT6_ADD_MIF, MRT6_ADD_MFC, MRT6_DEL_MFC = 200, 202, 204, 205
BPF_PROG_LOAD, BPF_OBJ_PIN = 5, 6
SYS_BPF = {"x86_64": 321, "aarch64": 280}.get(platform.machine(), 0)
TYPES = {"cls": 3, "act": 4, "lwt_in": 10, "lwt_out": 11, "lwt_xmit": 12, "xdp": 6}
FOLDER = "/sys/fs/bpf"
libc = ctypes.CDLL(None, use_errno=True)
kept = []  # sockets that hold what they made


def mroute(dev_in, dev_out, source, group):
    """A multicast route of IPv4 from one device to the other."""
    s = next((x for x in kept if x.family == socket.AF_INET), None)
    if s is None:
        s = socket.socket(socket.AF_INET, socket.SOCK_RAW, IPPROTO_IGMP)
        s.setsockopt(socket.IPPROTO_IP, MRT_INIT, 1)
        s.vifs = []
        kept.append(s)
    for dev in (dev_in, dev_out):
        if dev not in s.vifs:
            s.vifs.append(dev)
            s.setsockopt(socket.IPPROTO_IP, MRT_ADD_VIF, struct.pack(
                "=HBBIi4s", len(s.vifs) - 1, 8, 1, 0, socket.if_nametoindex(dev), bytes(4)))
    entry(s, MRT_ADD_MFC, source, group, s.vifs.index(dev_in), s.vifs.index(dev_out))


def entry(s, option, source, group, vif_in, vif_out):
    ttls = bytearray(32)
    ttls[vif_out] = 1
    s.setsockopt(socket.IPPROTO_IP, option, struct.pack(
        "=4s4sH32s2xIIIi", socket.inet_aton(source), socket.inet_aton(group), vif_in, bytes(ttls), 0, 0, 0, 0))


def mroute6(dev_in, dev_out, source, group):
    """The same of IPv6."""
    s = next((x for x in kept if x.family == socket.AF_INET6), None)
    if s is None:
        s = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
        s.setsockopt(socket.IPPROTO_IPV6, MRT6_INIT, 1)
        s.vifs = []
        kept.append(s)
    for dev in (dev_in, dev_out):
        if dev not in s.vifs:
            s.vifs.append(dev)
            s.setsockopt(socket.IPPROTO_IPV6, MRT6_ADD_MIF, struct.pack(
                "=HBBHxxI", len(s.vifs) - 1, 0, 1, socket.if_nametoindex(dev), 0))
    entry6(s, MRT6_ADD_MFC, source, group, s.vifs.index(dev_in), s.vifs.index(dev_out))


def entry6(s, option, source, group, vif_in, vif_out):
    bits = [0] * 8
    bits[0] = 1 << vif_out
    address = [struct.pack("=HHI16sI", socket.AF_INET6, 0, 0, socket.inet_pton(socket.AF_INET6, x), 0)
               for x in (source, group)]
    s.setsockopt(socket.IPPROTO_IPV6, option, address[0] + address[1] + struct.pack("=Hxx8I", vif_in, *bits))


def mfc(verb, source, group):
    """A multicast route from the first to the second device of a socket that another process keeps."""
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, IPPROTO_IGMP) as s:
        entry(s, {"add": MRT_ADD_MFC, "del": MRT_DEL_MFC}[verb], source, group, 0, 1)


def mfc6(verb, source, group):
    with socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6) as s:
        entry6(s, {"add": MRT6_ADD_MFC, "del": MRT6_DEL_MFC}[verb], source, group, 0, 1)


def wait(*devices):
    """Until the kernel has noticed that they have a carrier."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        for dev in devices:
            for _ in range(200):
                flags = fcntl.ioctl(s, 0x8913, struct.pack("16s24x", dev.encode()))  # SIOCGIFFLAGS
                if struct.unpack_from("=H", flags, 16)[0] & 0x40:
                    break
                time.sleep(0.02)


class Socket(socket.socket):
    vifs = None


socket.socket = Socket


def bpf(command, attributes):
    raw = ctypes.create_string_buffer(attributes, len(attributes))
    r = libc.syscall(SYS_BPF, command, raw, len(attributes))
    if r < 0:
        e = ctypes.get_errno()
        raise OSError(e, os.strerror(e))
    return r


def program(kind):
    """An open program that returns 0."""
    code = ctypes.create_string_buffer(struct.pack("=BBhi", 0xb7, 0, 0, 0) + struct.pack("=BBhi", 0x95, 0, 0, 0))
    licence = ctypes.create_string_buffer(b"GPL")
    return bpf(BPF_PROG_LOAD, struct.pack("=IIQQIIQII16s", TYPES[kind], 2, ctypes.addressof(code),
                                          ctypes.addressof(licence), 0, 0, 0, 0, 0, b"weft_" + kind.encode()))


def bpf_pin(kind, name):
    """A program that `ip` and `tc` find as `pinned /sys/fs/bpf/NAME`, for as long as the state lives."""
    path = ctypes.create_string_buffer(f"{FOLDER}/{name}".encode())
    fd = program(kind)
    bpf(BPF_OBJ_PIN, struct.pack("=QII", ctypes.addressof(path), fd, 0))
    os.close(fd)
    pinned.append(f"{FOLDER}/{name}")


pinned = []
ALL = {"mroute": mroute, "mroute6": mroute6, "mfc": mfc, "mfc6": mfc6, "bpf-pin": bpf_pin, "wait": wait}


def works(name):
    if name.startswith("bpf"):
        try:
            os.close(program("lwt_in"))
            return os.path.ismount(FOLDER)
        except OSError:
            return False
    try:
        ALL[name]("lo", "lo", *{"mroute": ("10.0.0.5", "239.1.1.1"), "mroute6": ("fd00::5", "ff05::99")}[name])
        return True
    except OSError:
        return False
    finally:
        end()


def run(line):
    name, *arguments = line.split()
    ALL[name](*arguments)


def end():
    for s in kept:
        s.close()
    for p in pinned:
        os.unlink(p)
    kept.clear()
    pinned.clear()


def batch(path):
    with sys.stdin if path == "-" else open(path, encoding="ascii") as lines:
        for line in lines:
            try:
                run(line)
            except OSError as e:
                if "-force" not in sys.argv:
                    sys.exit(f"{line.strip()}: {e}")


if __name__ == "__main__":
    batch(sys.argv[-1])
