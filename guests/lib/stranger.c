// SPDX-License-Identifier: MIT
#include <kgate/content.h>
#include <kgate/outcome.h>
#include <kgate/stranger.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#define LINE	1024

/* One line of the stranger, without its end. */
static const char *read_line(int fd)
{
	static char line[LINE];
	size_t length = 0;

	while (length < sizeof(line) - 1 && read(fd, line + length, 1) == 1 &&
	       line[length] != '\n')
		length++;
	line[length] = '\0';
	if (length == 0)
		fault("the stranger is gone");
	return line;
}

static void execute(const char *program, uint64_t address, unsigned long pages,
		    int in, int out)
{
	char path[256], where[32], count[32];

	snprintf(path, sizeof(path), "/programs/%s", program);
	snprintf(where, sizeof(where), "%" PRIu64, address);
	snprintf(count, sizeof(count), "%lu", pages);
	check(dup2(in, STDIN_FILENO) != -1);
	check(dup2(out, STDOUT_FILENO) != -1);
	check(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0);
	execl(path, path, STRANGER_ARGUMENT, where, count, NULL);
	_exit(EXIT_FAILURE);
}

struct stranger stranger_start(const char *program, uint64_t address,
			       unsigned long pages)
{
	struct stranger stranger = { 0 };
	int requests[2], answers[2];

	check(pipe2(requests, O_CLOEXEC) == 0);
	check(pipe2(answers, O_CLOEXEC) == 0);
	stranger.pid = fork();
	check(stranger.pid != -1);
	if (stranger.pid == 0)
		execute(program, address, pages, requests[0], answers[1]);
	close(requests[0]);
	close(answers[1]);
	stranger.to = requests[1];
	stranger.from = answers[0];
	check(sscanf(read_line(stranger.from), "%" SCNu64 " %" SCNu64,
		     &stranger.start, &stranger.length) == 2);
	return stranger;
}

const char *stranger_sees(struct stranger *stranger)
{
	check(write(stranger->to, "?", 1) == 1);
	return read_line(stranger->from);
}

void stranger_main(const char *address, const char *pages)
{
	void *wanted = (void *)(uintptr_t)strtoull(address, NULL, 10);
	struct range range = { 0, strtoul(pages, NULL, 10) * page_size() };
	void *place = mmap(wanted, range.length, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS |
				   (wanted ? MAP_FIXED_NOREPLACE : 0),
			   -1, 0);
	char request;

	if (place == MAP_FAILED)
		exit(EXIT_FAILURE);
	range.start = (unsigned long)place;
	write_content(range, WRITER_ORIGINAL);
	printf("%lu %lu\n", range.start, range.length);
	fflush(stdout);
	while (read(STDIN_FILENO, &request, 1) == 1) {
		printf("%s\n", read_content(range));
		fflush(stdout);
	}
	exit(EXIT_SUCCESS);
}
