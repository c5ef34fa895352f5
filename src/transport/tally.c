/* SPDX-License-Identifier: MIT */
#include <linux/bpf.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "transport/tally.h"
#include "transport/transport.h"

enum {
	MOST = 1 << 16, /* marks; it is far less work to read a few acks than to be without them */
	ERROR = 2,	/* NLMSG_ERROR */
	ACK = 20,	/* bytes of an ack up to its code */
};

static int bpf(int what, union bpf_attr *a)
{
	return (int)syscall(SYS_bpf, what, a, sizeof *a);
}

/* One value of so many bytes, that can be mapped. */
static int make_map(uint32_t size)
{
	union bpf_attr a;

	memset(&a, 0, sizeof a);
	a.map_type = BPF_MAP_TYPE_ARRAY;
	a.key_size = sizeof(uint32_t);
	a.value_size = size;
	a.max_entries = 1;
	a.map_flags = BPF_F_MMAPABLE;
	return bpf(BPF_MAP_CREATE, &a);
}

/* Loads of BPF from a packet turn what they load as if it were big-endian; BPF_TO_BE turns it back. */
static int load_program(int map, uint32_t size, uint32_t port)
{
	enum {
		PASS = 23
	}; /* the last but one */
	const struct bpf_insn program[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = BPF_REG_6, .src_reg = BPF_REG_1 },
		/* one message, long enough for a code */
		{ .code = BPF_LDX | BPF_MEM | BPF_W,
		  .dst_reg = BPF_REG_7,
		  .src_reg = BPF_REG_6,
		  .off = offsetof(struct __sk_buff, len) },
		{ .code = BPF_JMP | BPF_JLT | BPF_K, .dst_reg = BPF_REG_7, .imm = ACK, .off = PASS - 3 },
		{ .code = BPF_LD | BPF_ABS | BPF_W, .imm = 0 },
		{ .code = BPF_ALU | BPF_END | BPF_TO_BE, .dst_reg = BPF_REG_0, .imm = 32 },
		{ .code = BPF_JMP | BPF_JNE | BPF_X, .dst_reg = BPF_REG_0, .src_reg = BPF_REG_7, .off = PASS - 6 },
		/* of a message of ours, that was done */
		{ .code = BPF_LD | BPF_ABS | BPF_H, .imm = 4 },
		{ .code = BPF_ALU | BPF_END | BPF_TO_BE, .dst_reg = BPF_REG_0, .imm = 16 },
		{ .code = BPF_JMP | BPF_JNE | BPF_K, .dst_reg = BPF_REG_0, .imm = ERROR, .off = PASS - 9 },
		{ .code = BPF_LD | BPF_ABS | BPF_W, .imm = 16 },
		{ .code = BPF_JMP | BPF_JNE | BPF_K, .dst_reg = BPF_REG_0, .imm = 0, .off = PASS - 11 },
		{ .code = BPF_LD | BPF_ABS | BPF_W, .imm = 12 },
		{ .code = BPF_ALU | BPF_END | BPF_TO_BE, .dst_reg = BPF_REG_0, .imm = 32 },
		{ .code = BPF_JMP32 | BPF_JNE | BPF_K, .dst_reg = BPF_REG_0, .imm = (int32_t)port, .off = PASS - 14 },
		/* is noted by its number */
		{ .code = BPF_LD | BPF_ABS | BPF_W, .imm = 8 },
		{ .code = BPF_ALU | BPF_END | BPF_TO_BE, .dst_reg = BPF_REG_0, .imm = 32 },
		{ .code = BPF_ALU64 | BPF_AND | BPF_K, .dst_reg = BPF_REG_0, .imm = (int32_t)(size - 1) },
		{ .code = BPF_LD | BPF_DW | BPF_IMM,
		  .dst_reg = BPF_REG_1,
		  .src_reg = BPF_PSEUDO_MAP_VALUE,
		  .imm = map },
		{ .code = 0 },
		{ .code = BPF_ALU64 | BPF_ADD | BPF_X, .dst_reg = BPF_REG_1, .src_reg = BPF_REG_0 },
		{ .code = BPF_ST | BPF_MEM | BPF_B, .dst_reg = BPF_REG_1, .imm = 1 },
		/* and dropped: none of its bytes are taken; else all are */
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 0 },
		{ .code = BPF_JMP | BPF_EXIT },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = INT32_MAX },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr a;

	memset(&a, 0, sizeof a);
	a.prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
	a.insns = (uintptr_t)program;
	a.insn_cnt = sizeof program / sizeof *program;
	a.license = (uintptr_t) "MIT";
	return bpf(BPF_PROG_LOAD, &a);
}

/* The program holds the map, and the socket the program. */
static bool attach(const struct weft__socket *s, int map, uint32_t size)
{
	int program = load_program(map, size, s->port), r;

	if (program < 0)
		return false;
	r = setsockopt(s->fd, SOL_SOCKET, SO_ATTACH_BPF, &program, sizeof program);
	close(program);
	return r == 0;
}

bool weft__tally_open(const struct weft__socket *s, uint32_t n, struct weft__tally *ret)
{
	uint32_t size = 4096;
	void *marks = MAP_FAILED;
	int map;

	while (size < n && size < MOST)
		size *= 2;
	map = s && size >= n ? make_map(size) : -1;
	if (map < 0)
		return false;
	marks = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, map, 0);
	if (marks != MAP_FAILED && !attach(s, map, size)) {
		munmap(marks, size);
		marks = MAP_FAILED;
	}
	close(map);
	if (marks == MAP_FAILED)
		return false;
	*ret = (struct weft__tally){ marks, size };
	return true;
}

void weft__tally_close(struct weft__tally *t)
{
	if (t->marks)
		munmap(t->marks, t->size);
	t->marks = NULL;
}
