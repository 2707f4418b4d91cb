// SPDX-License-Identifier: Apache-2.0
#include "anomalies.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <policyd/anomaly.h>

#include "util.h"

static const char *const names[] = {
#define X(name, text) [POLICYD_ANOMALY_##name] = (text),
	POLICYD_COUNTED(X)
#undef X
};

const char *anomaly_name(uint32_t kind)
{
	return kind < ARRAY_SIZE(names) ? names[kind] : "?";
}

/* FNV-1a: nobody but the administrator writes policies. */
static uint64_t hash(uint64_t value, const void *data, size_t size)
{
	const unsigned char *bytes = data;

	for (size_t i = 0; i < size; i++)
		value = (value ^ bytes[i]) * 0x100000001b3ULL;
	return value;
}

uint64_t anomaly_id(const struct model *model, const struct model_anomaly *anomaly)
{
	const struct anomaly_rate *rate = anomaly->rate;
	const char *policy = model->policies[anomaly->policy].policy->name;
	uint64_t value = hash(0xcbf29ce484222325ULL, policy, strlen(policy) + 1);

	value = hash(value, &rate->kind, sizeof(rate->kind));
	value = hash(value, &rate->per_process, sizeof(rate->per_process));
	value = hash(value, &rate->over_ns, sizeof(rate->over_ns));
	return hash(value, &rate->limit, sizeof(rate->limit));
}

static bool rates_equal(const struct anomaly_rate *a, const struct anomaly_rate *b)
{
	return a->kind == b->kind && a->per_process == b->per_process && a->over_ns == b->over_ns &&
	       a->limit == b->limit;
}

static int rate_add(struct model *model, uint32_t policy, const struct anomaly *section, size_t index)
{
	const struct anomaly_rate *rate = &section->rates[index];

	for (size_t i = 0; i < index; i++)
		if (rates_equal(&section->rates[i], rate))
			return model_fail(model, rate->at, "the same rate as at line %u",
					  section->rates[i].at.line);
	if (model->anomaly_count == POLICYD_ANOMALIES_MAX)
		return model_fail(model, rate->at, "more than %d rates in a set", POLICYD_ANOMALIES_MAX);
	model->anomalies[model->anomaly_count++] = (struct model_anomaly){.policy = policy, .rate = rate};
	return 0;
}

int anomalies_build(struct model *model)
{
	size_t count = 0;
	int r = 0;

	for (uint32_t p = 0; p < model->policy_count; p++)
		count += model->policies[p].policy->anomaly.rate_count;
	if (count == 0)
		return 0;
	model->anomalies = calloc(POLICYD_ANOMALIES_MAX, sizeof(*model->anomalies));
	if (!model->anomalies)
		return -ENOMEM;
	for (uint32_t p = 0; p < model->policy_count && r == 0; p++) {
		const struct anomaly *section = &model->policies[p].policy->anomaly;

		for (size_t i = 0; i < section->rate_count && r == 0; i++)
			r = rate_add(model, p, section, i);
	}
	return r;
}
