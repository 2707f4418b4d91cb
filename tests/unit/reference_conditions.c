/* SPDX-License-Identifier: Apache-2.0 */
#include "reference.h"

#include <string.h>
#include <sys/stat.h>

bool reference_asks_for(const struct object *object, const struct decision_attributes *file)
{
	static const struct {
		uint32_t mode, type;
	} types[] = {
		{0, FILE_TYPE_REGULAR},	      {S_IFREG, FILE_TYPE_REGULAR}, {S_IFDIR, FILE_TYPE_DIRECTORY},
		{S_IFLNK, FILE_TYPE_SYMLINK}, {S_IFBLK, FILE_TYPE_BLOCK},   {S_IFCHR, FILE_TYPE_CHAR},
		{S_IFIFO, FILE_TYPE_FIFO},    {S_IFSOCK, FILE_TYPE_SOCKET},
	};
	bool device = !object->device_count;
	bool fstype = !object->fstype.count;
	bool content = !object->sha256_count;
	uint32_t type = 0;

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (types[i].mode == (file->mode & S_IFMT))
			type = types[i].type;
	if (object->types && !(object->types & type))
		return false;
	for (size_t i = 0; i < object->device_count; i++)
		device = device || ((type == FILE_TYPE_BLOCK || type == FILE_TYPE_CHAR) &&
				    object->devices[i].major == file->device >> 20 &&
				    (object->devices[i].any_minor ||
				     object->devices[i].minor == (file->device & 0xfffff)));
	for (size_t i = 0; i < object->fstype.count; i++)
		fstype = fstype || (file->fstype && !strcmp(object->fstype.items[i].text, file->fstype));
	for (size_t i = 0; i < object->sha256_count; i++)
		content = content || (file->sha256 && !memcmp(object->sha256[i].digest, file->sha256,
							      sizeof(object->sha256[i].digest)));
	return device && fstype && content && (!object->deleted || file->state & POLICYD_FILE_DELETED) &&
	       (!object->setuid || file->state & POLICYD_FILE_SETUID) &&
	       (!object->writable || file->state & POLICYD_FILE_WRITABLE);
}
