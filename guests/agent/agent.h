// SPDX-License-Identifier: MIT
/*
 * kgate's agent: PID 1 of a guest. It speaks docs/protocol.md on the serial
 * console and runs one guest program at a time.
 *
 *   machine.c   what only PID 1 of a guest does: mounts, console, kill all
 *   main.c      the poll loop
 *   command.c   what the host may ask for
 *   link.c      bytes of the serial line: frames in, records out
 *   retain.c    the memory of records until they are acknowledged
 *   record.c    builds one record
 *   siphash.c   seals it, so that nobody else can
 *   chaos.c     damages the line, when the host asks for it
 *   program.c   finds and executes a program
 *   waiting.c   programs that were started beforehand
 *   run.c       one case, from exec to its end record
 *   output.c    what a program prints, up to a limit
 *   kmsg.c      the kernel log since the case began
 *   facts.c     release, build id, speed
 *   json.c, encode.c
 *
 * Nothing here allocates after start-up: a program may use up all memory, and
 * the agent has to tell of it.
 */
#ifndef KGATE_AGENT_H
#define KGATE_AGENT_H

/* Included first everywhere, so that it holds for all system headers. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Limits of docs/protocol.md. */
#define JSON_MAX	4096
#define RS		0x1e
/* RS, checksum, space, JSON, LF. */
#define LINE_MAX_BYTES	(1 + 8 + 1 + JSON_MAX + 1)
/* Bytes of a program's output or message in one record; base64 adds a third. */
#define DATA_MAX	2048
#define NONCE_MAX	64
#define TEXT_MAX	256
#define KEY_BYTES	16
/* The most that an output may hold, and how much of its end is kept besides. */
#define OUTPUT_MAX	(1024 * 1024)
#define OUTPUT_END	(8 * 1024)

/* encode.c */
uint32_t crc32(const void *bytes, size_t length);
/* Writes 4 * ceil(length / 3) characters, no terminator; returns how many. */
size_t base64(char *to, const void *bytes, size_t length);

/* siphash.c: SipHash-2-4, a checksum that only who knows the key can make */
uint64_t siphash(const uint8_t key[KEY_BYTES], const void *bytes, size_t length);

/* json.c: a strict reader of flat objects */
#define JSON_FIELDS_MAX	16

struct json_field {
	const char *name;
	enum { JSON_STRING, JSON_INTEGER, JSON_BOOLEAN } type;
	const char *string;
	int64_t integer;
};

struct json {
	struct json_field fields[JSON_FIELDS_MAX];
	unsigned int count;
};

/* Decodes in place: the fields point into @text, which must outlive @json. */
bool json_parse(struct json *json, char *text);
const char *json_string(const struct json *json, const char *name);
bool json_integer(const struct json *json, const char *name, int64_t *value);

/* record.c: build a record, then hand it over with one of the send functions */
void record_begin(const char *type);
void record_integer(const char *name, int64_t value);
void record_boolean(const char *name, bool value);
/* Shortened where the record would become too long. */
void record_string(const char *name, const char *value);
void record_data(const void *bytes, size_t length);
/* Gives it the next number and keeps it until it is acknowledged. */
void record_send(void);
/* For answers outside the count: they carry number 0 and are not kept. */
void record_send_unnumbered(void);
/* Starts counting anew under another nonce; everything kept is forgotten. Without a key records are not sealed. */
void record_restart(const char *nonce, const uint8_t *key);
const char *record_nonce(void);

/* retain.c: lines by number, oldest unacknowledged first */
void retain_reset(void);
uint32_t retain_next_number(void);
void retain_append(const char *line, size_t length);
const char *retain_line(uint32_t number, size_t *length);
void retain_forget(uint32_t upto);
/* Whether more of a program's output may be taken in before the host acks. */
bool retain_has_room(void);

/* link.c */
void link_open(void);
/* Forgets what was to be sent: the host has begun a new session. */
void link_reset(void);
void link_push_unnumbered(const char *line, size_t length);
/* Sends records again, those among them that were not sent yet excepted. */
void link_resend(uint32_t from, uint32_t to);
uint32_t link_last_sent(void);
void link_poll(struct pollfd *fd);
void link_keep_raw(void);
void link_receive(short events);
void link_flush(void);
/* Builds a whole frame in @to, which has LINE_MAX_BYTES; returns its length. */
size_t link_frame(char *to, const char *json, size_t length);

/* chaos.c */
/* What chaos adds to a line at most: the line held back, the line once more, a line of text. */
#define CHAOS_MAX	(3 * LINE_MAX_BYTES)

/* From here on so many lines of a thousand are damaged; 0 for none. */
void chaos_start(unsigned int per_mille, uint32_t seed);
/* Whether a command is to be overlooked. */
bool chaos_strikes(void);
/* Damages a line in place, if it is its turn; @line has CHAOS_MAX bytes. Returns its new length, 0 if it is lost. */
size_t chaos_damage(char *line, size_t length);

/* command.c */
void command_handle(char *json);
void command_announce_ready(void);
/* Milliseconds until the next `ready`, or -1. */
int command_timeout(void);
void command_tick(void);

/* program.c */
#define PROGRAM_PATH_MAX	512

enum source { STDOUT, STDERR, OBSERVATIONS, SOURCES };

/* Writes the path of a program below the program folder; returns NULL, or why there is none. */
const char *program_find(char *path, const char *program);
/*
 * Executes it in a session of its own. @ours become the descriptors to read
 * its output and observations from, as far as they could be opened. Returns 0
 * or an errno.
 */
int program_spawn(const char *path, const char *name, int ours[SOURCES], pid_t *pid);

/* waiting.c */
/* A program with this argument says PROGRAM_WAITS on its observation socket, and gets the case's name from there. */
#define PROGRAM_WAIT	"--wait"
#define PROGRAM_WAITS	"waiting"

/* Starts every program there is, and returns when each of them waits. */
void waiting_start(void);
bool waiting_has(const char *path);
/* Tells the case to the program that waits; false when there is none. Otherwise like program_spawn(). */
bool waiting_take(const char *path, const char *name, int ours[SOURCES], pid_t *pid);
/* To be told of each child that was reaped. */
void waiting_died(pid_t pid);
/* Ends those that still wait. */
void waiting_end(void);

/* output.c */
void output_begin(void);
/* Reads from an output once: as read(2), which may say 0 at the end of it, or less. */
ssize_t output_read(enum source source, int fd);
/* Whether no more of it is sent: then reading it needs no room. */
bool output_is_full(enum source source);
/* Sends the end of what was left out, and how much that was. */
void output_finish(void);

/* run.c */
bool run_is_active(void);
/* Returns NULL, or why the case cannot be started. */
const char *run_start(int64_t id, const char *program, const char *name, int64_t timeout_ms);
const char *run_tell_log(int64_t id);
/* Ends whatever runs without a word. */
void run_abandon(void);
/* Writes at most SOURCES entries. */
unsigned int run_poll(struct pollfd *fds);
int run_timeout(void);
void run_advance(void);

/* kmsg.c */
void kmsg_open(const char *path);
void kmsg_mark(void);
void kmsg_rewind(void);
/* Sends what there is as long as there is room; true when all was sent. */
bool kmsg_send(void);

/* facts.c */
void facts_measure(void);
const char *facts_release(void);
const char *facts_build_id(void);
void facts_record_ready(void);
int64_t facts_taint(void);
/* Lets every CPU leave the address spaces of processes that are gone. */
void facts_visit_cpus(void);
int64_t now_ms(void);

/* machine.c, or fixtures/agent/machine.c when the agent is tested on the host */
void machine_set_up(void);
/* Returns a non-blocking descriptor; does not return without one. */
int machine_open_console(void);
/* A program may have changed the console's tty, though it should not touch it. */
void machine_keep_console_raw(int fd);
/* SIGKILL for everything but the agent, programs that wait included. */
void machine_kill_all(void);
/* Says on the console what processors and tasks do: the evidence of a hang. */
void machine_show_tasks(void);
const char *machine_program_folder(void);
const char *machine_kmsg(void);

#endif
