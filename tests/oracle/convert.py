# SPDX-License-Identifier: MIT
"""Conversions from weft's values to those of iproute2. None is what is not there.

A conversion gets the values of the fields of its line and, last, the context."""


def same(v, _):
    return v


def device(v, c):
    return None if v is None else c.name(v)


def names(table):
    """A number by a table of names; what is not in the table stays a number."""
    return lambda v, _: table.get(v, v)


def yes(v, _):
    """Theirs has it only when it is set, then as a flag."""
    return True if v else None


def boolean(v, _):
    return None if v is None else bool(v)


def onoff(v, _):
    return None if v is None else "on" if v else "off"


def unless(*defaults):
    """Theirs has it only when it is none of these."""
    return lambda v, _: None if v in defaults else v


def hexed(v, _):
    return None if v is None else hex(v)


def hexed_unless(*defaults):
    return lambda v, _: None if v is None or v in defaults else hex(v)


def bit(name):
    """A flag among ours."""
    return lambda v, _: True if name in (v or []) else None


class Any:
    """Equals whatever is there: values that change from one look to the next."""

    def __eq__(self, other):
        return other is not None

    def __repr__(self):
        return "anything"


def moving(v, _):
    return None if v is None else Any()


def zero(*values):
    """They do not show it as long as it is zero: the last is the context."""
    shown = [v for v in values[:-1] if v not in (0, None, False, "0.0.0.0", "::", [])]
    return shown or None


class Maybe:
    """Equals anything, or nothing: what this kernel did not tell us."""

    def __eq__(self, other):
        return True

    def __repr__(self):
        return "not told"


class UpTo:
    """Equals what is not more: a counter that was read earlier."""

    def __init__(self, most):
        self.most = most

    def __eq__(self, other):
        return isinstance(other, int) and other <= self.most

    def __repr__(self):
        return f"at most {self.most}"


def counter(v, _):
    return None if v is None else UpTo(v)


class Near:
    """Equals a number that is not far off: what is left of a time."""

    def __init__(self, value, off=2):
        self.value, self.off = value, off

    def __eq__(self, other):
        return isinstance(other, (int, float)) and abs(other - self.value) <= self.off

    def __repr__(self):
        return f"about {self.value}"


class Words(list):
    """Equals a list of the same words in any order."""

    def __eq__(self, other):
        return isinstance(other, list) and sorted(self) == sorted(other)


def text(v, _):
    return None if v is None else str(v)


def number_of(table):
    """Of a name, its number as text: what they show with -N."""
    back = {name: str(n) for n, name in table.items()}
    return lambda v, _: back.get(v, v if v is None else str(v))


FAMILIES = {2: "inet", 10: "inet6", 28: "mpls", 17: "link", 7: "bridge"}
family = names(FAMILIES)
