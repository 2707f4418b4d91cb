// SPDX-License-Identifier: Apache-2.0
/*
 * From a decision of the kernel to the policy and the rule behind it, by the model of its generation.
 */
#include <string.h>

#include "anomalies.h"
#include "attribute.h"
#include "daemon_internal.h"
#include "decode_anomaly.h"
#include "family.h"
#include "model.h"
#include "target.h"
#include "util.h"

#define TAGS_MAX 1024

static void attribution_cleanup(struct attribution **attribution)
{
	attribution_free(*attribution);
}

#define CLEANUP_ATTRIBUTION CLEANUP(attribution_cleanup)

static const char *const mode_names[] = {
	[POLICY_AUDIT] = "audit",
	[POLICY_ENFORCE] = "enforce",
	[POLICY_DISABLED] = "disabled",
};

/* An address as events have it, in which IPv4 stands as ::ffff:a.b.c.d. */
static enum addr_family address_read(const uint8_t event[16], uint8_t ret_address[16])
{
	bool ipv4 = family_is_mapped(event);

	memcpy(ret_address, ipv4 ? event + 12 : event, ipv4 ? 4 : 16);
	return ipv4 ? ADDR_IPV4 : ADDR_IPV6;
}

/* Whether the record has a local address: that of a socket which is not bound to one is all zeroes. */
static bool has_local(const struct event_origin *origin)
{
	static const uint8_t zero[sizeof(origin->local)];

	return memcmp(origin->local, zero, sizeof(zero)) != 0;
}

static int endpoint_object(const struct compiled *compiled, const struct event_origin *origin,
			   struct decision_object *ret_object)
{
	struct decision_endpoint endpoint = {
		.port = origin->port,
		.protocol = origin->protocol,
		.has_local = origin->bit == POLICYD_BIT_NETWORK_ACCEPT ||
			     (origin->bit == POLICYD_BIT_NETWORK_CONNECT && has_local(origin))};

	endpoint.family = address_read(origin->address, endpoint.address);
	endpoint.local_family = address_read(origin->local, endpoint.local);
	return decision_endpoint(compiled, &endpoint, ret_object);
}

static int origin_object(const struct compiled *compiled, const struct event_origin *origin, uint32_t class,
			 struct decision_object *ret_object)
{
	int r;

	if (origin->record == POLICYD_EVENT_INET &&
	    (origin->bit == POLICYD_BIT_NETWORK_CREATE || !family_is_inet(origin->family)))
		return decision_socket(compiled,
				       &(struct decision_socket){.family = origin->family,
								 .type = origin->socket_type,
								 .protocol = origin->protocol},
				       ret_object);
	if (origin->record == POLICYD_EVENT_INET)
		return endpoint_object(compiled, origin, ret_object);
	if (origin->record == POLICYD_EVENT_SYSCALL)
		return decision_syscall(compiled, origin->arch, origin->number, ret_object);
	if (origin->flags & POLICYD_EVENT_OF_KERNEL)
		return decision_pseudo(compiled, POLICYD_PSEUDO_KERNEL, ret_object);
	if (origin->flags & POLICYD_EVENT_OF_CAPABILITY)
		return decision_pseudo(compiled,
				       origin->bit < 32 ? POLICYD_PSEUDO_CAPABILITY_LOW
							: POLICYD_PSEUDO_CAPABILITY_HIGH,
				       ret_object);
	if (origin->record == POLICYD_EVENT_PROCESS && origin->flags & POLICYD_EVENT_UNRESOLVED &&
	    origin->object != target_unknown(compiled->model))
		return -ENOENT; /* who acts is not known: no rule decided */
	if (origin->record == POLICYD_EVENT_PROCESS)
		return decision_process(compiled, origin->object, origin->signal, ret_object);
	if (origin->flags & POLICYD_EVENT_UNRESOLVED)
		return decision_pseudo(compiled, POLICYD_PSEUDO_UNRESOLVED, ret_object);
	if (origin->bit == POLICYD_BIT_EXEC_ANONYMOUS)
		return decision_pseudo(compiled, POLICYD_PSEUDO_ANONYMOUS, ret_object);
	r = decision_class(compiled, class, ret_object);
	return r < 0 ? r : decision_condition(compiled, origin->condition, ret_object);
}

static int origin_attribute(const struct compiled *compiled, const struct event_origin *origin,
			    uint32_t class, struct attribution **ret_attribution)
{
	struct decision_object object;
	int r = origin_object(compiled, origin, class, &object);

	if (r < 0)
		return r;
	return attribute(compiled, origin->subject, &object, origin->bit % 32, ret_attribution);
}

/* Of the two names of a rename or link the one that weighs more decided. */
static int names_attribute(const struct compiled *compiled, const struct event_origin *origin,
			   struct attribution **ret_attribution)
{
	CLEANUP_ATTRIBUTION struct attribution *second = NULL;
	struct attribution *first = NULL;
	int r = origin_attribute(compiled, origin, origin->object, &first);

	if (r == 0 && origin->target && origin_attribute(compiled, origin, origin->target, &second) == 0 &&
	    second->kind > first->kind) {
		attribution_free(first);
		first = TAKE_PTR(second);
	}
	if (r == 0)
		*ret_attribution = first;
	return r;
}

/* Tags of policy and rule, joined by ','; what does not fit is left out whole. */
static void tags_set(struct event *event, const struct policy *policy, const struct string_list *tags)
{
	const struct string_list *lists[] = {&policy->tags, tags};
	char text[TAGS_MAX];
	size_t length = 0;

	event->tags = (struct event_text){0};

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		for (size_t k = 0; lists[i] && k < lists[i]->count; k++) {
			const char *tag = lists[i]->items[k].text;
			size_t size = strlen(tag);

			if (size + 1 > sizeof(text) - length)
				return;
			if (length > 0)
				text[length++] = ',';
			memcpy(text + length, tag, size);
			length += size;
		}
	if (length > 0)
		(void)event_set(event, &event->tags, text, length);
}

/* What the kernel did is not questioned; the model tells apart what it did not refuse. */
static void kind_set(struct event *event, const struct attribution *found)
{
	if (event->kind == EVENT_AUDITED && found->kind >= ATTRIBUTE_WOULD_DENY)
		event->kind = EVENT_WOULD_DENY;
}

static void policy_set(struct event *event, const struct policy *policy)
{
	event->policy = event_text(policy->name);
	event->mode = event_text(mode_names[policy->mode]);
}

/* Whether the rule asks from where somebody connects, and that is open. */
static bool is_unbound(const struct event_origin *origin, const struct rule *rule)
{
	return origin->record == POLICYD_EVENT_INET && origin->bit == POLICYD_BIT_NETWORK_CONNECT && rule &&
	       rule->object.at.count && !has_local(origin);
}

/* Texts of the policy set are borrowed: the event does not outlive the generation. */
static void event_fill(struct event *event, const struct attribution *found)
{
	const struct policy *policy = found->policy;
	const struct rule *rule = found->rule;

	kind_set(event, found);
	policy_set(event, policy);
	event->rule = event_text(rule ? rule->name : "default");
	event->message = event_text(rule && rule->message ? rule->message : policy->message);
	event->severity = (uint64_t)(rule && rule->severity >= 0 ? rule->severity : policy->severity);
	event->file = event_text(found->at.file);
	if (found->at.line)
		event->line = found->at.line;
	tags_set(event, policy, rule ? &rule->tags : NULL);
	if (!event->reason.length && is_unbound(&event->origin, rule))
		event->reason = event_text("not-bound");
}

/* What an entry of a policy's anomaly section says is the policy's alone, whatever other policies say. */
void daemon_attribute_anomaly(struct event *event, const struct model *model, uint32_t number)
{
	const struct anomaly_about *about;
	const struct policy *policy;

	if (number >= model->anomaly_count)
		return;
	about = anomaly_about(&model->anomalies[number]);
	policy = model->policies[model->anomalies[number].policy].policy;
	policy_set(event, policy);
	event->rule = event_text(about->name);
	event->message = event_text(about->message ? about->message : policy->message);
	event->severity = (uint64_t)(about->severity >= 0 ? about->severity : policy->severity);
	event->file = event_text(about->at.file);
	event->line = about->at.line;
	tags_set(event, policy, &about->tags);
	(void)decode_anomaly_detail(event, &model->anomalies[number]);
	daemon_freeze(event, model, &model->anomalies[number]);
}

void daemon_attribute(void *data, struct event *event)
{
	CLEANUP_ATTRIBUTION struct attribution *found = NULL;
	struct daemon *daemon = data;
	const struct generation *generation = reload_generation(&daemon->reload, event->generation);

	if (!event->origin.valid)
		return;
	if (event->origin.executable) {
		daemon_baseline(daemon, event);
		return;
	}
	if (!generation) {
		event->detail = event_text("the policies of this generation are not known any more");
		return;
	}
	if (event->origin.record == POLICYD_EVENT_ANOMALY)
		daemon_attribute_anomaly(event, generation->compiled->model, event->origin.number);
	else if (names_attribute(generation->compiled, &event->origin, &found) == 0 && found->policy)
		event_fill(event, found);
}
