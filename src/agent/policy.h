/* SPDX-License-Identifier: MIT */
#ifndef WEFT_AGENT_POLICY_H
#define WEFT_AGENT_POLICY_H

#include <weft/base.h>

/* Whether one message of a protocol only asks: it can change nothing, whatever it contains. What is not
 * known here changes something. */
bool weft__only_asks(uint16_t protocol, const uint8_t *message, uint32_t len);

/* Of a message that weft__only_asks refuses: the generic family, by name, as a message of which it only asks; NULL:
 * none. To whom its number belongs only the kernel can tell. */
const char *weft__asks_of(uint16_t protocol, const uint8_t *message, uint32_t len);

/* Whether a socket of a protocol can be asked anything, or tells of itself what is harmless. */
bool weft__can_ask(uint16_t protocol);

/* Whether one message is about the namespace of its socket alone: it names no other by id, pid or descriptor. */
bool weft__stays_here(uint16_t protocol, const uint8_t *message, uint32_t len);

#endif
