// SPDX-License-Identifier: MIT
#include "command.h"
#include "chaos.h"
#include "clock.h"
#include "encode.h"
#include "facts.h"
#include "input.h"
#include "json.h"
#include "link.h"
#include "machine.h"
#include "protocol.h"
#include "record.h"
#include "retain.h"
#include "run.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define READY_EVERY_MS	1000

static bool greeted;
static int64_t ready_again_ms;

/* Number of the first record of the last case, and the id of the command that ran it. */
static int64_t run_id = -1;
static uint32_t run_first;

static void refuse(int64_t id, const char *reason)
{
	record_begin("nak");
	record_integer("id", id);
	record_string("reason", reason);
	record_send_unnumbered();
}

void command_announce_ready(void)
{
	record_restart("boot", NULL);
	facts_record_ready();
	ready_again_ms = now_ms() + READY_EVERY_MS;
}

int command_timeout(void)
{
	int64_t left = ready_again_ms - now_ms();

	if (greeted)
		return -1;
	return left > 0 ? left : 0;
}

void command_tick(void)
{
	if (greeted || command_timeout() > 0)
		return;
	link_resend(1, 1);
	ready_again_ms = now_ms() + READY_EVERY_MS;
}

static bool is_nonce(const char *text)
{
	size_t length = strlen(text);

	/* It is quoted as it is. */
	return length > 0 && length <= NONCE_MAX &&
	       strspn(text, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_") == length;
}

static unsigned int digit(char hex)
{
	return hex <= '9' ? hex - '0' : hex - 'a' + 10;
}

/* Not sscanf(): each clone is greeted, and an emulated one would have to translate all of it. */
static bool parse_hex(const char *digits, uint8_t *bytes, size_t count)
{
	if (!digits || strlen(digits) != 2 * count || strspn(digits, "0123456789abcdef") != 2 * count)
		return false;
	for (size_t i = 0; i < count; i++)
		bytes[i] = digit(digits[2 * i]) << 4 | digit(digits[2 * i + 1]);
	return true;
}

/*
 * Says so on the console, as text: a reader of that log should know what was
 * done to it.
 */
static void begin_chaos(const struct json *json)
{
	char line[TEXT_MAX];
	int64_t per_mille, seed;

	chaos_start(0, 0);
	if (!json_integer(json, "chaos_per_mille", &per_mille) || !json_integer(json, "chaos_seed", &seed) ||
	    per_mille < 1 || per_mille > 1000)
		return;
	link_push_unnumbered(line, snprintf(line, sizeof(line), "kgate: from here on the agent damages %" PRId64
					    " of 1000 lines of its own, and overlooks as many commands; seed %" PRIu32
					    "\n", per_mille, (uint32_t)seed));
	chaos_start(per_mille, seed);
}

static void handle_hello(const struct json *json, const char *nonce, int64_t id)
{
	uint8_t key[KEY_BYTES];

	if (!is_nonce(nonce)) {
		refuse(id, "the nonce is not made of letters, digits, - and _");
		return;
	}
	if (!parse_hex(json_string(json, "key"), key, KEY_BYTES)) {
		refuse(id, "hello needs a key of 32 hex digits");
		return;
	}
	/*
	 * A session's key never changes: a program that sees the nonce on the
	 * line must not be able to set another.
	 */
	if (greeted && !strcmp(nonce, record_nonce())) {
		link_resend(1, 1);
		return;
	}
	run_abandon();
	greeted = true;
	run_id = -1;
	record_restart(nonce, key);
	begin_chaos(json);
	record_begin("hello");
	record_integer("id", id);
	record_string("release", facts_release());
	record_string("build_id", facts_build_id());
	record_send();
}

/*
 * A command that is reported as a case. It may come twice, because it, or its
 * records, may have been lost.
 */
static bool is_repeated(int64_t id)
{
	if (id == run_id)
		link_resend(run_first, run_first);
	return id <= run_id;
}

static void handle_run(const struct json *json, int64_t id)
{
	const char *program = json_string(json, "program");
	const char *name = json_string(json, "case");
	const char *seed = json_string(json, "seed");
	const char *problem = "run needs program, case and timeout_ms";
	uint8_t bytes[SEED_BYTES];
	int64_t timeout_ms, follow;
	uint32_t first;

	if (is_repeated(id))
		return;
	first = retain_next_number();
	if (seed && !parse_hex(seed, bytes, SEED_BYTES)) {
		refuse(id, "a seed has 64 hex digits");
		return;
	}
	if (seed)
		machine_reseed(bytes);
	if (program && name && json_integer(json, "timeout_ms", &timeout_ms) && timeout_ms > 0)
		problem = run_start(id, program, name, timeout_ms,
				    json_integer(json, "follow", &follow) && follow);
	if (problem) {
		refuse(id, problem);
		return;
	}
	run_id = id;
	run_first = first;
}

static void handle_exec(const struct json *json, int64_t id)
{
	struct command command = { .whole = json_flag(json, "whole"), .console = json_flag(json, "console") };
	int64_t rows = 0, columns = 0;
	uint32_t first = retain_next_number();
	const char *problem = "exec needs words and timeout_ms";

	if (is_repeated(id))
		return;
	json_integer(json, "rows", &rows);
	json_integer(json, "columns", &columns);
	command.rows = rows;
	command.columns = columns;
	if (json_integer(json, "words", &command.words) && json_integer(json, "timeout_ms", &command.timeout_ms) &&
	    command.timeout_ms >= 0)
		problem = run_command(id, &command);
	if (problem) {
		refuse(id, problem);
		return;
	}
	run_id = id;
	run_first = first;
}

static void handle_in(const struct json *json, int64_t id)
{
	/* Decoded where it stands. */
	char *data = (char *)json_string(json, "data");
	ssize_t count = data ? unbase64(data) : -1;
	int64_t of, at;

	if (count < 0 || !json_integer(json, "of", &of) || !json_integer(json, "at", &at) || at < 0) {
		refuse(id, "in needs of, at and data in base64");
		return;
	}
	if (!run_takes_input(of))
		return;
	input_take(at, data, count);
	if (json_flag(json, "end"))
		input_set_end(at + count);
	input_tell(id);
}

static void handle_log(int64_t id)
{
	uint32_t first = retain_next_number();
	const char *problem;

	if (is_repeated(id))
		return;
	problem = run_tell_log(id);
	if (problem) {
		refuse(id, problem);
		return;
	}
	run_id = id;
	run_first = first;
}

static void handle_ack(const struct json *json)
{
	int64_t upto;

	if (!json_integer(json, "upto", &upto) || upto < 0)
		return;
	/* What was never sent cannot have arrived. */
	retain_forget(upto < link_last_sent() ? upto : link_last_sent());
}

static void handle_resend(const struct json *json, int64_t id)
{
	int64_t from, to;
	size_t length;

	if (!json_integer(json, "from", &from) || !json_integer(json, "to", &to) ||
	    from < 1 || from > to || to > UINT32_MAX) {
		refuse(id, "resend needs 1 <= from <= to");
		return;
	}
	if (from <= link_last_sent() && !retain_line(from, &length)) {
		char reason[64];

		snprintf(reason, sizeof(reason), "record %" PRId64 " is gone", from);
		refuse(id, reason);
	}
	link_resend(from, to);
}

static void handle_ping(int64_t id)
{
	/* The host asks because something is amiss. */
	link_keep_raw();
	record_begin("pong");
	record_integer("id", id);
	record_integer("last", link_last_sent());
	record_send_unnumbered();
}

void command_handle(char *text)
{
	struct json json;
	const char *type, *nonce;
	int64_t id;

	if (!json_parse(&json, text))
		return;
	type = json_string(&json, "t");
	nonce = json_string(&json, "k");
	if (!type || !nonce || !json_integer(&json, "id", &id) || id < 0)
		return;
	if (!strcmp(type, "hello")) {
		handle_hello(&json, nonce, id);
		return;
	}
	if (!greeted || strcmp(nonce, record_nonce()))
		return;
	if (!strcmp(type, "run"))
		handle_run(&json, id);
	else if (!strcmp(type, "exec"))
		handle_exec(&json, id);
	else if (!strcmp(type, "in"))
		handle_in(&json, id);
	else if (!strcmp(type, "log"))
		handle_log(id);
	else if (!strcmp(type, "ack"))
		handle_ack(&json);
	else if (!strcmp(type, "resend"))
		handle_resend(&json, id);
	else if (!strcmp(type, "ping"))
		handle_ping(id);
	else
		refuse(id, "unknown command");
}
