/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions that do not compile in this project. The build includes this header before every file.
 */
#ifndef POLICYD_BANNED_H
#define POLICYD_BANNED_H

#include <alloca.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* With _FORTIFY_SOURCE and clang the C library has some of them as macros. */
#undef alloca
#undef sprintf
#undef vsprintf
#pragma GCC poison strcpy strcat sprintf vsprintf strtok gets alloca atoi atol atof

#endif
