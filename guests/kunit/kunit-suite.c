// SPDX-License-Identifier: MIT
/*
 * Runs one KUnit suite of the kernel and waits for its end, or lists all of
 * them: see kernels/drivers/kunit-suites. What a suite finds is in the kernel
 * log, which the agent sends.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DEVICE "/dev/kunit-suites"

static int complain(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	return 1;
}

static int list(int device)
{
	char text[4096];
	ssize_t count;

	while ((count = read(device, text, sizeof(text))) > 0)
		if (fwrite(text, 1, count, stdout) != (size_t)count)
			return complain("stdout");
	return count < 0 ? complain(DEVICE) : 0;
}

int main(int argc, char **argv)
{
	int device = open(DEVICE, O_RDWR);

	if (device < 0)
		return complain(DEVICE);
	if (argc < 2)
		return list(device);
	if (write(device, argv[1], strlen(argv[1])) < 0)
		return complain(argv[1]);
	return 0;
}
