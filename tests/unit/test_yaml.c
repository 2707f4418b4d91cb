// SPDX-License-Identifier: Apache-2.0
/* Trees of YAML documents: places, styles, aliases and limits. */
#include "parse_case.h"
#include "yaml_tree.h"

static void reader_cleanup(struct yaml_reader **reader)
{
	yaml_reader_free(*reader);
}

static struct yaml_reader *reader_of(const char *text, size_t length, uint32_t nodes_max,
				     struct diagnostics *diagnostics)
{
	struct yaml_reader *reader = NULL;
	struct token_source *source = NULL;

	ck_assert_int_eq(token_source_new(TOKEN_YAML, text, length, &source), 0);
	ck_assert_int_eq(yaml_reader_new("f", source, nodes_max, diagnostics, &reader), 0);
	return reader;
}

/* The first document; its diagnostics must be empty. */
static struct yaml_tree tree_of(const char *text)
{
	CLEANUP(reader_cleanup) struct yaml_reader *reader = NULL;
	CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {0};
	struct yaml_tree tree = {0};

	reader = reader_of(text, strlen(text), 1000, &diagnostics);
	ck_assert_int_eq(yaml_reader_next(reader, &tree), 0);
	ck_assert_uint_eq(diagnostics.count, 0);
	return tree;
}

/* The messages of reading all documents, malloc'ed. */
static char *messages_for(const char *text, size_t length, uint32_t nodes_max)
{
	CLEANUP(reader_cleanup) struct yaml_reader *reader = NULL;
	CLEANUP(diagnostics_clear) struct diagnostics diagnostics = {0};
	int r;

	reader = reader_of(text, length, nodes_max, &diagnostics);
	do {
		CLEANUP(yaml_tree_free) struct yaml_tree tree = {0};

		r = yaml_reader_next(reader, &tree);
		if (r == 0 && !tree.root)
			break;
	} while (r == 0);
	return messages_of(&diagnostics);
}

START_TEST(values_know_their_place)
{
	CLEANUP(yaml_tree_free) struct yaml_tree tree = tree_of("a: 1\nb:\n  - x\n  - {c: \"y\"}\n");
	const struct node *list = node_get(tree.root, "b");
	const struct node *inner = node_get(list->items[1], "c");

	ck_assert_int_eq(tree.root->kind, NODE_MAPPING);
	ck_assert_uint_eq(list->item_count, 2);
	ck_assert_uint_eq(list->items[0]->at.line, 3);
	ck_assert_uint_eq(list->items[0]->at.column, 5);
	ck_assert_str_eq(inner->at.file, "f");
	ck_assert_uint_eq(inner->at.line, 4);
	ck_assert_uint_eq(inner->at.column, 9);
	ck_assert(!inner->plain);
	ck_assert(list->items[0]->plain);
	ck_assert_ptr_null(node_get(tree.root, "c"));
	ck_assert_ptr_null(node_get(list, "c"));
}
END_TEST

START_TEST(plain_values_have_types)
{
	static const struct {
		const char *text;
		enum node_type type;
	} cases[] = {
		{"x", NODE_IS_TEXT},	    {"yes", NODE_IS_TEXT},	  {"no", NODE_IS_TEXT},
		{"on", NODE_IS_TEXT},	    {"off", NODE_IS_TEXT},	  {"1.2.3", NODE_IS_TEXT},
		{"1-2", NODE_IS_TEXT},	    {"0x", NODE_IS_TEXT},	  {"0xg", NODE_IS_TEXT},
		{"1e", NODE_IS_TEXT},	    {"e3", NODE_IS_TEXT},	  {"_1", NODE_IS_TEXT},
		{"8:0", NODE_IS_TEXT},	    {"10.0.0.0/8", NODE_IS_TEXT}, {"\"1\"", NODE_IS_TEXT},
		{"'~'", NODE_IS_TEXT},	    {"\"\"", NODE_IS_TEXT},	  {"|\n  1", NODE_IS_TEXT},
		{"1", NODE_IS_NUMBER},	    {"-1", NODE_IS_NUMBER},	  {"+1", NODE_IS_NUMBER},
		{"0755", NODE_IS_NUMBER},   {"0x1f", NODE_IS_NUMBER},	  {"0o17", NODE_IS_NUMBER},
		{"0b11", NODE_IS_NUMBER},   {"1_000", NODE_IS_NUMBER},	  {"1e3", NODE_IS_NUMBER},
		{"1.5", NODE_IS_NUMBER},    {".5", NODE_IS_NUMBER},	  {"1.", NODE_IS_NUMBER},
		{".inf", NODE_IS_NUMBER},   {"1.5E-3", NODE_IS_NUMBER},	  {"true", NODE_IS_BOOLEAN},
		{"False", NODE_IS_BOOLEAN}, {"~", NODE_IS_NOTHING},	  {"null", NODE_IS_NOTHING},
		{"", NODE_IS_NOTHING},	    {"[]", NODE_IS_LIST},	  {"{}", NODE_IS_MAPPING},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP_FREE char *text = NULL;
		CLEANUP(yaml_tree_free) struct yaml_tree tree = {0};

		ck_assert_int_gt(asprintf(&text, "a: %s\n", cases[i].text), 0);
		tree = tree_of(text);
		ck_assert_msg(node_type(node_get(tree.root, "a")) == cases[i].type, "%s is %s", cases[i].text,
			      node_describe(node_get(tree.root, "a")));
	}
}
END_TEST

START_TEST(aliases_refer_to_their_anchor)
{
	CLEANUP(yaml_tree_free) struct yaml_tree tree = tree_of("a: &x [1, 2]\nb: [*x, *x]\n");
	const struct node *list = node_get(tree.root, "b");

	ck_assert_ptr_eq(list->items[0], node_get(tree.root, "a"));
	ck_assert_uint_eq(list->expansion, 7);
	ck_assert_uint_eq(list->height, 3);
}
END_TEST

START_TEST(anchors_end_with_their_document)
{
	static const char text[] = "a: &x 1\n---\nb: &x 2\nc: *x\n---\nd: *x\n";
	CLEANUP_FREE char *messages = messages_for(text, strlen(text), 100);

	ck_assert_str_eq(messages, "f:6:4: error: alias '*x' has no anchor before it\n");
}
END_TEST

START_TEST(documents_are_numbered)
{
	static const char text[] = "a: 1\n---\nb: 2\n";
	CLEANUP(reader_cleanup) struct yaml_reader *reader = NULL;
	struct diagnostics diagnostics = {0};

	reader = reader_of(text, strlen(text), 100, &diagnostics);
	for (unsigned int i = 0; i < 3; i++) {
		CLEANUP(yaml_tree_free) struct yaml_tree tree = {0};

		ck_assert_int_eq(yaml_reader_next(reader, &tree), 0);
		if (i < 2)
			ck_assert_uint_eq(tree.index, i);
		else
			ck_assert_ptr_null(tree.root);
	}
}
END_TEST

START_TEST(mark_and_line_ends_are_accepted)
{
	CLEANUP(yaml_tree_free) struct yaml_tree tree = tree_of("\357\273\277a: 1\r\nb: 2\r\n");

	ck_assert_str_eq(node_get(tree.root, "a")->text, "1");
	ck_assert_uint_eq(node_get(tree.root, "a")->at.column, 4);
	ck_assert_str_eq(node_get(tree.root, "b")->text, "2");
	ck_assert_uint_eq(node_get(tree.root, "b")->at.line, 2);
}
END_TEST

START_TEST(an_exploding_document_is_refused)
{
	static const char text[] = "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
				   "b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
				   "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
				   "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
				   "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\n"
				   "f: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n"
				   "g: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f,*f]\n";
	CLEANUP_FREE char *messages = messages_for(text, strlen(text), 100000);

	ck_assert_str_eq(messages,
			 "f:5:29: error: the document has more than 100000 values, aliases followed "
			 "(limit 'values')\n");
}
END_TEST

START_TEST(too_many_anchors_are_refused)
{
	CLEANUP_FREE char *text = NULL;
	CLEANUP_FREE char *messages = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	for (unsigned int i = 0; i < YAML_TREE_ANCHORS_MAX + 1; i++)
		(void)fprintf(stream, "- &a%u x\n", i);
	(void)fclose(stream);
	messages = messages_for(text, size, 100000);
	ck_assert_str_eq(messages, "f:257:3: error: more than 256 anchors in a document (limit 'anchors')\n");
}
END_TEST

/* Adversarial shapes that must end soon, with an error or without. */
START_TEST(large_inputs_end_soon)
{
	static const size_t size = 10000000;
	static const char *const units[] = {"[", "{",	"- ", "? ",  "a",    "\"",   "*a ", "&a ", "!",
					    "%", "a: ", "#",  "|\n", "{a: ", "[a, ", "\\",  "'' "};
	CLEANUP_FREE char *text = malloc(size);

	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		CLEANUP_FREE char *messages = NULL;
		size_t unit = strlen(units[i]);

		for (size_t j = 0; j < size; j++)
			text[j] = units[i][j % unit];
		messages = messages_for(text, size, 1000000);
		ck_assert_uint_lt(strlen(messages), 1000);
	}
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		values_know_their_place,
		plain_values_have_types,
		aliases_refer_to_their_anchor,
		anchors_end_with_their_document,
		documents_are_numbered,
		mark_and_line_ends_are_accepted,
		an_exploding_document_is_refused,
		too_many_anchors_are_refused,
		large_inputs_end_soon,
	};

	return tests_run("yaml", tests, ARRAY_SIZE(tests));
}
