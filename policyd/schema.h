/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Descriptions of the policy language for editors and people, made from the tables that the parser reads by:
 * a JSON Schema and the reference in Markdown.
 */
#ifndef POLICYD_SCHEMA_H
#define POLICYD_SCHEMA_H

/*
 * The JSON Schema (draft 7), malloc'ed, with a newline at its end; NULL when out of memory. It accepts every
 * valid document; what takes more than one key to judge is left to `policyctl check`.
 */
char *schema_json(void);

/* The reference as Markdown, malloc'ed; NULL when out of memory. */
char *schema_markdown(void);

#endif
