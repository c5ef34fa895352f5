/* SPDX-License-Identifier: MIT */
/* For LD_PRELOAD before weft: gives the link v0 data centre bridging, which no driver of a virtual machine has. The
 * kernel is asked nothing instead, and its ack becomes the answer. What the device has is kept in the file DCB_STATE:
 * dcbx, the structs of IEEE 802.1Qaz by their attribute, the table of applications. */
#include <errno.h>
#include <linux/dcbnl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	TYPE = 0x3fff, /* of an attribute, without its flags */
};

static struct {
	uint8_t dcbx, n_apps;
	struct ieee_ets ets;
	struct ieee_pfc pfc;
	struct ieee_maxrate maxrate;
	struct dcbnl_buffer buffer;
	struct dcb_app app[32];
} state;
static uint8_t answer[4096];
static uint32_t len, waits; /* of the answer; sequence number that waits for it */

static void keep(const char *mode)
{
	FILE *f = fopen(getenv("DCB_STATE"), mode);

	if (!f)
		return;
	if (*mode == 'r' && fread(&state, sizeof state, 1, f) != 1)
		memset(&state, 0, sizeof state);
	if (*mode == 'w')
		(void)fwrite(&state, sizeof state, 1, f);
	fclose(f);
}

static struct rtattr *put(uint16_t type, const void *p, uint32_t n)
{
	struct rtattr *a = (struct rtattr *)(answer + len);

	a->rta_type = type;
	a->rta_len = (uint16_t)(RTA_LENGTH(0) + n);
	if (n)
		memcpy(RTA_DATA(a), p, n);
	len += RTA_SPACE(n);
	return a;
}

static void close_nest(struct rtattr *a)
{
	a->rta_len = (uint16_t)(answer + len - (uint8_t *)a);
}

static void tell_all(void)
{
	struct rtattr *ieee, *apps;

	put(DCB_ATTR_IFNAME, "v0", 3);
	ieee = put(DCB_ATTR_IEEE, NULL, 0);

	put(DCB_ATTR_IEEE_ETS, &state.ets, sizeof state.ets);
	put(DCB_ATTR_IEEE_MAXRATE, &state.maxrate, sizeof state.maxrate);
	put(DCB_ATTR_IEEE_PFC, &state.pfc, sizeof state.pfc);
	put(DCB_ATTR_DCB_BUFFER, &state.buffer, sizeof state.buffer);
	apps = put(DCB_ATTR_IEEE_APP_TABLE, NULL, 0);
	for (int i = 0; i < state.n_apps; i++)
		put(state.app[i].selector == 255 ? 2 : DCB_ATTR_IEEE_APP, &state.app[i], sizeof *state.app);
	close_nest(apps);
	close_nest(ieee);
	put(DCB_ATTR_DCBX, &state.dcbx, 1);
}

static void apps(const struct rtattr *table, int add)
{
	uint32_t left = (uint32_t)RTA_PAYLOAD(table);

	for (struct rtattr *a = RTA_DATA(table); RTA_OK(a, left); a = RTA_NEXT(a, left)) {
		int i = 0;

		while (i < state.n_apps && memcmp(&state.app[i], RTA_DATA(a), sizeof *state.app) != 0)
			i++;
		if (add && i == state.n_apps)
			memcpy(&state.app[state.n_apps++], RTA_DATA(a), sizeof *state.app);
		if (!add && i < state.n_apps)
			state.app[i] = state.app[--state.n_apps];
	}
}

/* As a driver does: the shares of all classes are 100 %. */
static uint8_t change(const struct rtattr *ieee, int add)
{
	uint32_t left = (uint32_t)RTA_PAYLOAD(ieee);
	int sum = 0;

	for (struct rtattr *a = RTA_DATA(ieee); RTA_OK(a, left); a = RTA_NEXT(a, left)) {
		struct ieee_ets *ets = RTA_DATA(a);

		switch (a->rta_type & TYPE) {
		case DCB_ATTR_IEEE_ETS:
			for (int i = 0; i < 8; i++)
				sum += ets->tc_tx_bw[i];
			if (sum != 100)
				return EINVAL;
			state.ets = *ets;
			break;
		case DCB_ATTR_IEEE_PFC:
			memcpy(&state.pfc, RTA_DATA(a), sizeof state.pfc);
			break;
		case DCB_ATTR_IEEE_MAXRATE:
			memcpy(&state.maxrate, RTA_DATA(a), sizeof state.maxrate);
			break;
		case DCB_ATTR_DCB_BUFFER:
			memcpy(&state.buffer, RTA_DATA(a), sizeof state.buffer);
			break;
		case DCB_ATTR_IEEE_APP_TABLE:
			apps(a, add);
			break;
		}
	}
	return 0;
}

/* The answer to a request for v0; 0: it is for another. */
static int answered(const struct nlmsghdr *h)
{
	const struct dcbmsg *d = NLMSG_DATA(h);
	uint32_t left = h->nlmsg_len - (uint32_t)NLMSG_SPACE(sizeof *d);
	int ours = 0;
	struct rtattr *first = (struct rtattr *)((uint8_t *)NLMSG_DATA(h) + NLMSG_ALIGN(sizeof *d)), *ieee = NULL,
		      *mode = NULL;
	struct nlmsghdr *out = (struct nlmsghdr *)answer, *ack;
	uint8_t result = 0;

	for (struct rtattr *a = first; RTA_OK(a, left); a = RTA_NEXT(a, left)) {
		uint16_t type = a->rta_type & TYPE;

		ours |= type == DCB_ATTR_IFNAME && strcmp(RTA_DATA(a), "v0") == 0;
		ieee = type == DCB_ATTR_IEEE ? a : ieee;
		mode = type == DCB_ATTR_DCBX ? a : mode;
	}
	if (!ours)
		return 0;
	keep("r");
	*out = (struct nlmsghdr){ .nlmsg_type = h->nlmsg_type, .nlmsg_seq = h->nlmsg_seq };
	memcpy(NLMSG_DATA(out), d, sizeof *d);
	len = NLMSG_SPACE(sizeof *d);
	if (d->cmd == DCB_CMD_IEEE_GET)
		tell_all();
	/* the device is no host of CEE */
	if (d->cmd == DCB_CMD_SDCBX) {
		uint8_t wish = mode ? *(uint8_t *)RTA_DATA(mode) : 0;

		result = (wish & DCB_CAP_DCBX_VER_CEE) != 0;
		state.dcbx = result ? state.dcbx : wish;
		put(DCB_ATTR_DCBX, &result, 1);
	}
	if (d->cmd == DCB_CMD_IEEE_SET || d->cmd == DCB_CMD_IEEE_DEL) {
		result = ieee ? change(ieee, d->cmd == DCB_CMD_IEEE_SET) : 0;
		put(DCB_ATTR_IEEE, &result, 1);
	}
	out->nlmsg_len = len;
	keep("w");
	if (h->nlmsg_flags & NLM_F_ACK) {
		ack = (struct nlmsghdr *)(answer + len);
		memset(ack, 0, NLMSG_LENGTH(sizeof(struct nlmsgerr)));
		ack->nlmsg_len = NLMSG_LENGTH(sizeof(struct nlmsgerr));
		ack->nlmsg_type = NLMSG_ERROR;
		ack->nlmsg_seq = h->nlmsg_seq;
		memcpy((uint8_t *)NLMSG_DATA(ack) + 4, h, sizeof *h);
		len += ack->nlmsg_len;
	}
	waits = h->nlmsg_seq;
	return 1;
}

ssize_t send(int fd, const void *p, size_t n, int flags)
{
	struct nlmsghdr nothing = { sizeof nothing, NLMSG_NOOP, NLM_F_REQUEST | NLM_F_ACK, 0, 0 };
	const struct nlmsghdr *h = p;

	if (n >= NLMSG_SPACE(sizeof(struct dcbmsg)) && (h->nlmsg_type == RTM_GETDCB || h->nlmsg_type == RTM_SETDCB) &&
	    answered(h)) {
		nothing.nlmsg_seq = h->nlmsg_seq;
		return syscall(SYS_sendto, fd, &nothing, sizeof nothing, flags, NULL, 0) > 0 ? (ssize_t)n : -1;
	}
	return syscall(SYS_sendto, fd, p, n, flags, NULL, 0);
}

ssize_t recvfrom(int fd, void *restrict buf, size_t cap, int flags, struct sockaddr *restrict from,
		 socklen_t *restrict from_len)
{
	ssize_t n = syscall(SYS_recvfrom, fd, buf, cap, flags, from, from_len);
	struct sockaddr_nl me;
	socklen_t size = sizeof me;
	struct nlmsghdr *h;

	if (n < (ssize_t)sizeof *h || !waits || ((struct nlmsghdr *)buf)->nlmsg_seq != waits)
		return n;
	waits = 0;
	(void)getsockname(fd, (struct sockaddr *)&me, &size);
	for (uint32_t at = 0; at < len; at += NLMSG_ALIGN(h->nlmsg_len)) {
		h = (struct nlmsghdr *)(answer + at);
		h->nlmsg_pid = me.nl_pid;
	}
	memcpy(buf, answer, len);
	return (ssize_t)len;
}
