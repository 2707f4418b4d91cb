// SPDX-License-Identifier: Apache-2.0
#include "anomalies.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <policyd/anomaly.h>

#include "util.h"

static const char *const names[] = {
#define X(name, text) [POLICYD_ANOMALY_##name] = (text),
	POLICYD_COUNTED(X) POLICYD_DETECTED(X)
#undef X
#define X(name, text, operation) [POLICYD_ANOMALY_##name] = (operation),
		POLICYD_LEARNT(X)
#undef X
};

const char *anomaly_name(uint32_t kind)
{
	return kind < ARRAY_SIZE(names) ? names[kind] : "?";
}

const struct anomaly_about *anomaly_about(const struct model_anomaly *anomaly)
{
	return anomaly->rate	 ? &anomaly->rate->about
	       : anomaly->detect ? &anomaly->detect->about
				 : &anomaly->baseline->baseline;
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
	value = hash(value, &rate->distinct, sizeof(rate->distinct));
	value = hash(value, &rate->over_ns, sizeof(rate->over_ns));
	return hash(value, &rate->limit, sizeof(rate->limit));
}

static bool rates_equal(const struct anomaly_rate *a, const struct anomaly_rate *b)
{
	return a->kind == b->kind && a->per_process == b->per_process && a->distinct == b->distinct &&
	       a->over_ns == b->over_ns && a->limit == b->limit;
}

static int anomaly_add(struct model *model, const struct model_anomaly *anomaly)
{
	if (model->anomaly_count == POLICYD_ANOMALIES_MAX)
		return model_fail(model, anomaly_about(anomaly)->at,
				  "more than %d rates, detectors and kinds of baselines in a set",
				  POLICYD_ANOMALIES_MAX);
	model->anomalies[model->anomaly_count++] = *anomaly;
	return 0;
}

static int rate_add(struct model *model, uint32_t policy, const struct anomaly *section, size_t index)
{
	const struct anomaly_rate *rate = &section->rates[index];

	for (size_t i = 0; i < index; i++)
		if (rates_equal(&section->rates[i], rate))
			return model_fail(model, rate->about.at, "the same rate as at line %u",
					  section->rates[i].about.at.line);
	return anomaly_add(
		model, &(struct model_anomaly){.policy = policy, .kind = (uint32_t)rate->kind, .rate = rate});
}

static int detect_add(struct model *model, uint32_t policy, const struct anomaly *section, size_t index)
{
	const struct anomaly_detect *detect = &section->detects[index];

	for (size_t i = 0; i < index; i++)
		if (section->detects[i].kind == detect->kind)
			return model_fail(model, detect->about.at, "%s is looked for already, at line %u",
					  anomaly_name((uint32_t)detect->kind),
					  section->detects[i].about.at.line);
	return anomaly_add(
		model,
		&(struct model_anomaly){.policy = policy, .kind = (uint32_t)detect->kind, .detect = detect});
}

/* One for each kind that the policy reports. */
static int baselines_add(struct model *model, uint32_t policy, const struct anomaly *section)
{
	int r = 0;

	for (uint32_t kind = POLICYD_ANOMALY_LEARNT; kind < POLICYD_ANOMALY_COUNT && r == 0; kind++)
		if (section->report >> kind & 1)
			r = anomaly_add(model, &(struct model_anomaly){
						       .policy = policy, .kind = kind, .baseline = section});
	return r;
}

int anomalies_build(struct model *model)
{
	size_t count = 0;
	int r = 0;

	for (uint32_t p = 0; p < model->policy_count; p++)
		count += model->policies[p].policy->anomaly.rate_count +
			 model->policies[p].policy->anomaly.detect_count +
			 (model->policies[p].policy->anomaly.report != 0);
	if (count == 0)
		return 0;
	model->anomalies = calloc(POLICYD_ANOMALIES_MAX, sizeof(*model->anomalies));
	if (!model->anomalies)
		return -ENOMEM;
	for (uint32_t p = 0; p < model->policy_count && r == 0; p++) {
		const struct anomaly *section = &model->policies[p].policy->anomaly;

		for (size_t i = 0; i < section->rate_count && r == 0; i++)
			r = rate_add(model, p, section, i);
		for (size_t i = 0; i < section->detect_count && r == 0; i++)
			r = detect_add(model, p, section, i);
		if (r == 0)
			r = baselines_add(model, p, section);
	}
	return r;
}
