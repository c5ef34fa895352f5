/* SPDX-License-Identifier: MIT */
/* Distributions of delays. */
#include <string.h>

#include "object/tc_dist.h"
#include "object/tc_math.h"

enum {
	UNIT = 8192, /* one standard deviation */
	N = WEFT__DIST_N,
};

static int16_t fit(double v)
{
	return v > INT16_MAX ? INT16_MAX : v < -INT16_MAX ? -INT16_MAX : (int16_t)(v < 0 ? v - 0.5 : v + 0.5);
}

/* Walks up the bell in steps of one unit: from one to the next its height shrinks by a factor that shrinks
 * itself. The other half is the mirror image. */
static void normal(double ret[N])
{
	double step = 1.0 / UNIT, height = 0.39894228040143267794, below = 0.5;
	double half = step * step / 2, factor = 1 - half + half * half / 2, shrink = 1 - 2 * half + 2 * half * half;
	int i = N / 2;

	for (int z = 0; i < N; z++, factor *= shrink) {
		double next = height * factor, area = (height + next) / 2 * step;

		for (; i < N && (i + 0.5) / N <= below + area; i++) {
			ret[i] = z + ((i + 0.5) / N - below) / area;
			ret[N - 1 - i] = -ret[i];
		}
		below += area;
		height = next;
	}
}

/* With the exponent 3: mean 1.5, variance 0.75. */
static void pareto(double ret[N])
{
	for (int i = 0; i < N; i++)
		ret[i] = (1 / weft__cube_root(1 - (i + 0.5) / N) - 1.5) / 0.86602540378443864676 * UNIT;
}

_Bool weft__dist(const char *name, int16_t ret[N])
{
	double one[N], two[N];
	double part = strcmp(name, "normal") == 0 ? 1 : strcmp(name, "pareto") == 0 ? 0 : 0.25;

	if (part > 0 && part < 1 && strcmp(name, "paretonormal") != 0)
		return 0;
	normal(one);
	pareto(two);
	for (int i = 0; i < N; i++)
		ret[i] = fit(part * one[i] + (1 - part) * two[i]);
	return 1;
}
