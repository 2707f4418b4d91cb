/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <policyd/anomaly.h>
#include <policyd/count.h>

#include "anomalies.h"
#include "array.h"
#include "image.h"
#include "util.h"

/* The lists of all subject classes, while they are collected. */
struct lists {
	uint32_t *words;
	size_t count, allocated;
	uint32_t *heads;
};

static void lists_done(struct lists *lists)
{
	free(lists->words);
	free(lists->heads);
}

/* The records of one kind that are about a subject class, as a list; none where there are none. */
static int list_add(struct model *model, struct lists *lists, uint32_t kind, uint32_t subject)
{
	size_t head = lists->count;
	int r = ARRAY_RESERVE(lists->words, lists->allocated,
			      lists->count + 1 + POLICYD_ANOMALIES_OF_PROCESS);

	if (r < 0)
		return r;
	for (uint32_t i = 0; i < model->anomaly_count; i++) {
		const struct model_anomaly *anomaly = &model->anomalies[i];

		if (anomaly->kind != kind ||
		    !idset_has(&model->sets, model->subjects[subject].policies, anomaly->policy))
			continue;
		if (lists->count - head == POLICYD_ANOMALIES_OF_PROCESS)
			return model_fail(model, anomaly_about(anomaly)->at,
					  "more than %d rates of %s for one process",
					  POLICYD_ANOMALIES_OF_PROCESS, anomaly_name(kind));
		lists->words[++lists->count] = i;
	}
	if (lists->count == head)
		return 0;
	lists->words[head] = (uint32_t)(lists->count - head);
	lists->count++;
	lists->heads[kind * model->subject_count + subject] = (uint32_t)head + 1;
	return 0;
}

static int lists_write(struct image *image, struct model *model, struct policyd_anomalies *anomalies)
{
	CLEANUP(lists_done) struct lists lists = {0};
	size_t heads = POLICYD_ANOMALY_COUNT * model->subject_count;
	int r = 0;

	lists.heads = calloc(heads, sizeof(*lists.heads));
	if (!lists.heads)
		return -ENOMEM;
	for (uint32_t kind = 0; kind < POLICYD_ANOMALY_COUNT && r == 0; kind++)
		for (uint32_t s = 0; s < model->subject_count && r == 0; s++)
			r = list_add(model, &lists, kind, s);
	if (r == 0)
		r = image_add_words(image, lists.heads, heads, &anomalies->heads);
	if (r == 0)
		r = image_add_words(image, lists.words, lists.count, &anomalies->lists);
	anomalies->words = (uint32_t)lists.count;
	return r;
}

static uint32_t action_flag(enum policy_verdict action)
{
	return action == POLICY_KILL	 ? POLICYD_ANOMALY_KILL
	       : action == POLICY_FREEZE ? POLICYD_ANOMALY_FREEZE
					 : 0;
}

/* In a policy that does not enforce, nothing is refused, ended or frozen. */
static struct policyd_anomaly rate_record(const struct model *model, const struct model_anomaly *anomaly)
{
	const struct anomaly_rate *rate = anomaly->rate;
	bool acts = model->policies[anomaly->policy].policy->mode == POLICY_ENFORCE;

	return (struct policyd_anomaly){
		.id = anomaly_id(model, anomaly),
		.span = rate->over_ns / POLICYD_SPANS,
		.limit = (uint32_t)rate->limit,
		.kind = anomaly->kind,
		.flags = (rate->per_process ? POLICYD_ANOMALY_PER_PROCESS : 0) |
			 (rate->distinct ? POLICYD_ANOMALY_DISTINCT : 0) |
			 (acts ? action_flag(rate->action) : 0),
	};
}

static struct policyd_anomaly detect_record(const struct model *model, const struct model_anomaly *anomaly)
{
	const struct anomaly_detect *detect = anomaly->detect;
	bool refuse = model->policies[anomaly->policy].policy->mode == POLICY_ENFORCE &&
		      detect->action != POLICY_AUDIT_ONLY;

	return (struct policyd_anomaly){
		.span = detect->within_ns,
		.kind = anomaly->kind,
		.flags = refuse ? POLICYD_ANOMALY_REFUSE | action_flag(detect->action) : 0,
	};
}

static struct policyd_anomaly record_of(const struct model *model, const struct model_anomaly *anomaly)
{
	if (anomaly->rate)
		return rate_record(model, anomaly);
	if (anomaly->detect)
		return detect_record(model, anomaly);
	return (struct policyd_anomaly){.span = anomaly->baseline->learn_ns, .kind = anomaly->kind};
}

static int records_write(struct image *image, const struct model *model, struct policyd_anomalies *anomalies)
{
	struct policyd_anomaly *record;
	int r = image_add(image, (model->anomaly_count + 1) / 2, &anomalies->records);

	if (r < 0)
		return r;
	record = (struct policyd_anomaly *)&image->lines[anomalies->records];
	for (uint32_t i = 0; i < model->anomaly_count; i++) {
		const struct model_anomaly *anomaly = &model->anomalies[i];

		record[i] = record_of(model, anomaly);
		anomalies->kinds |= 1U << anomaly->kind;
	}
	return 0;
}

int image_anomalies(struct image *image, struct model *model)
{
	struct policyd_anomalies anomalies = {
		.count = model->anomaly_count,
		.subjects = (uint32_t)model->subject_count,
	};
	uint32_t line = 0;
	int r;

	if (!model->anomaly_count)
		return 0;
	r = records_write(image, model, &anomalies);
	if (r == 0)
		r = lists_write(image, model, &anomalies);
	if (r == 0)
		r = image_add(image, 1, &line);
	if (r < 0)
		return r;
	memcpy(&image->lines[line], &anomalies, sizeof(anomalies));
	((struct policyd_tables *)&image->lines[POLICYD_TABLES])->anomalies = line;
	return 0;
}
