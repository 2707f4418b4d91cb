// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <string.h>

#include "array.h"
#include "image.h"

int image_add(struct image *image, size_t count, uint32_t *ret_base)
{
	int r;

	if (image->count + count > POLICYD_LINES_MAX)
		return -E2BIG;
	r = ARRAY_RESERVE(image->lines, image->allocated, image->count + count);
	if (r < 0)
		return r;
	*ret_base = (uint32_t)image->count;
	image->count += count;
	return 0;
}

int image_add_words(struct image *image, const uint32_t *words, size_t count, uint32_t *ret_base)
{
	int r = image_add(image, (count + 15) / 16, ret_base);

	if (r == 0)
		memcpy(&image->lines[*ret_base], words, count * sizeof(*words));
	return r;
}
