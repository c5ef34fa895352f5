/* SPDX-License-Identifier: MIT */
#include "object/tc_math.h"

double weft__log_rest(int k)
{
	double x = 1, sum = 0, term;

	while (k-- > 0)
		x /= 2;
	term = x;
	for (int n = 1; n < 64; n++, term *= x)
		sum += term / n;
	return sum;
}

double weft__power(double x, unsigned n)
{
	double y = 1;

	for (; n; n >>= 1, x *= x)
		if (n & 1)
			y *= x;
	return y;
}

double weft__cube_root(double x)
{
	double y = 1;

	/* from above, Newton's steps only come closer */
	for (int i = 0; i < 100; i++)
		y -= (y - x / (y * y)) / 3;
	return y;
}
