// SPDX-License-Identifier: MIT
/*
 * Runs the case that argv[1] names.
 */
#include <kgate/case.h>
#include <kgate/peer.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The linker marks the borders of sections whose name is an identifier. */
extern const struct kgate_case __start_kgate_case_table[];
extern const struct kgate_case __stop_kgate_case_table[];

static const struct kgate_case *find_case(const char *name)
{
	const struct kgate_case *entry;

	for (entry = __start_kgate_case_table;
	     entry < __stop_kgate_case_table; entry++)
		if (strcmp(entry->name, name) == 0)
			return entry;
	return NULL;
}

static void list_cases(FILE *to)
{
	const struct kgate_case *entry;

	for (entry = __start_kgate_case_table;
	     entry < __stop_kgate_case_table; entry++)
		fprintf(to, "%s\n", entry->name);
}

int main(int argc, char **argv)
{
	const struct kgate_case *entry;

	if (argc == 3 && strcmp(argv[1], PEER_ARGUMENT) == 0)
		peer_main(atoi(argv[2]));

	if (argc == 2 && strcmp(argv[1], "--list") == 0) {
		list_cases(stdout);
		return EXIT_SUCCESS;
	}

	entry = argc == 2 ? find_case(argv[1]) : NULL;
	if (!entry) {
		fprintf(stderr, "usage: %s CASE, one of\n", argv[0]);
		list_cases(stderr);
		return EXIT_FAILURE;
	}

	observations_open();
	entry->run();
	peers_end();
	return EXIT_SUCCESS;
}
