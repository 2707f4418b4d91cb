// SPDX-License-Identifier: Apache-2.0
#include "client.h"
#include "json.h"
#include "question.h"
#include "util.h"

enum status question_ask(const struct question *question, const char *socket, json_t *request, bool json)
{
	CLEANUP_JSON json_t *reply = NULL;
	enum status status = STATUS_GOOD;

	if (client_request(question->command, socket, request, &reply) < 0)
		return STATUS_ERROR;
	if (question->judge)
		status = question->judge(reply);
	if (json)
		return command_print_json(TAKE_PTR(reply), status);
	question->print(reply);
	return command_finish(status);
}

enum status question_command(const struct question *question, const char *help, int argc, char **argv)
{
	static const struct option options[] = {
		COMMAND_CLIENT_OPTIONS,
		COMMAND_HELP_OPTION,
		{0},
	};
	const char *socket = NULL;
	bool json = false;
	enum status status;
	int option;

	while ((option = command_option(argc, argv, options, help, &status)) != -1) {
		if (option == -2)
			return status;
		(void)command_client_option(option, &socket, &json);
	}
	if (optind < argc)
		return command_fail(question->command, "unexpected argument '%s'", argv[optind]);
	return question_ask(question, socket, json_pack("{s:s}", "request", question->command), json);
}
