/* SPDX-License-Identifier: MIT */
/*
 * Cases: the experiments in a guest program.
 *
 * CASE(name) defines one. The library's main() runs the case that argv[1]
 * names. The names of all cases are stored NUL-terminated in the ELF section
 * kgate_cases, where kgate reads them without running the program.
 */
#ifndef KGATE_CASE_H
#define KGATE_CASE_H

#include <kgate/observe.h>
#include <kgate/outcome.h>

struct kgate_case {
	const char *name;
	void (*run)(void);
};

#define CASE(id)							\
	static void case_##id(void);					\
	static const char case_name_##id[]				\
		__attribute__((section("kgate_cases"), aligned(1))) =	\
			#id;						\
	static const struct kgate_case case_entry_##id			\
		__attribute__((section("kgate_case_table"), used)) = {	\
			case_name_##id, case_##id };			\
	static void case_##id(void)

#endif
