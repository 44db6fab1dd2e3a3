/* SPDX-License-Identifier: MIT */
/* What the guest is: release, build id, processors, speed, taint. */
#ifndef AGENT_FACTS_H
#define AGENT_FACTS_H

#include <stdint.h>

void facts_measure(void);
const char *facts_release(void);
const char *facts_build_id(void);
void facts_record_ready(void);
int64_t facts_taint(void);
/* Makes every CPU leave the address spaces of processes that are gone. */
void facts_visit_cpus(void);

#endif
