/* SPDX-License-Identifier: MIT */
/* A fuzz target over the files of a folder, without libFuzzer: the kept corpus under any compiler, sanitizer
 * and byte order. */
#include <dirent.h>
#include <stdio.h>

#include "fuzz.h"

static unsigned replay(const char *folder)
{
	static uint8_t data[1 << 20];
	DIR *d = opendir(folder);
	struct dirent *e;
	unsigned n = 0;

	while (d && (e = readdir(d)) != NULL) {
		char path[512];
		uint8_t *exact;
		FILE *f;
		size_t len;

		(void)snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
		if (e->d_name[0] == '.' || (f = fopen(path, "rb")) == NULL)
			continue;
		len = fread(data, 1, sizeof data, f);
		(void)fclose(f);
		/* memory of its own, so that a read past the end is seen */
		exact = malloc(len ? len : 1);
		REQUIRE(exact);
		memcpy(exact, data, len);
		(void)LLVMFuzzerTestOneInput(exact, len);
		free(exact);
		n++;
	}
	if (d)
		closedir(d);
	return n;
}

int main(int argc, char **argv)
{
	unsigned n = argc == 2 ? replay(argv[1]) : 0;

	printf("%u inputs\n", n);
	return n ? 0 : 1;
}
