/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes in the text of a policy file that leave everything else as its author wrote it.
 */
#ifndef POLICYCTL_EDIT_H
#define POLICYCTL_EDIT_H

#include <stddef.h>

/*
 * The text with another mode for the policy called `policy`: the value of its key `mode` is replaced, or the
 * key is added. The result was parsed and says that. Returns 0 and *ret_text, malloc'ed; -ENOENT: the text
 * has no such policy; -ENOTSUP: it is written in a form that cannot be edited here; -ENOMEM.
 */
int edit_mode(const char *text, const char *policy, const char *mode, char **ret_text);

#endif
