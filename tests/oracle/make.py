# SPDX-License-Identifier: MIT
"""A state, made by `ip`, `tc` and `bridge` alone."""
import os

import helpers
import needs
import space
import states


class Absent(Exception):
    """What a state needs and this kernel has not."""


class Made:
    """A state in a namespace of its own; its peer namespace, if it has one."""

    def __init__(self, state):
        need = needs.missing(state, False)
        if need:
            raise Absent(need)
        self.state = state
        self.names = {"A": f"weft-a{os.getpid()}", "P": f"weft-p{os.getpid()}"}
        self.peer = self.own = None
        if state.uses_peer():
            self.peer = space.Space()
            self.peer.bind(self.names["P"])
        self.own = space.Space()
        try:
            self.make()
        except (space.Broken, OSError) as e:
            self.close()
            need = needs.missing(state, True)
            raise Absent(need) if need else e
        except BaseException:
            self.close()
            raise

    def make(self):
        self.own.enter()
        for tool, options, lines in states.groups(self.state.commands(needs.KERNEL, self.names)):
            if tool in ("sysctl", "helper"):
                for line in lines:
                    (space.sysctl if tool == "sysctl" else helpers.run)(line)
                continue
            if isinstance(lines[0], list):
                for words in lines:
                    space.alone([tool, *options, *words])
                continue
            try:
                space.batch(tool, options, lines)
            except space.Broken as e:
                which = lines[e.line] if e.line is not None and e.line < len(lines) else "?"
                raise space.Broken(f"{tool} {' '.join(options)} {which}: {e}") from None

    def close(self):
        helpers.end()
        for s in (self.own, self.peer):
            if s:
                s.close()
        self.own = self.peer = None
