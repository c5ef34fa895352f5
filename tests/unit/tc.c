/* SPDX-License-Identifier: MIT */
/* Options of traffic control in people's words: into messages and back. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <weft/json.h>
#include <weft/weft.h>

#include "object/tc_math.h"
#include "object/tc_rate.h"

enum {
	WORDS = 64,
};

/* The words of a line, which is cut up. */
static size_t split(char *line, struct weft_word *ret)
{
	size_t n = 0;

	for (char *p = strtok(line, " "); p; p = strtok(NULL, " ")) {
		char *eq = strchr(p, '=');

		assert_true(n < WORDS);
		if (eq)
			*eq = 0;
		ret[n++] = (struct weft_word){ p, eq ? eq + 1 : NULL };
	}
	return n;
}

static struct weft_msg *of_words(const char *kind, bool of_class, const char *words)
{
	struct weft_msg *m = weft_request("tc", of_class ? "newtclass" : "newqdisc", 0);
	struct weft_word w[WORDS];
	char *line = strdup(words);

	weft_put_named(m, "kind", weft_kv_str(0, kind));
	weft_tc_put(m, w, split(line, w));
	free(line);
	return m;
}

/* What is told of the words, which told again is the same message. */
static void told(const char *kind, bool of_class, const char *words, const char *want)
{
	struct weft_msg *m = of_words(kind, of_class, words), *again;
	struct weft_text t = { 0 };
	struct weft_error e = { 0 };

	if (weft_msg_error(m, &e) < 0)
		fail_msg("%s %s: %s: %s", kind, words, e.path, e.msg);
	assert_int_equal(weft_tc_text(weft_msg_body(m), &t), 0);
	assert_string_equal(t.p ? t.p : "", want);
	again = of_words(kind, of_class, t.p ? t.p : "");
	if (weft_msg_error(again, &e) < 0)
		fail_msg("%s %s: %s: %s", kind, t.p, e.path, e.msg);
	weft_text_clear(&t);
	assert_int_equal(weft_tc_text(weft_msg_body(again), &t), 0);
	assert_string_equal(t.p ? t.p : "", want);
	weft_text_free(&t);
	weft_msg_free(m);
	weft_msg_free(again);
}

static void plain(void **state)
{
	(void)state;
	told("pfifo", false, "limit=10", "limit=10p");
	told("bfifo", false, "limit=10kb", "limit=10kb");
	told("pfifo", false, "", "");
	told("prio", false, "", "bands=3 priomap=1,2,2,2,1,2,0,0,1,1,1,1,1,1,1,1");
	told("prio", false, "bands=2 priomap=0,1", "bands=2 priomap=0,1,0,0,0,0,0,0,0,0,0,0,0,0,0,0");
	told("multiq", false, "", "bands=0");
	told("plug", false, "release_indefinite", "release_indefinite");
	told("codel", false, "target=1024us noecn limit=1000p", "limit=1000p target=1024us noecn");
	told("fq_codel", false, "flows=64 ecn memory-limit=32mb drop_batch=64 ce_threshold=1024us",
	     "flows=64 ce_threshold=1024us memory_limit=32mb drop_batch=64p ecn");
	told("fq", false, "maxrate=1gbit buckets=1024 horizon=10s horizon_drop nopacing weights=1,2,3 priomap=1,2",
	     "buckets=1024 maxrate=1gbit horizon=10s weights=1,2,3 "
	     "priomap=1,2,0,0,0,0,0,0,0,0,0,0,0,0,0,0 nopacing horizon_drop");
	told("hhf", false, "reset_timeout=40ms admit_bytes=128kb", "reset_timeout=40ms admit_bytes=128kb");
	told("pie", false, "bytemode alpha=2 dq_rate_estimator", "alpha=2 bytemode dq_rate_estimator");
	told("fq_pie", false, "flows=64 noecn", "flows=64 noecn");
	told("dualpi2", false, "step_thresh=1ms any_ect drop_on_overload coupling_factor=2",
	     "step_thresh=1ms coupling_factor=2 drop_on_overload any_ect");
	told("drr", true, "quantum=1500", "quantum=1500b");
	told("drr", true, "", "");
	told("qfq", true, "weight=5 maxpkt=1500", "weight=5 maxpkt=1500b");
	told("sfb", false, "limit=100p",
	     "rehash=600s db=60s limit=100p max=25p target=20p increment=33 decrement=3 "
	     "penalty_rate=10 penalty_burst=20p");
	told("cbs", false, "hicredit=30 locredit=-1470 idleslope=20000 sendslope=-980000",
	     "hicredit=30 locredit=-1470 idleslope=20000 sendslope=-980000 offload=0");
	told("etf", false, "clockid=tai delta=300us deadline_mode skip_sock_check",
	     "delta=300us clockid=CLOCK_TAI deadline_mode skip_sock_check");
	told("ets", false, "strict=2 quanta=3000,2000 priomap=0,1,2,3",
	     "bands=4 strict=2 quanta=3000b,2000b priomap=0,1,2,3");
	told("ets", true, "quantum=9000", "quantum=9000b");
	told("cake", false, "bandwidth=100gbit diffserv4 nat dual-srchost ack-filter rtt=20ms memlimit=8mb fwmark=0xff",
	     "bandwidth=100gbit diffserv4 dual_srchost nat ack_filter rtt=20ms memlimit=8mb fwmark=255");
	told("cake", false, "unlimited besteffort raw ptm overhead=-4", "unlimited besteffort raw ptm overhead=-4");
	/* fields of the rows */
	told("codel", false, "ce-threshold=2048us", "ce_threshold=2048us");
	told("pie", false, "target=15ms", "target=15ms");
}

static uint64_t number(struct weft_msg *m, const char *path)
{
	uint64_t v = weft_uint(weft_at(weft_msg_body(m), path), 77777);

	assert_int_equal(weft_msg_error(m, NULL), 0);
	return v;
}

static void shaping(void **state)
{
	struct weft_msg *m;

	(void)state;
	told("htb", false, "default=1f", "r2q=10 default=1f debug=0");
	told("htb", false, "default=1:30 offload direct_qlen=5", "r2q=10 default=30 debug=0 direct_qlen=5p offload");
	told("htb", true, "rate=10mbit ceil=1gbit burst=15kb prio=2",
	     "rate=10mbit ceil=1gbit burst=15kb cburst=1600b prio=2 quantum=0");
	told("htb", true, "rate=100gbit", "rate=100gbit ceil=100gbit burst=2400b cburst=2400b prio=0 quantum=0");
	told("htb", true, "rate=8mbit linklayer=atm overhead=10 mpu=64 quantum=1600",
	     "rate=8mbit ceil=8mbit burst=1600b cburst=1600b prio=0 quantum=1600 overhead=10 mpu=64 linklayer=atm");
	told("tbf", false, "rate=1mbit burst=10kb latency=70ms", "rate=1mbit burst=10kb limit=18990b");
	told("tbf", false, "rate=4gbit burst=1mb limit=2mb", "rate=4gbit burst=1mb limit=2mb");
	told("tbf", false, "rate=1mbit burst=10kb limit=20kb peakrate=2mbit mtu=1540",
	     "rate=1mbit burst=10kb limit=20kb peakrate=2mbit mtu=1540b");
	told("hfsc", false, "default=10", "default=10");
	told("hfsc", true, "sc=10mbit:5ms:1mbit ul=20mbit", "sc=10mbit:5ms:1mbit ul=20mbit");
	told("hfsc", true, "rt=1mbit ls=2mbit", "rt=1mbit ls=2mbit");

	m = of_words("tbf", false, "rate=400gbit burst=1mb limit=2mb peakrate=800gbit mtu=64kb");
	assert_int_equal(number(m, "options.rate64"), 50000000000);
	assert_int_equal(number(m, "options.prate64"), 100000000000);
	assert_int_equal(number(m, "options.burst"), 1 << 20);
	assert_int_equal(number(m, "options.pburst"), 1 << 16);
	assert_int_equal(number(m, "options.parms.buffer"), 328);
	weft_msg_free(m);
	m = of_words("htb", true, "rate=10mbit ceil=100gbit burst=15kb");
	assert_int_equal(number(m, "options.parms.rate.rate"), 1250000);
	assert_int_equal(number(m, "options.parms.rate.linklayer"), 1);
	assert_int_equal(number(m, "options.parms.buffer"), 192000);
	assert_int_equal(number(m, "options.parms.ceil.rate"), UINT32_MAX);
	assert_int_equal(number(m, "options.ceil64"), 12500000000);
	/* 1612 bytes are 128.96 ns, in ticks of 64 */
	assert_int_equal(number(m, "options.parms.cbuffer"), 3);
	assert_false(weft_at(weft_msg_body(m), "options.rate64").p);
	weft_msg_free(m);
}

static void early_drop(void **state)
{
	struct weft_msg *m;
	struct weft_bytes stab;

	(void)state;
	m = of_words("red", false,
		     "limit=400kb min=30kb max=90kb avpkt=1000 burst=55 bandwidth=10mbit probability=2% ecn");
	assert_int_equal(number(m, "options.parms.Wlog"), 5);
	assert_int_equal(number(m, "options.parms.Plog"), 22);
	assert_int_equal(number(m, "options.parms.Scell-log"), 15);
	assert_int_equal(number(m, "options.max-p"), 85899346);
	assert_int_equal(number(m, "options.parms.flags"), 0);
	assert_int_equal(weft_get_u32(weft_at(weft_msg_body(m), "options.flags").p), 1);
	stab = (struct weft_bytes){ weft_at(weft_msg_body(m), "options.stab").p,
				    weft_at(weft_msg_body(m), "options.stab").len };
	assert_int_equal(stab.len, 256);
	assert_int_equal(((const uint8_t *)stab.p)[0], 0);
	assert_int_equal(((const uint8_t *)stab.p)[255], 31);
	weft_msg_free(m);
	told("red", false, "limit=60kb avpkt=1000 harddrop adaptive",
	     "limit=60kb min=5kb max=15kb ewma=3 plog=19 scell_log=13 probability=1.99999998% harddrop adaptive");
	told("choke", false, "limit=1000 min=50 max=150",
	     "limit=1000p min=50p max=150p ewma=6 plog=23 scell_log=16 probability=1.99999998%");
	told("sfq", false, "limit=100 perturb=10s depth=20 headdrop",
	     "limit=100p quantum=0b divisor=0 flows=0 depth=20p perturb=10s headdrop");
	told(
	    "sfq", false, "redflowlimit=100kb min=8000 max=60000 probability=20% ecn",
	    "limit=0p quantum=0b divisor=0 flows=0 redflowlimit=60000b min=8000b max=60000b ewma=6 plog=18 scell_log=0 "
	    "probability=20% ecn");
}

static void queues(void **state)
{
	struct weft_msg *m;

	(void)state;
	m = of_words("gred", false, "DPs=3 default=2 grio limit=1mb");
	assert_int_equal(number(m, "options.dps.DPs"), 3);
	assert_int_equal(number(m, "options.dps.grio"), 1);
	assert_int_equal(number(m, "options.limit"), 1 << 20);
	weft_msg_free(m);
	m = of_words("gred", false, "DP=2 limit=60kb min=15kb max=45kb burst=20 avpkt=1000 bandwidth=10mbit prio=3");
	assert_int_equal(number(m, "options.parms[0].DP"), 2);
	assert_int_equal(number(m, "options.parms[0].prio"), 3);
	assert_int_equal(number(m, "options.max-p[0]"), 85899345);
	weft_msg_free(m);
	told("mqprio", false,
	     "num_tc=2 map=0,1 queues=1@0,1@1 hw=1 mode=channel shaper=bw_rlimit min_rate=1gbit,2gbit fp=E,P",
	     "num_tc=2 map=0,1,0,0,0,0,0,0,0,0,0,0,0,0,0,0 queues=1@0,1@1 hw=1 mode=channel shaper=bw_rlimit "
	     "min_rate=1gbit,2gbit fp=E,P");
	told("taprio", false,
	     "num_tc=2 map=0,1 queues=1@0,1@1 base_time=1s clockid=CLOCK_TAI flags=1 sched=S:01:300us,H:ff:200000 "
	     "max_sdu=0,300",
	     "num_tc=2 map=0,1,0,0,0,0,0,0,0,0,0,0,0,0,0,0 queues=1@0,1@1 max_sdu=0,300 sched=S:1:300us,H:ff:200us "
	     "base_time=1s clockid=CLOCK_TAI flags=1");
}

static void emulator(void **state)
{
	struct weft_msg *m = of_words("netem", false, "delay=100ms jitter=10ms distribution=normal");
	struct weft_attr dist = weft_at(weft_msg_body(m), "options.delay-dist");
	int64_t last = INT16_MIN, sum = 0, squares = 0;
	unsigned n = 0;

	(void)state;
	assert_int_equal(number(m, "options.latency"), 1562500);
	assert_int_equal(number(m, "options.latency64"), 100000000);
	WEFT_EACH(v, dist)
	{
		assert_true(weft_int(v, 0) >= last);
		last = weft_int(v, 0);
		sum += last;
		squares += last * last;
		n++;
	}
	assert_int_equal(n, 4096);
	assert_true(llabs(sum / n) < 2);
	/* the tails are cut */
	assert_true(squares / n > 8150 * 8150 && squares / n < 8200 * 8200);
	/* 84.13 % are below one standard deviation */
	assert_true(llabs(weft_int(weft_at(weft_msg_body(m), "options.delay-dist[3446]"), 0) - 8192) < 10);
	weft_msg_free(m);
	m = of_words("netem", false, "delay=1ms jitter=1ms distribution=-5,0,7");
	assert_int_equal(weft_int(weft_at(weft_msg_body(m), "options.delay-dist[0]"), 0), -5);
	weft_msg_free(m);
	m = of_words("netem", false, "delay=1ms jitter=1ms distribution=pareto");
	assert_int_equal(weft_int(weft_at(weft_msg_body(m), "options.delay-dist[4095]"), 0), 32767);
	weft_msg_free(m);
	told("netem", false, "loss=1% loss_corr=25% duplicate=0.5% corrupt=0.1% limit=2000",
	     "limit=2000p loss=1% loss_corr=25% duplicate=0.5% corrupt=0.1%");
	told("netem", false, "delay=10ms reorder=25% reorder_corr=50%",
	     "limit=1000p delay=10ms reorder=25% reorder_corr=50% gap=1p");
	told("netem", false, "rate=100gbit packet_overhead=-20 cell_size=48b cell_overhead=5",
	     "limit=1000p packet_overhead=-20 cell_size=48b cell_overhead=5 rate=100gbit");
	told("netem", false, "slot=1ms,5ms slot_packets=10 slot_bytes=8kb seed=42",
	     "limit=1000p slot=1ms,5ms slot_packets=10 slot_bytes=8192 seed=42");
	told("netem", false, "loss_ge=1%,10%,70%,0.1% ecn", "limit=1000p loss_ge=1%,10%,70%,0.1% ecn");
	told("netem", false, "loss_gi=1%", "limit=1000p loss_gi=1%,99%,0%,0%,100%");
}

static void common(void **state)
{
	struct weft_msg *m = of_words("pfifo", false, "stab_linklayer=atm stab_overhead=-4 estimator=1s,8s");

	(void)state;
	assert_int_equal(number(m, "stab.base.tsize"), 512);
	assert_int_equal(number(m, "stab.base.cell-log"), 2);
	assert_int_equal(weft_at(weft_msg_body(m), "stab.data").len, 1024);
	/* 4 bytes are one cell of 53, 52 are two */
	assert_int_equal(number(m, "stab.data[0]"), 53);
	assert_int_equal(number(m, "stab.data[12]"), 106);
	assert_int_equal(weft_int(weft_at(weft_msg_body(m), "stab.base.overhead"), 0), -4);
	assert_int_equal(weft_int(weft_at(weft_msg_body(m), "rate.interval"), 7), 0);
	assert_int_equal(number(m, "rate.ewma-log"), 3);
	assert_false(weft_at(weft_msg_body(m), "options").p);
	weft_msg_free(m);
	/* sizes of a table of 16 bits */
	m = of_words("pfifo", false, "stab_linklayer=atm stab_mtu=1mb");
	assert_int_equal(number(m, "stab.base.size-log"), 6);
	weft_msg_free(m);
	told("pfifo", false, "limit=5 stab_overhead=20", "limit=5p stab_overhead=20 stab_linklayer=ethernet");
}

static void bad(const char *kind, bool of_class, const char *words, const char *path, const char *text)
{
	struct weft_msg *m = of_words(kind, of_class, words);
	struct weft_error e = { 0 };

	if (weft_msg_error(m, &e) == 0 || strcmp(e.path, path) != 0 || !strstr(e.msg, text))
		fail_msg("%s %s: %s: %s", kind, words, e.path, e.msg);
	weft_msg_free(m);
}

static void bad_words(void **state)
{
	(void)state;
	bad("codel", false, "targt=5ms", "targt", "near: target");
	bad("codel", false, "target=5 target=6", "target", "said twice");
	bad("codel", false, "ecn=maybe", "ecn", "not a number");
	bad("codel", false, "target", "target", "without a value");
	bad("codel", false, "target=5mb", "target", "not a time");
	bad("nosuch", false, "limit=5", "options", "no fields are known");
	bad("fq", false, "buckets=1000", "buckets", "not a power of two");
	bad("prio", false, "priomap=1,2,300", "priomap", "not numbers from 0 to 255");
	bad("prio", false, "priomap=1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7", "priomap", "too long");
	bad("htb", false, "default=xyz", "default", "not the minor");
	bad("htb", true, "ceil=1mbit", "rate", "missing");
	bad("htb", true, "rate=1mbt", "rate", "not a rate");
	bad("htb", true, "rate=8bit burst=1mb", "burst", "longer than 274 seconds");
	bad("htb", true, "rate=1mbit overhead=70000", "overhead", "out of range");
	bad("htb", true, "rate=1mbit linklayer=x", "linklayer", "ethernet or atm");
	bad("tbf", false, "rate=1mbit burst=10kb", "limit", "missing");
	bad("tbf", false, "rate=1mbit limit=10kb", "burst", "missing");
	bad("tbf", false, "rate=400gbit burst=10kb latency=1s", "latency", "more than 4 GB");
	bad("hfsc", true, "sc=1mbit:5ms", "sc", "m1:d:m2");
	bad("hfsc", true, "sc=100gbit", "sc", "more than the kernel can count");
	bad("hfsc", true, "sc=1mbit rt=2mbit", "sc", "given too");
	bad("red", false, "min=1kb", "limit", "missing");
	bad("red", false, "limit=10kb min=5kb max=20kb", "max", "more than limit");
	bad("red", false, "limit=100kb min=50kb max=80kb burst=2", "burst", "no weight fits");
	bad("netem", false, "reorder=5%", "reorder", "delayed");
	bad("netem", false, "delay=1ms distribution=nrml", "distribution", "not uniform, normal");
	bad("netem", false, "slot=5ms,1ms", "slot", "MIN,MAX");
	bad("ets", false, "strict=0", "bands", "missing");
	bad("etf", false, "clockid=CLOCK_X", "clockid", "not a clock");
	bad("mqprio", false, "queues=1", "queues", "COUNT@OFFSET");
	bad("taprio", false, "sched=X:1:2", "sched", "COMMAND:GATES:TIME");
	bad("taprio", false, "sched=S:1:5s", "sched", "longer than 4 seconds");
	bad("pfifo", false, "stab_tsize=100000", "stab_tsize", "out of range");
	bad("htb", true, "rate=1mbit stab_mpu=64", "stab_overhead", "a class has no");
	bad("pfifo", false, "estimator=1s", "estimator", "1s,8s");
}

/* What a kernel rounded down is told so that it rounds to the same again. */
static void rounded(void **state)
{
	struct weft_msg *m = of_words("codel", false, "target=4999us");
	struct weft_text t = { 0 };

	(void)state;
	assert_int_equal(weft_tc_text(weft_msg_body(m), &t), 0);
	assert_string_equal(t.p, "target=5ms");
	weft_text_free(&t);
	weft_msg_free(m);
	for (unsigned shift = 6; shift <= 10; shift += 4) {
		for (uint64_t us = 0; us < 100000; us++) {
			uint64_t told_us = (us * 1000 >> shift << shift) / 1000;

			assert_int_equal((weft__tc_rounded(told_us, shift) * 1000 >> shift << shift) / 1000, told_us);
		}
	}
}

static void arithmetic(void **state)
{
	struct weft__tc_rate r = { .rate = 1250000, .linklayer = WEFT__TC_ETHERNET };
	uint32_t table[WEFT__TC_RTAB];

	(void)state;
	assert_true(weft__muldiv(7, 9, 4, false) == 15 && weft__muldiv(7, 9, 4, true) == 16);
	assert_true(weft__muldiv(UINT64_MAX, UINT64_MAX, UINT64_MAX, false) == UINT64_MAX);
	assert_true(weft__muldiv(UINT64_MAX, 10, 20, false) == UINT64_MAX / 2);
	assert_true(weft__muldiv(12500000000, 1u << 31, 1000000000, false) == 26843545600);
	assert_true(weft__muldiv(1ull << 40, 1ull << 40, 3, true) == UINT64_MAX);
	assert_true(weft__muldiv(INT64_MAX, 3, 1, false) == UINT64_MAX);
	assert_true(weft__muldiv(1ull << 40, 1ull << 25, 3, true) == 12297829382473034411u);
	/* steps of 8 bytes reach to 2047 */
	weft__tc_rtab(&r, 0, table);
	assert_int_equal(r.cell_log, 3);
	assert_int_equal(table[0], 100);
	assert_int_equal(table[255], 25600);
	assert_int_equal(weft__tc_on_wire(48, 0, WEFT__TC_ATM), 53);
	assert_int_equal(weft__tc_on_wire(49, 0, WEFT__TC_ATM), 106);
	assert_int_equal(weft__tc_on_wire(10, 64, WEFT__TC_ETHERNET), 64);
	assert_true(weft__log_rest(1) > 0.693147180559 && weft__log_rest(1) < 0.693147180560);
	assert_true(weft__cube_root(0.001) > 0.0999999999 && weft__cube_root(0.001) < 0.1000000001);
}

/* The requests that make a dump again, as JSON; each is freed. */
static void again_is(const char *op, const char *dump, unsigned i, const char *want)
{
	struct weft_msg *m = weft_request("tc", op, 0), *n;
	struct weft_error e = { 0 };
	struct weft_text t = { 0 };

	if (weft_put_json(m, dump, strlen(dump), &e) < 0)
		fail_msg("%s: %s: %s", dump, e.path, e.msg);
	n = weft_tc_again(weft_msg_body(m), WEFT_NLM_F_CREATE | WEFT_NLM_F_EXCL, i);
	if (!want) {
		assert_null(n);
		weft_msg_free(m);
		return;
	}
	assert_non_null(n);
	assert_int_equal(weft_msg_error(n, NULL), 0);
	/* only the first makes something */
	assert_int_equal(weft_get_u16((const uint8_t *)weft_msg_bytes(n).p + 6) & WEFT_NLM_F_CREATE,
			 i ? 0 : WEFT_NLM_F_CREATE);
	assert_int_equal(weft_json(weft_msg_body(n), &t), 0);
	if (!strstr(t.p, want))
		fail_msg("%s has no %s", t.p, want);
	weft_text_free(&t);
	weft_msg_free(m);
	weft_msg_free(n);
}

static void again(void **state)
{
	static const char gred[] =
	    "{\"handle\":65536,\"kind\":\"gred\",\"options\":{\"dps\":{\"DPs\":2,\"flags\":1},"
	    "\"max-p\":[5,6],\"parms\":[{\"DP\":0,\"limit\":7},{\"DP\":17},{\"DP\":1,\"limit\":8}],"
	    "\"vq-list\":{\"entry\":[{\"dp\":0,\"flags\":1},{\"dp\":1,\"flags\":2}]}}}";
#define TO_COME "\"admin-sched\":{\"sched-base-time\":9,\"sched-entry-list\":{\"entry\":[{\"cmd\":0}]}}"
	static const char to_come[] =
	    "{\"handle\":65536,\"kind\":\"taprio\",\"options\":{\"sched-clockid\":11," TO_COME "}}";
	static const char both[] = "{\"handle\":65536,\"kind\":\"taprio\",\"options\":{\"sched-base-time\":8,"
				   "\"sched-entry-list\":{\"entry\":[{\"cmd\":1}]}," TO_COME "}}";

	(void)state;
	/* the kernel's own */
	again_is("newqdisc", "{\"handle\":0,\"kind\":\"pfifo_fast\"}", 0, NULL);
	again_is("newtclass", "{\"handle\":65537,\"kind\":\"prio\"}", 0, NULL);
	again_is("newtclass", "{\"handle\":65536,\"kind\":\"hfsc\"}", 0, NULL);
	again_is("newtclass", "{\"handle\":65537,\"info\":5,\"kind\":\"drr\",\"options\":{\"quantum\":5}}", 0,
		 "\"info\":0,\"kind\":\"drr\",\"options\":{\"quantum\":5}}");
	again_is("newqdisc",
		 "{\"handle\":65536,\"info\":2,\"kind\":\"codel\",\"options\":{\"limit\":5},\"fcnt\":1,"
		 "\"stats2\":{\"pkt64\":1},\"ingress-block\":4}",
		 0,
		 "\"handle\":65536,\"parent\":0,\"info\":0,\"kind\":\"codel\",\"ingress-block\":4,\"options\":{"
		 "\"limit\":5}}");
	again_is("newqdisc", "{\"handle\":65536,\"kind\":\"red\",\"options\":{\"max-p\":5}}", 0,
		 "\"max-p\":5,\"stab\":\"0000");
	again_is("newqdisc", "{\"handle\":65536,\"kind\":\"red\",\"options\":{\"max-p\":5}}", 1, NULL);
	again_is("newqdisc",
		 "{\"handle\":65536,\"kind\":\"bfifo\",\"stab\":{\"base\":{\"linklayer\":\"atm\",\"cell-log\":4,"
		 "\"tsize\":2}}}",
		 0, "\"data\":[53,53]");
	again_is("newqdisc", gred, 0, "\"options\":{\"dps\":{\"DPs\":2,");
	again_is("newqdisc", gred, 1, "\"parms\":[{\"limit\":7,");
	again_is("newqdisc", gred, 1, "\"max-p\":[5]}");
	again_is("newqdisc", gred, 2, "\"max-p\":[6],\"vq-list\":{\"entry\":[{\"dp\":1,\"flags\":2}]}");
	again_is("newqdisc", gred, 3, NULL);
	/* the schedule that is to come is all there is; one that runs comes before it */
	again_is("newqdisc", to_come, 0, "{\"sched-clockid\":11,\"sched-base-time\":9,");
	again_is("newqdisc", to_come, 1, NULL);
	again_is("newqdisc", both, 0, "{\"sched-base-time\":8,\"sched-entry-list\":{\"entry\":[{\"cmd\":1}]}}}");
	again_is("newqdisc", both, 1, "{\"sched-base-time\":9,\"sched-entry-list\":{\"entry\":[{\"cmd\":0}]}}}");
	again_is("newqdisc", both, 2, NULL);
	again_is("newqdisc",
		 "{\"handle\":65536,\"kind\":\"taprio\",\"options\":{\"sched-clockid\":11,\"sched-entry-list\":"
		 "{\"entry\":[{\"cmd\":1}]}," TO_COME "}}",
		 1, "{\"sched-clockid\":11,\"sched-base-time\":9,");
}

/* What is no request for a qdisc or class, or not ready for its words. */
static void not_now(void **state)
{
	static struct weft_word w[65];
	struct weft_msg *m = weft_request("tc", "newqdisc", 0);
	struct weft_error e = { 0 };

	(void)state;
	weft_tc_put(NULL, w, 0);
	weft_tc_put(m, w, 0);
	assert_int_equal(weft_msg_error(m, &e), -EINVAL);
	assert_string_equal(e.path, "kind");
	assert_string_equal(e.msg, "missing");
	/* the first failure stays */
	weft_tc_put(m, w, 65);
	weft_msg_error(m, &e);
	assert_string_equal(e.msg, "missing");
	weft_msg_free(m);
	m = weft_request("tc", "newqdisc", 0);
	weft_tc_put(m, w, 65);
	assert_int_equal(weft_msg_error(m, &e), -EINVAL);
	assert_string_equal(e.msg, "more than 64 words");
	weft_msg_free(m);
	m = weft_request("tc", "newtfilter", 0);
	weft_tc_put(m, w, 0);
	assert_int_equal(weft_msg_error(m, &e), -EINVAL);
	assert_string_equal(e.msg, "no request for a qdisc or class");
	weft_msg_free(m);
}

static void all_words(void **state)
{
	unsigned n = 0;
	size_t i = 0;

	(void)state;
	while (weft_tc_word("netem", false, i))
		i++;
	n += (unsigned)i;
	assert_int_equal(n, 34);
	assert_string_equal(weft_tc_word("htb", false, 0), "r2q");
	assert_string_equal(weft_tc_word("htb", true, 0), "rate");
	assert_string_equal(weft_tc_word("nosuch", false, 5), "stab_tsize");
	assert_null(weft_tc_word("nosuch", false, 6));
	assert_string_equal(weft_tc_word("nosuch", true, 0), "estimator");
	assert_null(weft_tc_word("nosuch", true, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain),     cmocka_unit_test(shaping),	 cmocka_unit_test(early_drop),
		cmocka_unit_test(queues),    cmocka_unit_test(emulator), cmocka_unit_test(common),
		cmocka_unit_test(bad_words), cmocka_unit_test(rounded),	 cmocka_unit_test(arithmetic),
		cmocka_unit_test(all_words), cmocka_unit_test(again),	 cmocka_unit_test(not_now),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
