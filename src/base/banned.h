/*
 * base/banned.h - functions that do not compile.
 *
 * Force-included in front of every file by the build.  Each of these cannot
 * be told how much room it has, or hides an error.  Use instead: lkm_buf for
 * text, lkm_str_* for cutting, lkm_str_to_u64() for numbers, lkm_autofree
 * heap memory for anything whose size comes from outside.
 */
#ifndef LKM_BASE_BANNED_H
#define LKM_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#pragma GCC poison strcpy strncpy strcat strncat sprintf vsprintf gets
#pragma GCC poison strtok strtok_r strtol strtoul atoi atol atoll
#undef alloca
#pragma GCC poison alloca mktemp tmpnam

#endif
