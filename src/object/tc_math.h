/* SPDX-License-Identifier: MIT */
#ifndef WEFT_TC_MATH_H
#define WEFT_TC_MATH_H

/* The little that options need of logarithms and powers, without libm. */

/* -ln(1 - 2^-k), k from 1. */
double weft__log_rest(int k);
/* x^n */
double weft__power(double x, unsigned n);
/* Cube root of x in (0, 1]. */
double weft__cube_root(double x);

#endif
