
/* Processes take turns, and count them together. */
static void await_turn(unsigned int number)
{
	while (__atomic_load_n(&shared->turn, __ATOMIC_ACQUIRE) != number)
		sched_yield();
}

static void end_turn(void)
{
	__atomic_add_fetch(&shared->turn, 1, __ATOMIC_ACQ_REL);
}
