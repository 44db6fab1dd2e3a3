// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit suites on demand: a guest that was cloned after its boot runs one of
 * them, and reports to the kernel log as at boot.
 *
 * Reading /dev/kunit-suites gives a line for each suite, "suite NAME", or
 * "init NAME" where its code is gone once the kernel has booted, and below it
 * "test NAME" for each of its tests. Writing the name of a suite runs it, and
 * returns when it has ended.
 */

#include <asm/sections.h>
#include <kunit/test.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/seq_buf.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

/* All names of all suites; a thousand tests take some 40 KiB. */
#define LIST_MAX	(1024 * 1024)

/* struct kunit_suite has room for this much. */
#define NAME_SIZE	256

extern struct kunit_suite * const __kunit_suites_start[];
extern struct kunit_suite * const __kunit_suites_end[];

/* Suites in the init section have a table of their own from 6.9 on. */
extern struct kunit_suite * const __kunit_init_suites_start[] __weak;
extern struct kunit_suite * const __kunit_init_suites_end[] __weak;

/* Made while all suites are still there; NULL if memory was short. */
static char *list;
static size_t list_length;

/* Of suites in the common table, an address tells. It means nothing later on. */
static bool __init is_gone_after_boot(struct kunit_suite *suite)
{
	struct kunit_case *test = suite->test_cases;

	return init_section_contains(suite, sizeof(*suite)) ||
	       (test && test->run_case &&
		init_section_contains((void *)test->run_case, 1));
}

static void __init list_suites(struct seq_buf *text, bool init,
			       struct kunit_suite * const *from,
			       struct kunit_suite * const *to)
{
	for (; from < to; from++) {
		struct kunit_suite *suite = *from;
		struct kunit_case *test;

		seq_buf_printf(text, "%s %s\n",
			       init || is_gone_after_boot(suite) ? "init" : "suite",
			       suite->name);
		kunit_suite_for_each_test_case(suite, test)
			seq_buf_printf(text, "test %s\n", test->name);
	}
}

static ssize_t suites_read(struct file *file, char __user *to, size_t count,
			   loff_t *position)
{
	if (!list)
		return -ENOMEM;
	return simple_read_from_buffer(to, count, position, list, list_length);
}

static int run_suite(struct kunit_suite * const *suite)
{
#ifdef CONFIG_KGATE_KUNIT_SAYS_RUN
	return __kunit_test_suites_init(suite, 1, true);
#else
	return __kunit_test_suites_init(suite, 1);
#endif
}

/* Names are not unique: all suites of this name are run, in their order. */
static ssize_t suites_write(struct file *file, const char __user *from,
			    size_t count, loff_t *position)
{
	struct kunit_suite * const *suite;
	char name[NAME_SIZE] = "";
	bool found = false;
	int ret;

	if (count >= sizeof(name))
		return -ENAMETOOLONG;
	if (copy_from_user(name, from, count))
		return -EFAULT;

	for (suite = __kunit_suites_start; suite < __kunit_suites_end; suite++) {
		if (strcmp((*suite)->name, name))
			continue;
		found = true;
		ret = run_suite(suite);
		if (ret)
			return ret;
	}
	return found ? count : -ENOENT;
}

static const struct file_operations suites_fops = {
	.owner		= THIS_MODULE,
	.read		= suites_read,
	.write		= suites_write,
	.llseek		= default_llseek,
};

static struct miscdevice suites_device = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "kunit-suites",
	.fops	= &suites_fops,
};

static int __init suites_init(void)
{
	struct seq_buf text;

	list = vmalloc(LIST_MAX);
	if (list) {
		seq_buf_init(&text, list, LIST_MAX);
		list_suites(&text, false, __kunit_suites_start,
			    __kunit_suites_end);
		list_suites(&text, true, __kunit_init_suites_start,
			    __kunit_init_suites_end);
		list_length = seq_buf_used(&text);
	}
	return misc_register(&suites_device);
}
device_initcall(suites_init);
