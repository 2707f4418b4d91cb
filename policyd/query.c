// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "attributes.h"
#include "mounts.h"
#include "parse_internal.h"
#include "query_internal.h"
#include "refuse.h"
#include "subject_text.h"
#include "syscalls.h"
#include "util.h"
#include "word.h"

static int section_find(const char *name, enum policyd_section *ret_section)
{
	for (unsigned int i = 0; i < POLICYD_SECTION_COUNT; i++)
		if (strcmp(section_name((enum policyd_section)i), name) == 0) {
			*ret_section = (enum policyd_section)i;
			return 0;
		}
	return -ENOENT;
}

static int path_parse(const struct compiled *compiled, const struct host *host, const char *path,
		      enum pattern_kind kind, struct decision_object *ret_object)
{
	CLEANUP_FREE char *resolved = NULL;

	if (path[0] != '/')
		return decision_path(compiled, path, kind, ret_object);
	resolved = host->resolve(host, path);
	if (!resolved)
		return -errno;
	return decision_path(compiled, resolved, kind, ret_object);
}

/* A file: what conditions may ask of it, then its path. */
static int file_parse(const struct compiled *compiled, const struct host *host, const char *text,
		      struct decision_object *ret_object, char **ret_error)
{
	struct attributes attributes;
	const struct host_mount *mount = NULL;
	const char *path;
	const char *rest;
	int r = attributes_parse(text, &attributes, &path);

	if (r < 0)
		return refuse(ret_error, r,
			      "'%s': type=, device=MAJOR:MINOR, fstype= or sha256= has no such value", text);
	if (path[0] == '/')
		mount = mount_find(compiled->model, path, &rest);
	if (!attributes.values.fstype && mount) {
		(void)snprintf(attributes.fstype, sizeof(attributes.fstype), "%.*s",
			       (int)strcspn(mount->fstype, "."), mount->fstype);
		attributes.values.fstype = attributes.fstype;
	}
	r = path_parse(compiled, host, path, PATTERN_FILE, ret_object);
	return r < 0 ? r : decision_attributes(compiled, &attributes.values, ret_object);
}

static int network_parse(const struct compiled *compiled, const struct host *host, const char *text,
			 struct query *query, char **ret_error)
{
	const char *rest = text;
	char word[WORD_SIZE];

	word_take(&rest, word);
	if (strcmp(word, "unix") == 0)
		return path_parse(compiled, host, rest, PATTERN_UNIX, &query->object);
	return query_endpoint(compiled, text, query, ret_error);
}

/* SUBJECT, with a signal before it where the operation is signal. */
static int process_parse(const struct compiled *compiled, const struct host *host, const char *text,
			 struct query *query, char **ret_error)
{
	CLEANUP(subject_text_clear) struct subject_text subject = {0};
	char word[WORD_SIZE];
	uint32_t signal = 0;
	uint32_t target = 0;
	int r;

	if (query->bit == POLICYD_BIT_PROCESS_SIGNAL) {
		word_take(&text, word);
		if (word_to_signal(word, &signal) < 0)
			return refuse(ret_error, -EINVAL, "'%s' is not a signal", word);
	}
	r = subject_text_read(&subject, text);
	if (r == -EINVAL)
		return refuse(ret_error, r, "'%s' is not a process: PROGRAM, or exe=PROGRAM,user=NAME", text);
	if (r == 0)
		r = query_subject(compiled, host, &subject.keys, &target, ret_error);
	return r < 0 ? r : decision_process(compiled, target, signal, &query->object);
}

static int object_parse(const struct compiled *compiled, const struct host *host, const char *text,
			struct query *query, char **ret_error)
{
	switch (query->section) {
	case POLICYD_SECTION_NETWORK:
		if (query->bit == POLICYD_BIT_NETWORK_CREATE)
			return query_socket(compiled, text, &query->object, ret_error);
		return network_parse(compiled, host, text, query, ret_error);
	case POLICYD_SECTION_EXEC:
		if (query->bit == POLICYD_BIT_EXEC_ANONYMOUS)
			return decision_pseudo(compiled, POLICYD_PSEUDO_ANONYMOUS, &query->object);
		return file_parse(compiled, host, text, &query->object, ret_error);
	case POLICYD_SECTION_FILE:
		return file_parse(compiled, host, text, &query->object, ret_error);
	case POLICYD_SECTION_PROCESS:
		return process_parse(compiled, host, text, query, ret_error);
	case POLICYD_SECTION_KERNEL:
		if (*text)
			return refuse(ret_error, -EINVAL,
				      "operations of section kernel are not about a name");
		return decision_pseudo(compiled, POLICYD_PSEUDO_KERNEL, &query->object);
	default:
		return refuse(ret_error, -EOPNOTSUPP, "operations of section '%s' cannot be asked about",
			      section_name(query->section));
	}
}

/* NAME [ARCH]; the way of 64-bit programs where none is given. */
static int syscall_parse(const struct compiled *compiled, const char *name, const char *arch_name,
			 struct decision_object *ret_object, char **ret_error)
{
	enum policyd_arch arch = syscall_arch_native();
	int number;

	if (*arch_name && syscall_arch_find(arch_name, &arch) < 0)
		return refuse(ret_error, -EINVAL, "'%s' is not an architecture (x86_64, i386, x32, …)",
			      arch_name);
	number = syscall_number(arch, name);
	if (number < 0)
		return refuse(ret_error, -EINVAL, "'%s' is not a system call of %s", name,
			      syscall_arch_name(arch));
	return decision_syscall(compiled, arch, (uint32_t)number, ret_object);
}

/* A capability is the operation, and there is no object. */
static int capability_parse(const struct compiled *compiled, const char *name, const char *rest,
			    struct query *query, char **ret_error)
{
	uint32_t number;

	if (word_to_capability(name, &number) < 0)
		return refuse(ret_error, -EINVAL, "'%s' is not a capability", name);
	if (*rest)
		return refuse(ret_error, -EINVAL, "nothing may follow the name of a capability");
	query->bit = number % 32;
	return decision_pseudo(compiled,
			       number < 32 ? POLICYD_PSEUDO_CAPABILITY_LOW : POLICYD_PSEUDO_CAPABILITY_HIGH,
			       &query->object);
}

int query_parse(const struct compiled *compiled, const struct host *host, const char *text,
		struct query *ret_query, char **ret_error)
{
	const char *rest = text;
	struct query query = {};
	char word[WORD_SIZE];
	uint32_t mask;
	int r;

	*ret_error = NULL;
	word_take(&rest, word);
	if (section_find(word, &query.section) < 0)
		return refuse(ret_error, -EINVAL,
			      "'%s' is not a section (file, exec, network, process, kernel, capability, "
			      "syscall)",
			      word);
	word_take(&rest, word);
	if (query.section == POLICYD_SECTION_SYSCALL) {
		r = syscall_parse(compiled, word, rest, &query.object, ret_error);
		if (r == 0)
			*ret_query = query;
		return r;
	}
	if (query.section == POLICYD_SECTION_CAPABILITY) {
		r = capability_parse(compiled, word, rest, &query, ret_error);
		if (r == 0)
			*ret_query = query;
		return r;
	}
	mask = op_from_name(query.section, word);
	if (!mask)
		return refuse(ret_error, -EINVAL, "section '%s' has no operation '%s'",
			      section_name(query.section), word);
	query.bit = (unsigned int)__builtin_ctz(mask);
	r = object_parse(compiled, host, rest, &query, ret_error);
	if (r == -EINVAL && !*ret_error)
		return refuse(ret_error, r, "'%s' is not a name that %s %s can be about", rest,
			      section_name(query.section), word);
	if (r < 0)
		return r;
	*ret_query = query;
	return 0;
}

typedef int lookup_fn(const struct host *host, const char *name, uint32_t *ret_id);

static int id_find(const struct host *host, const struct id_range *range, lookup_fn *lookup, uint32_t *ret_id,
		   char **ret_error)
{
	if (!range->name) {
		*ret_id = range->first;
		return 0;
	}
	if (lookup(host, range->name, ret_id) < 0)
		return refuse(ret_error, -EINVAL, "'%s' is not known on this host", range->name);
	return 0;
}

/* Ids of the process: `groups` has room for all of the keys'. */
static int ids_find(const struct host *host, const struct subject_keys *keys, uint32_t *groups,
		    struct decision_subject *subject, char **ret_error)
{
	int r = 0;

	subject->login = UINT32_MAX;
	if (keys->user.count > 0)
		r = id_find(host, &keys->user.items[0], host->user_id, &subject->user, ret_error);
	if (r == 0 && keys->login.count > 0)
		r = id_find(host, &keys->login.items[0], host->user_id, &subject->login, ret_error);
	for (size_t i = 0; r == 0 && i < keys->group.count; i++)
		r = id_find(host, &keys->group.items[i], host->group_id, &groups[i], ret_error);
	subject->groups = groups;
	subject->group_count = keys->group.count > 0 ? keys->group.count : 1;
	return r;
}

/* The first path of a list through symbolic links, malloc'ed; NULL for none. 0 or -errno. */
static int first_resolve(const struct host *host, const struct pattern_list *list, char **ret_path)
{
	const char *text = list->count > 0 ? list->items[0].text : NULL;

	if (!text)
		return 0;
	*ret_path = text[0] == '/' ? host->resolve(host, text) : strdup(text);
	return *ret_path ? 0 : -errno;
}

int query_subject(const struct compiled *compiled, const struct host *host, const struct subject_keys *keys,
		  uint32_t *ret_subject, char **ret_error)
{
	CLEANUP_FREE uint32_t *groups = calloc(keys->group.count + 1, sizeof(*groups));
	CLEANUP_FREE const char **ancestors = calloc(keys->ancestor.count + 1, sizeof(*ancestors));
	CLEANUP_FREE char *exe = NULL;
	CLEANUP_FREE char *script = NULL;
	struct decision_subject subject = {};
	int r;

	*ret_error = NULL;
	if (!groups || !ancestors)
		return -ENOMEM;
	r = ids_find(host, keys, groups, &subject, ret_error);
	if (r == 0)
		r = first_resolve(host, &keys->exe, &exe);
	if (r == 0)
		r = first_resolve(host, &keys->script, &script);
	if (r < 0)
		return r;
	for (size_t i = 0; i < keys->ancestor.count; i++)
		ancestors[i] = keys->ancestor.items[i].text;
	subject.exe = exe;
	subject.script = script;
	subject.cgroup = keys->cgroup.count > 0 ? keys->cgroup.items[0].text : NULL;
	subject.ancestors = ancestors;
	subject.ancestor_count = keys->ancestor.count;
	return decision_subject(compiled, &subject, ret_subject);
}
