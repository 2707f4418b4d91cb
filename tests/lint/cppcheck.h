/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Macros of libraries that cppcheck must know to parse their users; it does not read the libraries' headers.
 */
#define SEC(name)
#define LIBBPF_OPTS(type, name, ...) struct type name = {__VA_ARGS__}
#define json_array_foreach(array, index, value)                                                              \
	for (index = 0; (value = json_array_get(array, index)); index++)
#define json_object_foreach(object, key, value) for (key = json_next(object, &value); key; key = 0)
