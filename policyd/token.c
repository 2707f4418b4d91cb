// SPDX-License-Identifier: Apache-2.0
#include "token.h"

#include "token_internal.h"

int token_source_new(enum token_language language, const char *text, size_t length,
		     struct token_source **ret_source)
{
	return language == TOKEN_YAML ? token_yaml_new(text, length, ret_source)
				      : token_json_new(text, length, ret_source);
}

int token_source_next(struct token_source *source, struct token *ret)
{
	*ret = (struct token){};
	return source->class->next(source, ret);
}

void token_source_free(struct token_source *source)
{
	if (source)
		source->class->free(source);
}
