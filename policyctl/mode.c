// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "attempt.h"
#include "client.h"
#include "edit.h"
#include "modes.h"
#include "json.h"
#include "question.h"
#include "util.h"

static const char help[] =
	"policyctl mode - enforce, audit or disable one policy\n"
	"\n"
	"Usage: policyctl mode [OPTION]... POLICY enforce|audit|disabled\n"
	"\n"
	"The mode holds until the policy files change, policyctl reload, or the end of policyd; what the\n"
	"file says stays. With --persist the file is changed, and published.\n"
	"\n"
	"  --persist      write the mode into the policy's file\n"
	"  --socket PATH  control socket (default: " CLIENT_SOCKET ")\n"
	"  --json         one JSON object: the status after it\n"
	"  --help         this text\n"
	"\n"
	"Exit status: 0 in force, 1 rejected (what was in force stays), 2 it could not be done.\n"
	"\n"
	"Example: policyctl mode web-server audit\n";

#define FILE_SIZE_MAX (16 << 20)

struct arguments {
	const char *socket;
	const char *policy;
	const char *mode;
	bool persist, json;
};

/* The name of the policy's file, which must be one of the policy directory; NULL was explained. */
static const char *file_of(const json_t *status, const char *policy)
{
	const char *directory = json_string_value(json_object_get(status, "directory"));
	const json_t *policies = json_object_get(json_object_get(status, "live"), "policies");
	const json_t *entry;
	size_t i;

	json_array_foreach(policies, i, entry)
	{
		const char *name = json_string_value(json_object_get(entry, "name"));
		const char *file = json_string_value(json_object_get(entry, "file"));
		size_t length = directory ? strlen(directory) : 0;

		if (!name || strcmp(name, policy) != 0)
			continue;
		if (file && directory && strncmp(file, directory, length) == 0 && file[length] == '/')
			return file;
		(void)command_fail("mode", "'%s' is not in the policy directory now: it is in '%s'",
				   command_clean(policy), command_clean(file));
		return NULL;
	}
	(void)command_fail("mode", "no policy '%s' is in force", command_clean(policy));
	return NULL;
}

static int text_read(const char *path, char **ret_text, mode_t *ret_mode)
{
	CLEANUP_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	CLEANUP_FREE char *text = NULL;
	struct stat status;
	ssize_t size;

	if (fd < 0 || fstat(fd, &status) < 0)
		return -errno;
	if (!S_ISREG(status.st_mode) || status.st_size > FILE_SIZE_MAX)
		return -EINVAL;
	text = calloc(1, (size_t)status.st_size + 1);
	if (!text)
		return -ENOMEM;
	size = read(fd, text, (size_t)status.st_size);
	if (size < 0)
		return -errno;
	if (size != status.st_size)
		return -EAGAIN;
	*ret_text = TAKE_PTR(text);
	*ret_mode = status.st_mode & 0777;
	return 0;
}

static int fd_write(int fd, const char *text)
{
	size_t length = strlen(text);

	while (length > 0) {
		ssize_t size = write(fd, text, length);

		if (size < 0)
			return -errno;
		text += size;
		length -= (size_t)size;
	}
	return fsync(fd) < 0 ? -errno : 0;
}

/* Renamed into place, as policyd wants its files. */
static int text_write(const char *path, const char *text, mode_t mode)
{
	const char *name = strrchr(path, '/') + 1;
	CLEANUP_FREE char *fresh = NULL;
	CLEANUP_CLOSE int fd = -1;
	int r;

	if (asprintf(&fresh, "%.*s.%s.new", (int)(name - path), path, name) < 0) {
		fresh = NULL;
		return -ENOMEM;
	}
	fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return -errno;
	r = fchmod(fd, mode) < 0 ? -errno : fd_write(fd, text);
	if (r == 0 && rename(fresh, path) < 0)
		r = -errno;
	if (r < 0)
		(void)unlink(fresh);
	return r;
}

static enum status file_change(const char *path, const struct arguments *arguments)
{
	CLEANUP_FREE char *text = NULL;
	CLEANUP_FREE char *changed = NULL;
	mode_t mode = 0644;
	int r;

	r = text_read(path, &text, &mode);
	if (r == -ELOOP)
		return command_fail("mode", "'%s' is a symbolic link: change what it leads to",
				    command_clean(path));
	if (r == 0)
		r = edit_mode(text, arguments->policy, arguments->mode, &changed);
	if (r == -ENOENT || r == -ENOTSUP)
		return command_fail("mode", "'%s' is written in a way that has to be changed by hand",
				    command_clean(path));
	if (r == 0)
		r = text_write(path, changed, mode);
	if (r < 0)
		return command_fail("mode", "cannot change '%s': %s", command_clean(path), strerror(-r));
	return STATUS_GOOD;
}

static enum status ask(const struct arguments *arguments, json_t *request)
{
	static const struct question question = {"mode", attempt_status, attempt_print};

	return question_ask(&question, arguments->socket, request, arguments->json);
}

static enum status persist(const struct arguments *arguments)
{
	CLEANUP_JSON json_t *reply = NULL;
	const char *path;
	enum status status;

	if (client_request("mode", arguments->socket, json_pack("{s:s}", "request", "status"), &reply) < 0)
		return STATUS_ERROR;
	path = file_of(reply, arguments->policy);
	if (!path)
		return STATUS_ERROR;
	status = file_change(path, arguments);
	return status == STATUS_GOOD ? ask(arguments, json_pack("{s:s}", "request", "reload")) : status;
}

static enum status mode_change(const struct arguments *arguments)
{
	enum policy_mode mode;
	json_t *request;

	if (modes_from_name(arguments->mode, &mode) < 0)
		return command_fail("mode", "'%s' is not a mode: enforce, audit or disabled",
				    command_clean(arguments->mode));
	if (arguments->persist)
		return persist(arguments);
	request = json_pack("{s:s,s:s,s:s}", "request", "mode", "policy", arguments->policy, "mode",
			    arguments->mode);
	if (!request)
		return command_fail("mode", "the name of the policy is not UTF-8");
	return ask(arguments, request);
}

enum status command_mode(int argc, char **argv)
{
	static const struct option options[] = {
		{"persist", no_argument, NULL, 'p'},
		COMMAND_CLIENT_OPTIONS,
		COMMAND_HELP_OPTION,
		{0},
	};
	struct arguments arguments = {};
	enum status status;
	int option;

	while ((option = command_option(argc, argv, options, help, &status)) != -1) {
		if (option == -2)
			return status;
		if (command_client_option(option, &arguments.socket, &arguments.json))
			continue;
		arguments.persist = arguments.persist || option == 'p';
	}
	if (argc - optind != 2)
		return command_fail("mode", "a policy and a mode are expected; see policyctl mode --help");
	arguments.policy = argv[optind];
	arguments.mode = argv[optind + 1];
	return mode_change(&arguments);
}
