/* SPDX-License-Identifier: Apache-2.0 */
/*
 * YAML and JSON texts as a stream of tokens, whoever reads the text: this process or one without privileges
 * (reader.h). Tokens say how values nest and where they stand; what they mean is decided by who takes them,
 * who also checks that they nest: a stream may come from a process that was taken over.
 */
#ifndef POLICYD_TOKEN_H
#define POLICYD_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum token_kind {
	TOKEN_END,   /* of the text */
	TOKEN_ERROR, /* `text` says what is wrong there; nothing follows */
	TOKEN_DOCUMENT,
	TOKEN_DOCUMENT_END,
	TOKEN_LIST,
	TOKEN_MAPPING, /* keys and values follow in turn */
	TOKEN_CLOSE,   /* of the innermost list or mapping */
	TOKEN_SCALAR,
	TOKEN_ALIAS, /* of the anchor `text` */
	TOKEN_KIND_COUNT,
};

/* What stands in a text. The texts are NUL-terminated UTF-8 and the source's, until its next token. */
struct token {
	enum token_kind kind;
	bool plain; /* a scalar without quotes and not a block; in JSON all but strings */
	unsigned int line;
	unsigned int column;
	const char *text;
	size_t length;	    /* of `text`, which may hold NUL bytes */
	const char *tag;    /* NULL: none */
	const char *anchor; /* NULL: none */
};

enum token_language { TOKEN_YAML, TOKEN_JSON, TOKEN_LANGUAGE_COUNT };

struct token_source;

/* What a kind of source does; see the functions below. */
struct token_source_class {
	int (*next)(struct token_source *source, struct token *ret);
	void (*free)(struct token_source *source);
};

/* The start of every kind of source. */
struct token_source {
	const struct token_source_class *class;
	const char *why; /* after an error of a source that is another process: what happened to it */
};

/*
 * Reads the text in this process; it must stay as long as the source. A JSON text is one document. Returns 0
 * or -ENOMEM.
 */
int token_source_new(enum token_language language, const char *text, size_t length,
		     struct token_source **ret_source);

/*
 * The next token; nothing follows TOKEN_END and TOKEN_ERROR. Returns 0; -ENOMEM; or, of a source that is
 * another process, -EIO: that has ended, -EBADMSG: it sends what no token is.
 */
int token_source_next(struct token_source *source, struct token *ret);

/* Takes NULL. */
void token_source_free(struct token_source *source);

static inline void token_source_cleanup(struct token_source **source)
{
	token_source_free(*source);
}

#define CLEANUP_TOKEN_SOURCE CLEANUP(token_source_cleanup)

#endif
