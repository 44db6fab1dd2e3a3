
/* What a page reads, or the errno that stands for a signal. */
#define observe_page(name, at)						\
	do {								\
		long seen = read_page(at);				\
									\
		if (seen == -1)						\
			observe_errno(name ".errno", errno);		\
		else							\
			observe_uint(name ".reads", (unsigned long)seen); \
	} while (0)
