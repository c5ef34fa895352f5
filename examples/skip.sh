#!/bin/sh
# SPDX-License-Identifier: MIT
# skip.sh LIBRARY: an example that could not be built.
echo "skipped: $1 is not installed"
exit 77
