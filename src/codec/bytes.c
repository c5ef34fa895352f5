/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <weft/codec.h>

uint16_t weft_get_u16(const void *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof v);
	return v;
}

uint32_t weft_get_u32(const void *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof v);
	return v;
}

uint64_t weft_get_u64(const void *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof v);
	return v;
}

uint16_t weft_get_be16(const void *p)
{
	const uint8_t *b = p;

	return (uint16_t)(b[0] << 8 | b[1]);
}

uint32_t weft_get_be32(const void *p)
{
	const uint8_t *b = p;

	return (uint32_t)weft_get_be16(b) << 16 | weft_get_be16(b + 2);
}

uint64_t weft_get_be64(const void *p)
{
	const uint8_t *b = p;

	return (uint64_t)weft_get_be32(b) << 32 | weft_get_be32(b + 4);
}

void weft_set_u16(void *p, uint16_t v)
{
	memcpy(p, &v, sizeof v);
}

void weft_set_u32(void *p, uint32_t v)
{
	memcpy(p, &v, sizeof v);
}

void weft_set_u64(void *p, uint64_t v)
{
	memcpy(p, &v, sizeof v);
}

void weft_set_be16(void *p, uint16_t v)
{
	uint8_t *b = p;

	b[0] = (uint8_t)(v >> 8);
	b[1] = (uint8_t)v;
}

void weft_set_be32(void *p, uint32_t v)
{
	weft_set_be16(p, (uint16_t)(v >> 16));
	weft_set_be16((uint8_t *)p + 2, (uint16_t)v);
}

void weft_set_be64(void *p, uint64_t v)
{
	weft_set_be32(p, (uint32_t)(v >> 32));
	weft_set_be32((uint8_t *)p + 4, (uint32_t)v);
}
