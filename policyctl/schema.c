// SPDX-License-Identifier: Apache-2.0
#include "schema.h"

#include "command.h"
#include "util.h"

static const char help[] =
	"policyctl schema - describe the policy language\n"
	"\n"
	"Usage: policyctl schema [--markdown]\n"
	"\n"
	"Prints a JSON Schema (draft 7), by which editors complete and check policies. It is made from the "
	"tables\n"
	"that policies are read by. For yaml-language-server, put this line into a policy:\n"
	"  # yaml-language-server: $schema=/usr/share/policyd/policy.schema.json\n"
	"\n"
	"  --markdown  the reference for people\n"
	"  --json      the JSON Schema, as without it\n"
	"  --help      this text\n"
	"\n"
	"Exit status: 0 good, 2 it could not be printed.\n"
	"\n"
	"Example: policyctl schema >policy.schema.json\n";

enum status command_schema(int argc, char **argv)
{
	static const struct option options[] = {
		{"markdown", no_argument, NULL, 'm'},
		{"json", no_argument, NULL, 'j'},
		COMMAND_HELP_OPTION,
		{0},
	};
	CLEANUP_FREE char *text = NULL;
	bool markdown = false;
	enum status status;
	int option;

	while ((option = command_option(argc, argv, options, help, &status)) != -1) {
		if (option == -2)
			return status;
		markdown = option == 'm';
	}
	if (optind < argc)
		return command_fail("schema", "'%s' is not wanted; see policyctl schema --help",
				    argv[optind]);
	text = markdown ? schema_markdown() : schema_json();
	if (!text)
		return command_fail("schema", "out of memory");
	(void)fputs(text, stdout);
	return command_finish(STATUS_GOOD);
}
