/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The anomaly section in the model: all rates of the set and what is looked for, numbered as their records in
 * the image are.
 */
#ifndef POLICYD_ANOMALIES_H
#define POLICYD_ANOMALIES_H

#include "model.h"

/* Fills `model->anomalies`. Returns 0, -ENOMEM, or -EINVAL with a diagnostic. */
int anomalies_build(struct model *model);

/* Name of what is counted or looked for, as the language writes it; "?" for a number that is none. */
const char *anomaly_name(uint32_t kind);

/* Name, message and so on. */
const struct anomaly_about *anomaly_about(const struct model_anomaly *anomaly);

/* Of a rate: the same over the same time in the same policy has the same id in every generation. */
uint64_t anomaly_id(const struct model *model, const struct model_anomaly *anomaly);

#endif
