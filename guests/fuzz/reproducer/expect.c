
static const char *name_of(int error)
{
	return error ? strerrorname_np(error) : "success";
}

/* A call is to fail with an errno, or to succeed, which is 0. */
#define expect(call, wanted)						\
	do {								\
		int expected = (wanted);				\
		int seen = (long)(call) == -1 ? errno : 0;		\
									\
		if (seen != expected) {					\
			dprintf(1, "line %d: %s: %s, expected %s\n",	\
				__LINE__, #call, name_of(seen),		\
				name_of(expected));			\
			shared->failed = 1;				\
		}							\
	} while (0)
