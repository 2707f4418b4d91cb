// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <sys/stat.h>

#include "decision.h"
#include "model.h"
#include "moved.h"
#include "util.h"

/* The row of the image that is filled, by subject class. */
static struct policyd_below *moved_row(const struct compiled *compiled)
{
	const struct policyd_header *header = (const struct policyd_header *)compiled->lines;
	const struct policyd_fixed *fixed = (const struct policyd_fixed *)&compiled->lines[header->fixed];
	uint32_t row = compiled->lines[fixed->pseudo].w[POLICYD_PSEUDO_MOVED];

	return (struct policyd_below *)&compiled->lines[header->rows + row * header->row_lines];
}

/* Adds who is refused to mount over the object, or to move what is there. */
static int object_add(const struct compiled *compiled, const struct decision_object *object)
{
	struct policyd_below *row = moved_row(compiled);

	for (uint32_t subject = 0; subject < compiled->model->subject_count; subject++) {
		struct decision_verdict verdict;
		int r = decision_verdict(compiled, subject, object, POLICYD_BIT_FILE_MOUNT, &verdict);

		if (r < 0)
			return r;
		if (verdict.refuse)
			row[subject].any |= POLICYD_OP_FILE_MOUNT;
	}
	return 0;
}

/* Adds the root of one mount, whatever the host does not say of it. `done` has the rows that were added. */
static int mount_add(const struct compiled *compiled, const struct host_mount *mount, bool *done)
{
	struct decision_object object;
	int r = decision_name(compiled, POLICYD_ROOT_DEV, mount->dev, mount->root, &object);

	if (r == -EINVAL)
		return 0; /* a directory that was removed, and has no name */
	for (uint32_t state = 0; state < POLICYD_FILE_STATES && r == 0; state++) {
		const struct decision_attributes attributes = {
			.mode = S_IFDIR, .state = state, .fstype = mount->fstype};

		r = decision_attributes(compiled, &attributes, &object);
		if (r < 0 || done[object.row])
			continue;
		done[object.row] = true;
		r = object_add(compiled, &object);
	}
	return r;
}

int moved_fill(struct compiled *compiled, const struct host *host)
{
	CLEANUP_FREE bool *done = calloc(compiled->model->rows.count, sizeof(*done));
	int r = done ? 0 : -ENOMEM;

	for (size_t i = 0; i < host->mount_count && r == 0; i++)
		if (!host->mounts[i].layer)
			r = mount_add(compiled, &host->mounts[i], done);
	return r;
}
