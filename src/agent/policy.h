/* SPDX-License-Identifier: MIT */
#ifndef WEFT_AGENT_POLICY_H
#define WEFT_AGENT_POLICY_H

#include <weft/base.h>

/* Whether one message of a protocol only asks: it can change nothing, whatever it contains. What is not
 * known here changes something. */
bool weft__only_asks(uint16_t protocol, const uint8_t *message, uint32_t len);

/* Whether one message is about the namespace of its socket alone: it names no other by id, pid or descriptor. */
bool weft__stays_here(uint16_t protocol, const uint8_t *message, uint32_t len);

#endif
