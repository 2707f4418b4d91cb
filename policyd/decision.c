/* SPDX-License-Identifier: Apache-2.0 */
#include "decision.h"

#include <errno.h>
#include <string.h>

#include <policyd/attributes.h>
#include <policyd/subject.h>

#include "content.h"
#include "decision_view.h"
#include "model.h"
#include "mounts.h"
#include "target.h"

/* Reads one component as the kernel does. */
static int component_read(policyd_image_t image, const struct policyd_hash_key *key, uint32_t *state,
			  const char *name, size_t length)
{
	const struct policyd_header *header = policyd_header_at(image);
	uint32_t base = 0;
	uint32_t set;
	enum policyd_step step;

	if (length > POLICYD_NAME_MAX)
		return -EINVAL;
	step = policyd_step(image, header, state, policyd_hash_name(key, name, length), &base);
	if (step == POLICYD_STEP_BROKEN)
		return -EBADMSG;
	if (step == POLICYD_STEP_DONE)
		return 0;
	for (size_t i = 0; i < length; i++)
		if (policyd_byte_step(image, header, &base, (unsigned char)name[i]) < 0)
			return -EBADMSG;
	if (policyd_byte_end(image, header, base, &set) < 0 ||
	    policyd_step_glob(image, header, state, set) < 0)
		return -EBADMSG;
	return 0;
}

static int path_read(policyd_image_t image, const struct policyd_hash_key *key, uint32_t *state,
		     const char *path)
{
	while (*(path += strspn(path, "/"))) {
		size_t length = strcspn(path, "/");
		int r = component_read(image, key, state, path, length);

		if (r < 0)
			return r;
		path += length;
	}
	return 0;
}

static int state_object(const struct compiled *compiled, uint32_t state, struct decision_object *ret_object)
{
	struct policyd_view view = view_of(compiled);
	const struct policyd_state *record = policyd_state_at(&view, policyd_header_at(&view), state);

	return record ? decision_class(compiled, record->class, ret_object) : -EBADMSG;
}

int decision_class(const struct compiled *compiled, uint32_t class, struct decision_object *ret_object)
{
	struct policyd_view view = view_of(compiled);
	const struct policyd_class *record;

	if (class >= compiled->model->class_count)
		return -EINVAL;
	record = policyd_class_at(&view, policyd_header_at(&view), class);
	if (!record)
		return -EBADMSG;
	*ret_object = (struct decision_object){
		.kind = DECISION_PATH,
		.class = record->id,
		.row = record->row,
		.rows = record->row,
	};
	return decision_condition(compiled, 0, ret_object);
}

int decision_condition(const struct compiled *compiled, uint32_t condition, struct decision_object *object)
{
	struct policyd_view view = view_of(compiled);

	if (condition && condition >= compiled->model->conditions.class_count)
		return -EINVAL;
	object->condition = condition;
	return policyd_row_of(&view, object->rows, condition, &object->row) < 0 ? -EBADMSG : 0;
}

int decision_attributes(const struct compiled *compiled, const struct decision_attributes *attributes,
			struct decision_object *object)
{
	struct policyd_view view = view_of(compiled);
	struct policyd_attributes asked = {
		.mode = attributes->mode,
		.device = attributes->device,
		.state = attributes->state,
	};
	uint32_t condition;

	if (object->kind != DECISION_PATH || !(object->rows & POLICYD_ROW_CONDITIONS))
		return 0;
	if (attributes->fstype)
		asked.fstype = policyd_hash_name(&compiled->model->key, attributes->fstype,
						 strlen(attributes->fstype));
	if (attributes->sha256 &&
	    content_find(&view, &compiled->model->key, object->rows, attributes->sha256, &asked.content) < 0)
		return -EBADMSG;
	if (policyd_condition(&view, policyd_header_at(&view), object->rows, &asked, &condition) < 0)
		return -EBADMSG;
	return decision_condition(compiled, condition, object);
}

static int root_state(policyd_image_t image, uint32_t root, uint32_t id, uint32_t *ret_state)
{
	int r = policyd_edge_find(image, policyd_header_at(image), POLICYD_EDGE_ROOT,
				  policyd_root_key(root, id), ret_state);

	return r < 0 ? -EBADMSG : !r ? -ENODEV : 0;
}

/* The state after a name. */
static int name_state(const struct compiled *compiled, uint32_t root, uint32_t id, const char *path,
		      uint32_t *ret_state)
{
	struct policyd_view view = view_of(compiled);
	int r;

	r = root_state(&view, root, id, ret_state);
	/* As in the kernel: a file system that is not in the table is not mapped. */
	if (r == -ENODEV && root == POLICYD_ROOT_DEV)
		r = root_state(&view, POLICYD_ROOT_UNMAPPED, 0, ret_state);
	if (r == 0 && (root == POLICYD_ROOT_MEMFD || root == POLICYD_ROOT_ABSTRACT))
		return component_read(&view, &compiled->model->key, ret_state, path, strlen(path));
	return r < 0 ? r : path_read(&view, &compiled->model->key, ret_state, path);
}

int decision_name(const struct compiled *compiled, uint32_t root, uint32_t id, const char *path,
		  struct decision_object *ret_object)
{
	uint32_t state;
	int r = name_state(compiled, root, id, path, &state);

	return r < 0 ? r : state_object(compiled, state, ret_object);
}

int decision_move(const struct compiled *compiled, uint32_t subject, uint32_t root, uint32_t id,
		  const char *from, const char *to, const struct decision_attributes *attributes,
		  uint32_t *ret_gain)
{
	struct policyd_view view = view_of(compiled);
	const struct policyd_header *header = policyd_header_at(&view);
	struct decision_object objects[2] = {0};
	const struct policyd_cell *cells[2];
	uint32_t states[2];
	uint32_t below;
	int r = 0;

	if (subject >= compiled->model->subject_count)
		return -EINVAL;
	for (int i = 0; i < 2; i++) {
		r = name_state(compiled, root, id, i ? to : from, &states[i]);
		if (r == 0)
			r = state_object(compiled, states[i], &objects[i]);
		if (r == 0)
			r = decision_attributes(compiled, attributes, &objects[i]);
		if (r != 0)
			return r;
		cells[i] = policyd_cell_at(&view, header, objects[i].row, subject);
	}
	if (!cells[0] || !cells[1] ||
	    policyd_below_gain(&view, header, states[0], states[1], subject, &below) < 0)
		return -EBADMSG;
	*ret_gain = below | (cells[0]->refuse & ~cells[1]->refuse);
	return 0;
}

/* A host path: the mount that holds it, then the mounted directory and the rest inside its file system. */
static int host_path(const struct compiled *compiled, const char *path, struct decision_object *ret_object)
{
	struct policyd_view view = view_of(compiled);
	const struct policyd_hash_key *key = &compiled->model->key;
	const char *rest;
	const struct host_mount *mount = mount_find(compiled->model, path, &rest);
	uint32_t state;
	int r;

	if (!mount)
		return decision_name(compiled, POLICYD_ROOT_UNMAPPED, 0, path, ret_object);
	r = root_state(&view, POLICYD_ROOT_DEV, mount->dev, &state);
	if (r == 0)
		r = path_read(&view, key, &state, mount->root);
	if (r == 0)
		r = path_read(&view, key, &state, rest);
	return r < 0 ? r : state_object(compiled, state, ret_object);
}

int decision_path(const struct compiled *compiled, const char *name, enum pattern_kind kind,
		  struct decision_object *ret_object)
{
	static const struct {
		const char *prefix;
		uint32_t root;
	} roots[] = {
		{"unmapped:/", POLICYD_ROOT_UNMAPPED},
		{"memfd:", POLICYD_ROOT_MEMFD},
		{"pipe:", POLICYD_ROOT_PIPE},
		{"socket:", POLICYD_ROOT_SOCKET},
	};

	if (kind == PATTERN_CGROUP)
		return decision_name(compiled, POLICYD_ROOT_CGROUP, 0, name, ret_object);
	if (name[0] == '/')
		return host_path(compiled, name, ret_object);
	if (kind == PATTERN_UNIX && name[0] == '@')
		return decision_name(compiled, POLICYD_ROOT_ABSTRACT, 0, name + 1, ret_object);
	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
		size_t length = strlen(roots[i].prefix);

		if (strncmp(name, roots[i].prefix, length) == 0)
			return decision_name(compiled, roots[i].root, 0, name + length, ret_object);
	}
	return -EINVAL;
}

int decision_pseudo(const struct compiled *compiled, enum policyd_pseudo pseudo,
		    struct decision_object *ret_object)
{
	struct policyd_view view = view_of(compiled);
	const struct policyd_line *line = policyd_line_at(&view, policyd_header_at(&view)->fixed);
	struct decision_object object = {.kind = DECISION_PSEUDO, .class = pseudo};

	line = line ? policyd_line_at(&view, ((const struct policyd_fixed *)line)->pseudo) : NULL;
	if (!line)
		return -EBADMSG;
	object.row = line->w[pseudo];
	*ret_object = object;
	return 0;
}

int decision_syscall(const struct compiled *compiled, uint32_t arch, uint32_t number,
		     struct decision_object *ret_object)
{
	struct decision_object object = {.kind = DECISION_SYSCALL, .class = arch, .number = number};
	struct policyd_view view = view_of(compiled);

	if (arch >= POLICYD_ARCH_COUNT)
		return -EINVAL;
	if (policyd_syscall_row(&view, arch, number, &object.row) < 0)
		return -EBADMSG;
	*ret_object = object;
	return 0;
}

int decision_process(const struct compiled *compiled, uint32_t target, uint32_t signal,
		     struct decision_object *ret_object)
{
	struct policyd_view view = view_of(compiled);
	const struct policyd_process *process = policyd_process_at(&view, policyd_header_at(&view));
	struct decision_object object = {.kind = DECISION_PROCESS, .class = target};

	if (!process)
		return -EBADMSG;
	if (target > target_unknown(compiled->model) || signal > POLICYD_SIGNALS)
		return -EINVAL;
	if (process->rows && policyd_process_row(&view, process, target, signal, &object.row) < 0)
		return -EBADMSG;
	if (signal)
		object.signal = compiled->model->targets.signal[signal - 1];
	*ret_object = object;
	return 0;
}

/* Whether the object has a row: where no rule is about its kind, it has none. */
static bool object_has_row(const struct decision_object *object, const struct policyd_header *header,
			   const struct model *model)
{
	switch (object->kind) {
	case DECISION_INET:
	case DECISION_SOCKET:
		return header->net;
	case DECISION_PROCESS:
		return model->targets.used;
	case DECISION_SYSCALL:
		return object->row != POLICYD_NO_ROW;
	default:
		return true;
	}
}

int decision_verdict(const struct compiled *compiled, uint32_t subject, const struct decision_object *object,
		     unsigned int bit, struct decision_verdict *ret_verdict)
{
	struct policyd_view view = view_of(compiled);
	const struct policyd_header *header = policyd_header_at(&view);
	const struct policyd_cell *cell;
	const struct policyd_line *errnos;
	struct decision_verdict verdict = {0};

	if (subject >= compiled->model->subject_count || bit >= 32)
		return -EINVAL;
	if (object_has_row(object, header, compiled->model)) {
		cell = policyd_cell_at(&view, header, object->row, subject);
		if (!cell)
			return -EBADMSG;
		verdict.refuse = cell->refuse >> bit & 1;
		verdict.report = cell->report >> bit & 1;
		verdict.kill = cell->kill >> bit & 1;
		errnos = cell->errnos ? policyd_line_at(&view, cell->errnos) : NULL;
		verdict.error = !verdict.refuse ? 0 : errnos ? errnos->b[bit] : EPERM;
	}
	*ret_verdict = verdict;
	return 0;
}
