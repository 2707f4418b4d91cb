// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <string.h>

#include "command.h"
#include "json_text.h"
#include "kernel.h"
#include "lint.h"
#include "parse.h"
#include "source.h"
#include "util.h"

static const char help[] =
	"policyctl check - validate policy files and show what is wrong with them\n"
	"\n"
	"Usage: policyctl check [OPTION]... FILE|DIR...\n"
	"       policyctl check --limits\n"
	"\n"
	"All files together are one set: names are unique over all of them. Needs no privileges and no "
	"daemon.\n"
	"\n"
	"  --host FILE  facts of another host: lines mount DEV ROOT POINT FSTYPE, link PATH TARGET,\n"
	"               user NAME ID, group NAME ID\n"
	"  --lint       also warn of rules that never apply, patterns that match nothing, symbolic links,\n"
	"               policies that lock the administrator out, and what this kernel cannot enforce\n"
	"  --limits     print the limits of the language\n"
	"  --json       one JSON object\n"
	"  --help       this text\n"
	"\n"
	"Exit status: 0 valid (there may be warnings), 1 there are errors, 2 it could not be checked.\n"
	"\n"
	"Example: policyctl check --lint web.yaml /etc/policyd/policy.d\n";

struct arguments {
	const char *host;
	bool lint;
	bool limits;
	bool json;
};

static enum status print_limits(bool json)
{
	json_t *object = json_object();

	for (size_t i = 0; i < parse_limit_count; i++) {
		const struct parse_limit *limit = &parse_limits[i];

		if (!json)
			(void)printf("%-20s %10lu  %s\n", limit->name, limit->value, limit->what);
		else
			(void)json_object_set_new(object, limit->name,
						  json_integer((json_int_t)limit->value));
	}
	if (json)
		return command_print_json(object, STATUS_GOOD);
	json_decref(object);
	return command_finish(STATUS_GOOD);
}

static json_t *diagnostics_json(const struct diagnostics *diagnostics)
{
	json_t *list = json_array();

	for (size_t i = 0; i < diagnostics->count && list; i++) {
		const struct diagnostic *diagnostic = &diagnostics->items[i];

		(void)json_array_append_new(
			list,
			json_pack("{s:s,s:o,s:i,s:i,s:o}", "level", diagnostic_level_name(diagnostic->level),
				  "file", json_text(diagnostic->at.file), "line", (int)diagnostic->at.line,
				  "column", (int)diagnostic->at.column, "text", json_text(diagnostic->text)));
	}
	return list;
}

static size_t rules_count(const struct policy_set *set)
{
	size_t count = 0;

	for (size_t i = 0; i < set->count; i++)
		count += set->policies[i].rule_count;
	return count;
}

static enum status report(const struct source *source, int result, bool json)
{
	const struct diagnostics *diagnostics = &source->diagnostics;
	bool valid = result == 0 && diagnostics->errors == 0;
	enum status status = valid ? STATUS_GOOD : result == -EINVAL ? STATUS_NO : STATUS_ERROR;
	size_t rules = rules_count(&source->set);

	if (json)
		return command_print_json(json_pack("{s:b,s:I,s:I,s:I,s:I,s:I,s:o}", "valid", (int)valid,
						    "policies", (json_int_t)source->set.count, "rules",
						    (json_int_t)rules, "errors",
						    (json_int_t)diagnostics->errors, "warnings",
						    (json_int_t)diagnostics->warnings, "dropped",
						    (json_int_t)diagnostics->dropped, "diagnostics",
						    diagnostics_json(diagnostics)),
					  status);
	source_print(source, stderr, command_colour(stderr));
	if (valid)
		(void)printf("valid: %zu %s, %zu %s, %zu KiB in the kernel",
			     PLURAL(source->set.count, "policy", "policies"), PLURAL(rules, "rule", "rules"),
			     (size_t)source->compiled->count * sizeof(*source->compiled->lines) / 1024);
	else
		(void)printf("not valid: %zu %s", PLURAL(diagnostics->errors, "error", "errors"));
	if (diagnostics->warnings > 0)
		(void)printf(", %zu %s", PLURAL(diagnostics->warnings, "warning", "warnings"));
	(void)putchar('\n');
	return command_finish(status);
}

/* Files and kernel are this host's, so they are left out when the facts are another's. */
static int source_lint(struct source *source, const char *host_file)
{
	CLEANUP_CLOSE int root = host_file ? -1 : open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	CLEANUP(kernel_close) struct kernel *kernel = host_file ? NULL : kernel_open();
	const struct lint_options options = {
		.root = root,
		.has_hook = kernel ? kernel_has_hook : NULL,
		.data = kernel,
	};

	return lint_run(source->compiled, source->host, &options, &source->diagnostics);
}

static enum status check(char *const *paths, int count, const struct arguments *arguments)
{
	CLEANUP(source_clear) struct source source = {};
	int r = source_parse(&source, paths, count);

	if (r == 0)
		r = source_compile(&source, arguments->host);
	if (r == 0 && arguments->lint)
		r = source_lint(&source, arguments->host);
	if (r < 0 && source.diagnostics.errors == 0)
		return command_fail("check", "cannot check%s%s: %s",
				    arguments->host ? " with the facts in " : "",
				    arguments->host ? arguments->host : "", strerror(-r));
	return report(&source, r, arguments->json);
}

enum status command_check(int argc, char **argv)
{
	static const struct option options[] = {
		{"host", required_argument, NULL, 'H'},
		{"lint", no_argument, NULL, 'L'},
		{"limits", no_argument, NULL, 'l'},
		{"json", no_argument, NULL, 'j'},
		COMMAND_HELP_OPTION,
		{0},
	};
	struct arguments arguments = {};
	enum status status;
	int option;

	while ((option = command_option(argc, argv, options, help, &status)) != -1) {
		if (option == -2)
			return status;
		arguments.json = arguments.json || option == 'j';
		arguments.lint = arguments.lint || option == 'L';
		arguments.limits = arguments.limits || option == 'l';
		arguments.host = option == 'H' ? optarg : arguments.host;
	}
	if (arguments.limits)
		return print_limits(arguments.json);
	if (optind == argc)
		return command_fail("check", "no file or directory given; see policyctl check --help");
	return check(argv + optind, argc - optind, &arguments);
}
