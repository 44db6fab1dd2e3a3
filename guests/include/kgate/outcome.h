/* SPDX-License-Identifier: MIT */
/*
 * Ways to end a case early. Neither can be mistaken for a pass.
 */
#ifndef KGATE_OUTCOME_H
#define KGATE_OUTCOME_H

/* This kernel or machine cannot do the experiment; the reason says why. */
void skip(const char *format, ...)
	__attribute__((noreturn, format(printf, 1, 2)));

/* The experiment's set-up went wrong: the experiment would prove nothing. */
void fault(const char *format, ...)
	__attribute__((noreturn, format(printf, 1, 2)));

void check_failed(const char *file, int line, const char *expression)
	__attribute__((noreturn));

/* A step of the set-up that must not fail. */
#define check(expression)						\
	do {								\
		if (!(expression))					\
			check_failed(__FILE__, __LINE__, #expression);	\
	} while (0)

#endif
