// SPDX-License-Identifier: MIT
#include <hand-over/line.h>
#include <kgate/outcome.h>
#include <string.h>
#include <sys/socket.h>

void send_range(int line, struct range range)
{
	check(send(line, &range, sizeof(range), MSG_NOSIGNAL) ==
	      sizeof(range));
}

struct range receive_range(int line)
{
	struct range range;

	check(recv(line, &range, sizeof(range), 0) == sizeof(range));
	return range;
}

void send_file(int line, int fd, struct range range)
{
	union {
		char bytes[CMSG_SPACE(sizeof(fd))];
		struct cmsghdr align;
	} control = { 0 };
	struct iovec data = { &range, sizeof(range) };
	struct msghdr message = {
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	check(sendmsg(line, &message, MSG_NOSIGNAL) == sizeof(range));
}

int receive_file(int line, struct range *range)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec data = { range, sizeof(*range) };
	struct msghdr message = {
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};
	int fd;

	check(recvmsg(line, &message, MSG_CMSG_CLOEXEC) == sizeof(*range));
	check(CMSG_FIRSTHDR(&message));
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
	return fd;
}

void send_done(int line)
{
	send_range(line, (struct range){ 0 });
}

void await_done(int line)
{
	check(receive_range(line).length == 0);
}
