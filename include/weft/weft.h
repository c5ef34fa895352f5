/* SPDX-License-Identifier: MIT */
#ifndef WEFT_WEFT_H
#define WEFT_WEFT_H

/* All of libweft. */

#include <weft/base.h>
#include <weft/codec.h>
#include <weft/value.h>
#include <weft/schema.h>
#include <weft/rows.h>
#include <weft/msg.h>
#include <weft/session.h>
#include <weft/batch.h>
#include <weft/hook.h>
#include <weft/link.h>
#include <weft/addr.h>
#include <weft/route.h>
#include <weft/rule.h>
#include <weft/neigh.h>
#include <weft/netns.h>
#include <weft/agent.h>
#include <weft/tc.h>
#include <weft/filter.h>

#endif
