// SPDX-License-Identifier: Apache-2.0
#include "ingress.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>

#include "attribute.h"
#include "interfaces.h"
#include "json_text.h"
#include "model.h"
#include "totals.h"
#include "util.h"

#define INTERFACES_MAX 64

/* An interface that was chosen. `number` is 0 while there is none of that name. */
struct chosen {
	char name[IFNAMSIZ];
	unsigned int number;
	int link;  /* -1: not attached */
	int error; /* of the last attempt */
};

struct ingress {
	struct chosen chosen[INTERFACES_MAX];
	size_t count;
	struct interfaces *interfaces;
	struct loader *loader; /* since the first publication; borrowed */
	ingress_tell_fn *tell;
	void *data;
	struct totals past; /* of generations before the live one */
};

/* What counts are added to. */
struct counting {
	struct totals *totals;
	uint64_t live; /* generation whose counts are left out; 0: none */
	const struct reload *reload;
};

static void ingress_cleanup(struct ingress **ingress)
{
	ingress_free(*ingress);
}

/* The next name of a list, its length in *ret_length; NULL at the end. */
static const char *name_next(const char **at, size_t *ret_length)
{
	const char *name = *at + strspn(*at, ", ");

	*ret_length = strcspn(name, ", ");
	*at = name + *ret_length;
	return *ret_length ? name : NULL;
}

int ingress_names_check(const char *names, const char **ret_reason)
{
	size_t length, count = 0;
	const char *name;

	for (name = name_next(&names, &length); name; name = name_next(&names, &length)) {
		if (length >= IFNAMSIZ || memchr(name, '/', length) || memchr(name, ':', length) ||
		    (length == 1 && name[0] == '.') || (length == 2 && memcmp(name, "..", 2) == 0)) {
			*ret_reason = "names of network interfaces are expected, separated by commas";
			return -EINVAL;
		}
		if (++count > INTERFACES_MAX) {
			*ret_reason = "64 interfaces are the most";
			return -EINVAL;
		}
	}
	return 0;
}

static void ingress_tell(const struct ingress *ingress, int error, const struct chosen *chosen,
			 const char *what)
{
	CLEANUP_FREE char *sentence = NULL;

	if (asprintf(&sentence, "block-list of the interface '%s': %s%s%s", chosen->name, what,
		     error ? ": " : "", error ? strerror(-error) : "") < 0) {
		sentence = NULL;
		return;
	}
	ingress->tell(ingress->data, error, sentence);
}

static void chosen_attach(const struct ingress *ingress, struct chosen *chosen)
{
	int r;

	if (!ingress->loader || !chosen->number || chosen->link >= 0)
		return;
	r = loader_ingress_attach(ingress->loader, chosen->number, &chosen->link);
	if (r == -ENOENT)
		return; /* no policy asks for it */
	if (r < 0 && r != chosen->error)
		ingress_tell(ingress, r, chosen, "cannot be put there");
	if (r == 0)
		ingress_tell(ingress, 0, chosen, "in force");
	chosen->error = r;
}

static void chosen_lose(const struct ingress *ingress, struct chosen *chosen)
{
	if (chosen->link >= 0)
		ingress_tell(ingress, 0, chosen, "gone with the interface, or its name");
	util_close(&chosen->link);
	chosen->link = -1;
	chosen->number = 0;
	chosen->error = 0;
}

/* Names wander: one that had another number, or a number that had another name, is another interface. */
static void on_interface(void *data, unsigned int number, const char *name, bool gone)
{
	struct ingress *ingress = data;

	for (size_t i = 0; i < ingress->count; i++) {
		struct chosen *chosen = &ingress->chosen[i];
		bool named = strcmp(chosen->name, name) == 0;

		if (chosen->number == number ? gone || !named : chosen->number && named && !gone)
			chosen_lose(ingress, chosen);
		if (named && !gone) {
			chosen->number = number;
			chosen_attach(ingress, chosen);
		}
	}
}

int ingress_new(sd_event *loop, const char *names, ingress_tell_fn *tell, void *data,
		struct ingress **ret_ingress)
{
	CLEANUP(ingress_cleanup) struct ingress *ingress = calloc(1, sizeof(*ingress));
	size_t length;
	const char *name;
	int r;

	if (!ingress)
		return -ENOMEM;
	ingress->tell = tell;
	ingress->data = data;
	for (name = name_next(&names, &length); name; name = name_next(&names, &length)) {
		struct chosen *chosen = &ingress->chosen[ingress->count++];

		memcpy(chosen->name, name, length);
		chosen->link = -1;
	}
	r = interfaces_new(loop, on_interface, ingress, &ingress->interfaces);
	if (r < 0)
		return r;
	*ret_ingress = TAKE_PTR(ingress);
	return 0;
}

void ingress_free(struct ingress *ingress)
{
	if (!ingress)
		return;
	interfaces_free(ingress->interfaces);
	for (size_t i = 0; i < ingress->count; i++)
		util_close(&ingress->chosen[i].link);
	totals_clear(&ingress->past);
	free(ingress);
}

static void attribution_cleanup(struct attribution **attribution)
{
	attribution_free(*attribution);
}

static void count_take(void *data, const struct policyd_ingress_key *key, uint64_t count)
{
	CLEANUP(attribution_cleanup) struct attribution *found = NULL;
	const struct counting *counting = data;
	const struct generation *generation = reload_generation(counting->reload, key->generation);
	uint64_t dropped = key->dropped ? count : 0;
	const struct net_point point = {
		.local = key->local, .addr = key->address, .port = key->port, .protocol = key->protocol};
	struct decision_object object;

	if (key->generation == counting->live)
		return;
	if (generation && decision_classes(generation->compiled, &point, &object) == 0)
		(void)attribute(generation->compiled, generation->compiled->model->net.ingress, &object,
				POLICYD_BIT_NETWORK_ACCEPT, &found);
	if (found && found->policy)
		totals_add(counting->totals, found->policy->name, found->rule ? found->rule->name : "default",
			   dropped, count - dropped);
	else
		totals_add(counting->totals, "?", "?", dropped, count - dropped);
}

/* Adds up what generations before the live one have counted. */
static void past_take(struct ingress *ingress, const struct loader *loader, const struct reload *reload)
{
	struct counting counting = {
		.totals = &ingress->past, .live = loader_generation(loader), .reload = reload};

	(void)loader_ingress_counts(loader, counting.live, count_take, &counting);
}

void ingress_published(struct ingress *ingress, struct loader *loader, const struct reload *reload)
{
	if (!ingress)
		return;
	past_take(ingress, loader, reload);
	ingress->loader = loader;
	for (size_t i = 0; i < ingress->count; i++)
		chosen_attach(ingress, &ingress->chosen[i]);
}

static const char *chosen_state(const struct chosen *chosen)
{
	if (chosen->link >= 0)
		return "attached";
	if (!chosen->number)
		return "absent";
	return chosen->error ? "failed" : "idle";
}

static json_t *chosen_json(const struct ingress *ingress)
{
	json_t *list = json_array();

	for (size_t i = 0; i < ingress->count && list; i++) {
		const struct chosen *chosen = &ingress->chosen[i];

		(void)json_array_append_new(
			list, json_pack("{s:o,s:s,s:o}", "name", json_text(chosen->name), "state",
					chosen_state(chosen), "error",
					json_text(chosen->error ? strerror(-chosen->error) : NULL)));
	}
	return list;
}

json_t *ingress_status(struct ingress *ingress, const struct loader *loader, const struct reload *reload)
{
	CLEANUP(totals_clear) struct totals totals = {};
	struct counting counting = {.totals = &totals, .reload = reload};

	if (!ingress)
		return json_null();
	past_take(ingress, loader, reload);
	totals_sum(&totals, &ingress->past);
	(void)loader_ingress_counts(loader, 0, count_take, &counting);
	return json_pack("{s:o,s:o,s:o}", "interfaces", chosen_json(ingress), "rules", totals_json(&totals),
			 "other_rules", totals_others_json(&totals));
}
