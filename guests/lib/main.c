// SPDX-License-Identifier: MIT
/*
 * Runs the case named by argv[1], or the one it is given after a wait.
 */
#include <kgate/case.h>
#include <kgate/peer.h>
#include <kgate/stranger.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include "message.h"

/* The linker marks the bounds of sections whose name is an identifier. */
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

/*
 * Say that the program has started, and wait for the name of a case. Meanwhile
 * the guest is frozen, and its clones find the program started.
 */
static const char *await_case(void)
{
	static const char word[] = "waiting";
	static char name[256];
	ssize_t length;

	peer_prepare();
	if (send(MESSAGE_FD, word, strlen(word), MSG_NOSIGNAL) == -1)
		exit(EXIT_FAILURE);
	length = recv(MESSAGE_FD, name, sizeof(name) - 1, 0);
	if (length <= 0)
		exit(EXIT_FAILURE);
	name[length] = '\0';
	return name;
}

int main(int argc, char **argv)
{
	const struct kgate_case *entry;
	const char *name = argc == 2 ? argv[1] : NULL;

	if (argc == 3 && strcmp(argv[1], PEER_ARGUMENT) == 0)
		peer_main(atoi(argv[2]));

	if (argc == 4 && strcmp(argv[1], STRANGER_ARGUMENT) == 0)
		stranger_main(argv[2], argv[3]);

	if (name && strcmp(name, "--list") == 0) {
		list_cases(stdout);
		return EXIT_SUCCESS;
	}

	if (name && strcmp(name, "--wait") == 0)
		name = await_case();
	entry = name ? find_case(name) : NULL;
	if (!entry) {
		fprintf(stderr, "usage: %s CASE, one of\n", argv[0]);
		list_cases(stderr);
		return EXIT_FAILURE;
	}

	messages_open();
	entry->run();
	peers_end();
	return EXIT_SUCCESS;
}
