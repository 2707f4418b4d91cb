// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "command.h"
#include "doctor.h"
#include "json_text.h"
#include "util.h"

static const char help[] =
	"policyctl doctor - what this host can enforce, each line with its remedy\n"
	"\n"
	"Usage: policyctl doctor [--json]\n"
	"\n"
	"  --root DIR  look at the files of another root directory\n"
	"  --json      one JSON object\n"
	"  --help      this text\n"
	"\n"
	"Exit status: 0 where nothing is missing, 1 where something is, 2 when it could not be found out.\n"
	"\n"
	"Example: policyctl doctor\n";

static const char *const colours[] = {
	[DOCTOR_OK] = "\033[32m",
	[DOCTOR_WARN] = "\033[33m",
	[DOCTOR_FAIL] = "\033[31m",
};

static void doctor_cleanup(struct doctor **doctor)
{
	doctor_free(*doctor);
}

static void print_text(const struct doctor *doctor)
{
	bool colour = command_colour(stdout);

	for (size_t i = 0; i < doctor->count; i++) {
		const struct doctor_check *check = &doctor->checks[i];

		(void)printf("%s%-4s%s  %-10s  %s\n", colour ? colours[check->state] : "",
			     doctor_state_name(check->state), colour ? "\033[0m" : "", check->name,
			     command_clean(check->sentence));
		if (check->remedy)
			(void)printf("                  remedy: %s\n", command_clean(check->remedy));
	}
	(void)puts(doctor_passed(doctor) ? "This host can enforce policies."
					 : "This host cannot enforce policies as it is.");
	if (doctor_degrading(doctor))
		(void)puts("Policies that say 'degraded: audit' are published all the same: rules about the "
			   "internet are\nenforced, opened files and executed programs are only audited, and "
			   "nothing else is done.");
}

static json_t *to_json(const struct doctor *doctor)
{
	json_t *checks = json_array();

	for (size_t i = 0; i < doctor->count && checks; i++) {
		const struct doctor_check *check = &doctor->checks[i];

		(void)json_array_append_new(checks, json_pack("{s:s,s:s,s:o,s:o}", "name", check->name,
							      "state", doctor_state_name(check->state),
							      "sentence", json_text(check->sentence),
							      "remedy", json_text(check->remedy)));
	}
	return json_pack("{s:b,s:b,s:o}", "passed", (int)doctor_passed(doctor), "degraded",
			 (int)(doctor_degrading(doctor) != NULL), "checks", checks);
}

enum status command_doctor(int argc, char **argv)
{
	static const struct option options[] = {
		{"json", no_argument, NULL, 'j'},
		{"root", required_argument, NULL, 'r'},
		COMMAND_HELP_OPTION,
		{0},
	};
	CLEANUP(doctor_cleanup) struct doctor *doctor = NULL;
	const char *root = "/";
	bool json = false;
	enum status status;
	int option;

	while ((option = command_option(argc, argv, options, help, &status)) != -1) {
		if (option == -2)
			return status;
		json = json || option == 'j';
		root = option == 'r' ? optarg : root;
	}
	if (optind < argc)
		return command_fail("doctor", "unexpected argument '%s'", argv[optind]);
	if (doctor_run(root, &doctor) < 0)
		return command_fail("doctor", "out of memory");
	status = doctor_passed(doctor) ? STATUS_GOOD : STATUS_NO;
	if (json)
		return command_print_json(to_json(doctor), status);
	print_text(doctor);
	return command_finish(status);
}
