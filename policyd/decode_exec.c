/* SPDX-License-Identifier: Apache-2.0 */
#include "decode_exec.h"

#include "decode_internal.h"
#include "decode_name.h"
#include "digest.h"
#include "util.h"

int decode_arguments(struct decoder *decoder, const char *record, size_t body, size_t size,
		     const struct decode_arguments *from, struct event *event, struct event_text *text)
{
	size_t length = from->length;

	if (from->is_cut)
		decode_cut(event, from->cut);
	if (length == 0)
		return 0;
	if (from->offset < body || from->offset > size || length > size - from->offset)
		return decode_fail(decoder, DECODE_NAME);
	if (record[from->offset + length - 1] == '\0')
		length--; /* between arguments, not behind the last */
	return event_set(event, text, record + from->offset, length);
}

int decode_script(struct decoder *decoder, uint64_t key, struct event *event)
{
	struct policyd_program program;
	struct decode_name name = {};
	int r;

	if (key == POLICYD_PROGRAM_UNKNOWN)
		return 0;
	if (!decoder->program || decoder->program(decoder->data, key, &program) < 0 ||
	    program.length > sizeof(program.text)) {
		decode_cut(event, EVENT_CUT_script);
		return 0;
	}
	name = (struct decode_name){
		.root = program.root,
		.dev = program.dev,
		.bytes = program.text,
		.length = program.length,
	};
	r = decode_name(&name, decoder->host, event, &event->script);
	return r == -EBADMSG ? decode_fail(decoder, DECODE_NAME) : r;
}

int decode_execution(struct decoder *decoder, const char *record, size_t size,
		     const struct policyd_event_path *path, struct event *event)
{
	char text[DIGEST_TEXT_SIZE];
	int r;

	if (path->digest_known) {
		digest_print(path->digest, text);
		r = event_set(event, &event->sha256, text, sizeof(text) - 1);
		if (r < 0)
			return r;
	}
	return decode_arguments(decoder, record, sizeof(*path), size,
				&(struct decode_arguments){
					.offset = path->started,
					.length = path->started_length,
					.is_cut = path->head.flags & POLICYD_EVENT_STARTED_CUT,
					.cut = EVENT_CUT_new_argv,
				},
				event, &event->new_argv);
}
