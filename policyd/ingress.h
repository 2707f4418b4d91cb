/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The block-list at interfaces: keeps the program attached to those that were chosen, which come and go, and
 * says what it refused, rule by rule.
 */
#ifndef POLICYD_INGRESS_USER_H
#define POLICYD_INGRESS_USER_H

#include <jansson.h>
#include <stdbool.h>
#include <systemd/sd-event.h>

#include "loader.h"
#include "reload.h"

struct ingress;

/* Names of interfaces as the setting has them, separated by commas: 0, or -EINVAL and *ret_reason (static).
 */
int ingress_names_check(const char *names, const char **ret_reason);

/*
 * Listens to the kernel about interfaces. `tell` is called with a sentence when one was attached (`error` 0),
 * could not be (-errno), or is gone. Returns 0 or -errno.
 */
typedef void ingress_tell_fn(void *data, int error, const char *sentence);
int ingress_new(sd_event *loop, const char *names, ingress_tell_fn *tell, void *data,
		struct ingress **ret_ingress);

/* Detaches; takes NULL. */
void ingress_free(struct ingress *ingress);

/*
 * After each publication: attaches where the image needs it and that was not done yet, and adds up what the
 * generations before have counted.
 */
void ingress_published(struct ingress *ingress, struct loader *loader, const struct reload *reload);

/* `interfaces`, and `rules` with what each refused; JSON null for NULL. */
json_t *ingress_status(struct ingress *ingress, const struct loader *loader, const struct reload *reload);

#endif
