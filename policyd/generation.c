// SPDX-License-Identifier: Apache-2.0
#include "generation.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "builtin.h"
#include "fingerprint.h"
#include "parse.h"
#include "util.h"

void generation_free(struct generation *generation)
{
	if (!generation)
		return;
	compiled_free(generation->compiled);
	policy_set_free(&generation->set);
	free(generation);
}

void generation_cleanup(struct generation **generation)
{
	generation_free(*generation);
}

int generation_compile(struct generation *generation, const struct generation_facts *facts,
		       struct diagnostics *diagnostics)
{
	const struct compile_options options = {
		.generation = generation->number,
		.source = generation->fingerprint,
		.key = facts->key,
		.audit_unresolved = facts->audit_unresolved,
	};

	return compile(&generation->set, facts->host, &options, diagnostics, &generation->compiled);
}

bool generation_is(const struct generation *generation, uint64_t fingerprint)
{
	return generation && !generation->altered && generation->fingerprint == fingerprint;
}

void generation_number(struct generation *generation, uint64_t number)
{
	struct policyd_header header;

	generation->number = number;
	memcpy(&header, generation->compiled->lines, sizeof(header));
	header.generation = number;
	memcpy(generation->compiled->lines, &header, sizeof(header));
}

static int source_is(const struct generation_source *source, uint64_t fingerprint)
{
	uint64_t found;
	int r = fingerprint_directory(source->path, &found);

	if (r < 0)
		return r;
	return found == fingerprint ? 0 : -ESTALE;
}

static int source_parse(struct generation *generation, const struct generation_source *source,
			struct diagnostics *diagnostics)
{
	int r;

	generation->set.tokenizer = source->tokenizer;
	r = parse_copy(&generation->set, source->path, source->name, source->trusted, diagnostics);
	generation->set.tokenizer = NULL;
	if (r == 0)
		policy_set_digest(&generation->set, generation->digest);
	return r < 0 ? r : builtin_add(&generation->set, diagnostics);
}

int generation_again(const struct compiled *image, const struct generation_source *source,
		     const struct generation_facts *facts, struct generation **ret_generation)
{
	CLEANUP_GENERATION struct generation *generation = calloc(1, sizeof(*generation));
	CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {}; /* told when they were published */
	struct policyd_header header;
	int r;

	if (!generation)
		return -ENOMEM;
	memcpy(&header, image->lines, sizeof(header));
	generation->number = header.generation;
	generation->fingerprint = compiled_source(image);
	r = source_is(source, generation->fingerprint);
	if (r == 0)
		r = source_parse(generation, source, &diagnostics);
	if (r == 0)
		r = source_is(source, generation->fingerprint); /* nobody has written to it meanwhile */
	if (r == 0)
		r = generation_compile(generation, facts, &diagnostics);
	if (r < 0)
		return r;
	if (!compiled_equal(image, generation->compiled))
		return -ESTALE;
	*ret_generation = TAKE_PTR(generation);
	return 0;
}
