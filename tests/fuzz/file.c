/* SPDX-License-Identifier: MIT */
/* Any bytes as a file: captures, hex and tapes, and what dumps save. What is handed on lies inside of it. */
#include <sys/mman.h>
#include <unistd.h>

#include "quiet.h"

#include "capture.h"
#include "save.h"

struct seen {
	unsigned n, sum;
	bool end;
};

static int on_datagram(const struct datagram *d, void *user)
{
	struct seen *x = user;

	for (size_t i = 0; i < d->len; i++)
		x->sum += d->p[i];
	x->n++;
	/* to be given on */
	return x->end && x->n == 2 ? 77 : 0;
}

static void captured(const uint8_t *data, size_t size)
{
	struct seen x = { .end = size & 1 };
	int status = capture_read(data, size, 0, on_datagram, &x);

	REQUIRE(lines == (status != 0 && status != 77));
	REQUIRE(status != 77 || (x.end && x.n == 2));
}

static void saved(const uint8_t *data, size_t size)
{
	struct save_file x = { .path = "file" };
	struct weft_text t = { 0 };
	int fd = memfd_create("saved", MFD_CLOEXEC), status;

	REQUIRE(fd >= 0 && write(fd, data, size) == (ssize_t)size && lseek(fd, 0, SEEK_SET) == 0);
	lines = 0;
	status = save_read(&x, fd);
	REQUIRE(lines == (status != 0));
	for (size_t i = 0; status == 0 && i < x.n; i++) {
		t.len = 0;
		(void)!weft_json(x.body[i], &t);
	}
	weft_text_free(&t);
	save_free(&x);
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 4096)
		return 0;
	lines = 0;
	captured(data, size);
	saved(data, size);
	return 0;
}
