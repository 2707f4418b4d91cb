// SPDX-License-Identifier: Apache-2.0
#include "syscalls.h"

#include <errno.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "syscall_group.h"
#include "uring.h"
#include "util.h"

#define X32_BIT		0x40000000
#define NAME_MAX_LENGTH 64
#define GROUP_DEPTH	4 /* groups inside groups; systemd's go two deep */

static const struct {
	const char *name;
	uint32_t token;
} arches[] = {
	[POLICYD_ARCH_X86_64] = {"x86_64", SCMP_ARCH_X86_64},
	[POLICYD_ARCH_I386] = {"i386", SCMP_ARCH_X86},
	[POLICYD_ARCH_X32] = {"x32", SCMP_ARCH_X32},
	[POLICYD_ARCH_AARCH64] = {"aarch64", SCMP_ARCH_AARCH64},
	[POLICYD_ARCH_ARM] = {"arm", SCMP_ARCH_ARM},
	[POLICYD_ARCH_IO_URING] = {"io_uring", 0}, /* see uring.c */
};
static_assert(ARRAY_SIZE(arches) == POLICYD_ARCH_COUNT, "every way into the kernel has its name");

const char *syscall_arch_name(enum policyd_arch arch)
{
	return arch < POLICYD_ARCH_COUNT ? arches[arch].name : "unknown";
}

int syscall_arch_find(const char *name, enum policyd_arch *ret_arch)
{
	for (unsigned int i = 0; i < POLICYD_ARCH_COUNT; i++)
		if (strcmp(arches[i].name, name) == 0) {
			*ret_arch = (enum policyd_arch)i;
			return 0;
		}
	return -EINVAL;
}

enum policyd_arch syscall_arch_native(void)
{
	return seccomp_arch_native() == SCMP_ARCH_AARCH64 ? POLICYD_ARCH_AARCH64 : POLICYD_ARCH_X86_64;
}

int syscall_number(enum policyd_arch arch, const char *name)
{
	int number;

	if (arch == POLICYD_ARCH_IO_URING)
		return uring_find(name, 0);
	number = seccomp_syscall_resolve_name_arch(arches[arch].token, name);
	if (number < 0)
		return -1; /* not known, or multiplexed and without a number here */
	return arch == POLICYD_ARCH_X32 ? number & ~X32_BIT : number;
}

char *syscall_name(enum policyd_arch arch, uint32_t number)
{
	if (arch == POLICYD_ARCH_IO_URING) {
		const char *name = uring_name(number);

		return name ? strdup(name) : NULL;
	}
	if (arch >= POLICYD_ARCH_COUNT || number > INT32_MAX)
		return NULL;
	return seccomp_syscall_resolve_num_arch(arches[arch].token,
						(int)(arch == POLICYD_ARCH_X32 ? number | X32_BIT : number));
}

static void call_add(struct syscall_set *set, unsigned int arch, uint32_t number)
{
	if (number < POLICYD_SYSCALLS)
		set->bits[arch][number / 64] |= 1ULL << number % 64;
}

/* A call has one number on each way into the kernel, and several operations of io_uring may stand for it. */
static void name_add(struct syscall_set *set, const char *name)
{
	for (unsigned int arch = 0; arch < POLICYD_ARCH_COUNT; arch++) {
		int number = syscall_number((enum policyd_arch)arch, name);

		if (number >= 0)
			call_add(set, arch, (uint32_t)number);
	}
	for (int i = uring_find(name, 0); i >= 0; i = uring_find(name, (uint32_t)i + 1))
		call_add(set, POLICYD_ARCH_IO_URING, (uint32_t)i);
}

static void word_add(struct syscall_set *set, const char *word, unsigned int depth);

static void group_add(struct syscall_set *set, const char *group, unsigned int depth)
{
	const char *members = syscall_group_members(group);

	if (members && !*members)
		memset(set->bits, 0xff, sizeof(set->bits));
	while (members && *members && depth < GROUP_DEPTH) {
		size_t length = strcspn(members, " ");
		char word[NAME_MAX_LENGTH] = {0};

		if (length < sizeof(word)) {
			memcpy(word, members, length);
			word_add(set, word, depth + 1);
		}
		members += length + strspn(members + length, " ");
	}
}

// NOLINTNEXTLINE(misc-no-recursion): groups hold groups; GROUP_DEPTH bounds it
static void word_add(struct syscall_set *set, const char *word, unsigned int depth)
{
	if (word[0] == '@')
		group_add(set, word, depth);
	else
		name_add(set, word);
}

/* A number means that number on every way into the kernel but io_uring, whose operations go by names; x32's
 * may be given with its bit. */
static int number_add(struct model *model, struct syscall_set *set, const struct pattern_text *text)
{
	unsigned long number = strtoul(text->text, NULL, 0);

	if (number & X32_BIT && (number & ~(unsigned long)X32_BIT) < POLICYD_SYSCALL_OTHER) {
		call_add(set, POLICYD_ARCH_X32, (uint32_t)number & ~X32_BIT);
		return 0;
	}
	if (number >= POLICYD_SYSCALL_OTHER)
		return model_fail(model, text->at, "system call number %lu is above the limit of %d", number,
				  POLICYD_SYSCALL_OTHER - 1);
	for (unsigned int arch = 0; arch < POLICYD_ARCH_COUNT; arch++)
		if (arch != POLICYD_ARCH_IO_URING)
			call_add(set, arch, (uint32_t)number);
	return 0;
}

static int set_fill(struct model *model, struct syscall_set *set, const struct rule *rule)
{
	int r = 0;

	for (size_t i = 0; i < rule->syscalls.count && r == 0; i++) {
		const struct pattern_text *text = &rule->syscalls.items[i];

		if (text->text[0] >= '0' && text->text[0] <= '9')
			r = number_add(model, set, text);
		else
			word_add(set, text->text, 0);
	}
	return r;
}

static int sets_fill(struct model *model)
{
	struct syscall_table *table = &model->syscalls;
	size_t count = 0;
	int r = 0;

	for (uint32_t i = 0; i < model->rule_count; i++)
		if (model->rules[i].rule->section == POLICYD_SECTION_SYSCALL && ++count > SYSCALL_RULES_MAX)
			return model_fail(model, model->rules[i].rule->at,
					  "more than %d syscall rules in a set", SYSCALL_RULES_MAX);
	if (count == 0)
		return 0;
	table->sets = calloc(count, sizeof(*table->sets));
	table->rows = calloc((size_t)POLICYD_ARCH_COUNT * POLICYD_SYSCALLS, sizeof(*table->rows));
	if (!table->sets || !table->rows)
		return -ENOMEM;
	for (uint32_t i = 0; i < model->rule_count && r == 0; i++) {
		struct syscall_set *set = &table->sets[table->set_count];

		if (model->rules[i].rule->section != POLICYD_SECTION_SYSCALL)
			continue;
		set->rule = i;
		table->set_count++;
		r = set_fill(model, set, model->rules[i].rule);
	}
	return r;
}

static bool set_has(const struct syscall_set *set, unsigned int arch, uint32_t number)
{
	if (number > POLICYD_SYSCALL_OTHER)
		number = POLICYD_SYSCALL_OTHER;
	return set->bits[arch][number / 64] >> number % 64 & 1;
}

bool syscall_rule_matches(const struct model *model, uint32_t rule, enum policyd_arch arch, uint32_t number)
{
	for (size_t i = 0; i < model->syscalls.set_count; i++)
		if (model->syscalls.sets[i].rule == rule)
			return set_has(&model->syscalls.sets[i], arch, number);
	return false;
}

static int call_row(struct row_builder *rows, const struct syscall_table *table, struct rule_match *matches,
		    unsigned int arch, uint32_t number)
{
	size_t count = 0;

	for (size_t i = 0; i < table->set_count; i++)
		if (set_has(&table->sets[i], arch, number))
			matches[count++] =
				(struct rule_match){.rule = table->sets[i].rule, .ops = POLICYD_OP_SYSCALL};
	return row_find(rows, ROW_SYSCALL, matches, count,
			&table->rows[(size_t)arch * POLICYD_SYSCALLS + number]);
}

int syscalls_build(struct model *model, struct row_builder *rows)
{
	struct syscall_table *table = &model->syscalls;
	CLEANUP_FREE struct rule_match *matches = NULL;
	int r = sets_fill(model);

	if (r < 0 || table->set_count == 0)
		return r;
	matches = calloc(table->set_count, sizeof(*matches));
	if (!matches)
		return -ENOMEM;
	for (unsigned int arch = 0; arch < POLICYD_ARCH_COUNT && r == 0; arch++)
		for (uint32_t number = 0; number < POLICYD_SYSCALLS && r == 0; number++)
			r = call_row(rows, table, matches, arch, number);
	return r;
}

void syscalls_clear(struct syscall_table *table)
{
	free(table->sets);
	free(table->rows);
	*table = (struct syscall_table){0};
}
