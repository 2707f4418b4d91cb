/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Growing arrays: a pointer, a used count and an allocated count that the owner keeps side by side.
 */
#ifndef POLICYD_ARRAY_H
#define POLICYD_ARRAY_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/*
 * Makes room for `need` items of `size` bytes in *array, of which *allocated are there; new items are zero.
 * Use ARRAY_RESERVE. Returns 0 or -ENOMEM, on which nothing has changed.
 */
static inline int array_reserve(void **array, size_t *allocated, size_t need, size_t size)
{
	size_t count = *allocated ? *allocated : 16;
	void *grown;

	if (need <= *allocated)
		return 0;
	while (count < need)
		count += count / 2;
	grown = reallocarray(*array, count, size);
	if (!grown)
		return -ENOMEM;
	memset((char *)grown + *allocated * size, 0, (count - *allocated) * size);
	*array = grown;
	*allocated = count;
	return 0;
}

#define ARRAY_RESERVE(array, allocated, need)                                                                \
	array_reserve((void **)&(array), &(allocated), (need), sizeof(*(array)))

/* Sorts numbers and drops doubles; returns how many are left. */
size_t array_sort_unique(uint32_t *numbers, size_t count);

#endif
