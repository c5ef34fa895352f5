/* SPDX-License-Identifier: MIT */
#ifndef WEFT_BASE_H
#define WEFT_BASE_H

/*
 * Values every other header speaks of: byte slices, IP and link-layer addresses, growing text,
 * the error object. Nothing here knows netlink.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WEFT_API  __attribute__((visibility("default")))
#define WEFT_MUST __attribute__((warn_unused_result))

/* A borrowed run of bytes. */
struct weft_bytes {
	const void *p;
	size_t len;
};

/* Address family numbers as on the wire (linux/socket.h); own names, so that no system header is
 * needed. */
enum {
	WEFT_AF_UNSPEC = 0,
	WEFT_AF_INET = 2,
	WEFT_AF_BRIDGE = 7,
	WEFT_AF_INET6 = 10,
	WEFT_AF_PACKET = 17,
	WEFT_AF_MPLS = 28,
};

/* An IPv4 or IPv6 address, with a prefix length. family 0 means "not an address": encoders refuse
 * it by field name, so that expressions need no check of their own. */
struct weft_ip {
	uint8_t family; /* WEFT_AF_INET, WEFT_AF_INET6, or 0 */
	uint8_t plen;	/* prefix length in bits; 32 or 128 when none was written */
	bool written;	/* the length was: a whole address with it is not one without */
	union {
		uint8_t b[16];	   /* network order */
		uint32_t words[4]; /* the same bytes, so that compilers need no memory for addresses on their way */
	};
};

/* A link-layer address of up to 32 bytes (MAX_ADDR_LEN of linux/netdevice.h). len 0 is invalid. */
struct weft_mac {
	uint8_t len;
	uint8_t b[32];
};

/* Reads "10.0.0.1", "10.0.0.0/24", "fe80::1/64". Returns an address of family 0 when the text is
 * none. */
WEFT_API struct weft_ip weft_ip(const char *text);
/* The same with an answer: 0, or -EINVAL with *ret untouched. */
WEFT_API WEFT_MUST int weft_ip_parse(const char *text, struct weft_ip *ret);
/* Makes an address of `len` raw bytes: 4 or 16, anything else gives family 0. */
static inline struct weft_ip weft_ip_bytes(const void *p, size_t len)
{
	uint32_t w[4] = { 0, 0, 0, 0 };
	struct weft_ip ip;

	ip.family = !p ? 0 : len == 4 ? WEFT_AF_INET : len == 16 ? WEFT_AF_INET6 : 0;
	ip.plen = ip.family ? (uint8_t)(len * 8) : 0;
	ip.written = false;
	if (ip.family == WEFT_AF_INET)
		memcpy(w, p, 4);
	else if (ip.family)
		memcpy(w, p, 16);
	ip.words[0] = w[0];
	ip.words[1] = w[1];
	ip.words[2] = w[2];
	ip.words[3] = w[3];
	return ip;
}
/* Writes the address without prefix length (RFC 5952 for IPv6). buf has room for at least
 * WEFT_IP_TEXT bytes. Returns buf. */
#define WEFT_IP_TEXT 48
WEFT_API const char *weft_ip_text(const struct weft_ip *ip, char *buf);
/* Bytes on the wire: 4, 16 or 0. */
WEFT_API size_t weft_ip_len(const struct weft_ip *ip);

/* Reads "02:00:00:00:00:01" ('-' is accepted too), 1 to 32 bytes; len 0 when the text is none. */
WEFT_API struct weft_mac weft_mac(const char *text);

/* Text that grows; the first failure is kept in err (-ENOMEM) and later puts do nothing. Starts as
 * all zero. The text is NUL-terminated whenever p is not NULL. */
struct weft_text {
	char *p;
	size_t len, cap;
	int err;
};
WEFT_API void weft_text_put(struct weft_text *t, const void *p, size_t len);
WEFT_API void weft_text_puts(struct weft_text *t, const char *s);
WEFT_API void weft_text_putc(struct weft_text *t, char c);
WEFT_API void weft_text_uint(struct weft_text *t, uint64_t v);
WEFT_API void weft_text_int(struct weft_text *t, int64_t v);
/* Lower-case hex without separators. */
WEFT_API void weft_text_hex(struct weft_text *t, const void *p, size_t len);
/* A JSON string with quotes. Bytes that are not valid UTF-8 become \udcXX (the byte as a lone low
 * surrogate), so that nothing is lost on the way back; control characters are escaped. */
WEFT_API void weft_text_json(struct weft_text *t, const char *s, size_t len);
/* Text for a terminal: control characters and invalid UTF-8 as \xXX. */
WEFT_API void weft_text_safe(struct weft_text *t, const char *s, size_t len);
WEFT_API void weft_text_printf(struct weft_text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Empties the text, keeps the memory and clears err. */
WEFT_API void weft_text_clear(struct weft_text *t);
WEFT_API void weft_text_free(struct weft_text *t);

/* Who found the fault. */
enum weft_where {
	WEFT_WHERE_NONE,
	WEFT_WHERE_CALLER,    /* an argument, a field, a value */
	WEFT_WHERE_CODEC,     /* bytes that make no message */
	WEFT_WHERE_TRANSPORT, /* a system call */
	WEFT_WHERE_KERNEL,    /* the kernel refused */
	WEFT_WHERE_PEER,      /* somebody who is not the kernel */
};

/* What went wrong: a negative errno, the field path ("linkinfo.data.id") and a text, both possibly
 * empty. code 0 with a text is a warning of the kernel. */
struct weft_error {
	int code;
	enum weft_where where;
	char path[96];
	char msg[192];
};
/* Fills *e (may be NULL) and returns code. */
WEFT_API int weft_error_set(struct weft_error *e, int code, enum weft_where where, const char *path, const char *fmt,
			    ...) __attribute__((cold, format(printf, 5, 6)));
/* Puts "name." (or "name[index]" when index >= 0) in front of the path. */
WEFT_API void weft_error_prefix(struct weft_error *e, const char *name, int64_t index);

#ifdef __cplusplus
}
#endif
#endif
