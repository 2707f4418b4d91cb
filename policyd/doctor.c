// SPDX-License-Identifier: Apache-2.0
#include <assert.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <string.h>

#include "doctor.h"
#include "doctor_check.h"
#include "util.h"

static const struct {
	const char *name;
	doctor_look_fn *look;
} looks[] = {
	{"kernel", doctor_look_kernel},
	{"privileges", doctor_look_privileges},
	{"lsm", doctor_look_lsm},
	{"btf", doctor_look_btf},
	{"bpffs", doctor_look_bpffs},
	{"jit", doctor_look_jit},
	{"ftrace", doctor_look_ftrace},
	{"lockdown", doctor_look_lockdown},
	{"memlock", doctor_look_memlock},
	{"program", doctor_look_program},
	{"rules", doctor_look_rules},
	{"sha256", doctor_look_contents},
	{"calls", doctor_look_calls},
	{"modules", doctor_look_modules},
	{"containers", doctor_look_containers},
	{"limits", doctor_look_limits},
};

static const char *const state_names[] = {
#define X(name, text) [DOCTOR_##name] = text,
	DOCTOR_STATES(X)
#undef X
};
_Static_assert(ARRAY_SIZE(state_names) == DOCTOR_STATE_COUNT, "every state has a name");

static void doctor_cleanup(struct doctor **doctor)
{
	doctor_free(*doctor);
}

int doctor_find(struct doctor_check *check, enum doctor_state state, char *sentence, char *remedy)
{
	assert(!check->sentence && !check->remedy);
	check->state = state;
	check->sentence = sentence;
	check->remedy = remedy;
	return sentence ? 0 : -ENOMEM;
}

int doctor_read(const struct doctor_host *host, const char *path, char **ret_line)
{
	CLEANUP_FREE char *name = NULL;
	CLEANUP_FREE char *line = NULL;
	CLEANUP_FCLOSE FILE *file = NULL;
	size_t size = 0;

	if (asprintf(&name, "%s%s", host->root, path) < 0) {
		name = NULL;
		return -ENOMEM;
	}
	file = fopen(name, "re");
	if (!file)
		return -errno;
	errno = 0;
	if (getline(&line, &size, file) < 0)
		return errno ? -errno : -ENODATA;
	line[strcspn(line, "\n")] = '\0';
	*ret_line = TAKE_PTR(line);
	return 0;
}

/* The path of a root without slashes at the end, so that "/" becomes "". */
static char *root_strip(const char *root)
{
	size_t length = strlen(root);

	while (length > 0 && root[length - 1] == '/')
		length--;
	return strndup(root, length);
}

static void types_cleanup(struct btf **types)
{
	btf__free(*types);
}

/* NULL where the kernel has none. */
static struct btf *types_load(void)
{
	libbpf_print_fn_t print = libbpf_set_print(NULL);
	struct btf *types = btf__load_vmlinux_btf();

	(void)libbpf_set_print(print);
	return types;
}

int doctor_run(const char *root, struct doctor **ret_doctor)
{
	CLEANUP(doctor_cleanup) struct doctor *doctor = calloc(1, sizeof(*doctor));
	CLEANUP_FREE char *stripped = root_strip(root);
	CLEANUP(types_cleanup) struct btf *types = NULL;
	struct doctor_host host = {.root = stripped};
	int r;

	if (!doctor || !stripped)
		return -ENOMEM;
	host.running = stripped[0] == '\0';
	if (host.running)
		types = types_load();
	host.types = types;
	doctor->checks = calloc(ARRAY_SIZE(looks), sizeof(*doctor->checks));
	if (!doctor->checks)
		return -ENOMEM;
	for (size_t i = 0; i < ARRAY_SIZE(looks); i++) {
		doctor->checks[i].name = looks[i].name;
		doctor->count++;
		r = looks[i].look(&host, &doctor->checks[i]);
		if (r < 0)
			return r;
	}
	*ret_doctor = TAKE_PTR(doctor);
	return 0;
}

static const struct doctor_check *check_find(const struct doctor *doctor, const char *name)
{
	for (size_t i = 0; i < doctor->count; i++)
		if (strcmp(doctor->checks[i].name, name) == 0)
			return &doctor->checks[i];
	return NULL;
}

const struct doctor_check *doctor_degrading(const struct doctor *doctor)
{
	static const char *const needed[] = {"lsm", "program"};

	if (check_find(doctor, "privileges")->state == DOCTOR_FAIL)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(needed); i++) {
		const struct doctor_check *check = check_find(doctor, needed[i]);

		if (check->state == DOCTOR_FAIL)
			return check;
	}
	return NULL;
}

int doctor_degraded(bool *ret_degraded, char **ret_why)
{
	CLEANUP(doctor_cleanup) struct doctor *doctor = NULL;
	const struct doctor_check *check;
	int r = doctor_run("/", &doctor);

	if (r < 0)
		return r;
	check = doctor_degrading(doctor);
	if (check && asprintf(ret_why, "%s; remedy: %s", check->sentence,
			      check->remedy ? check->remedy : "none known") < 0)
		return -ENOMEM;
	*ret_degraded = check != NULL;
	return 0;
}

void doctor_free(struct doctor *doctor)
{
	if (!doctor)
		return;
	for (size_t i = 0; i < doctor->count; i++) {
		free(doctor->checks[i].sentence);
		free(doctor->checks[i].remedy);
	}
	free(doctor->checks);
	free(doctor);
}

bool doctor_passed(const struct doctor *doctor)
{
	for (size_t i = 0; i < doctor->count; i++)
		if (doctor->checks[i].state == DOCTOR_FAIL)
			return false;
	return true;
}

const char *doctor_state_name(enum doctor_state state)
{
	return state_names[state];
}
