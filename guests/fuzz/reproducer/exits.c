
/* A process that ended its last turn is about to be gone. */
static void await_exit(pid_t pid)
{
	while (kill(pid, 0) == 0)
		sched_yield();
}
