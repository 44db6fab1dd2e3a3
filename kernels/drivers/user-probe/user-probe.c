// SPDX-License-Identifier: GPL-2.0-only
/*
 * User probe: what a tracer's uprobe does to the processes that run into it,
 * see uapi/user_probe.h for what it looks like from outside.
 */

#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/uprobes.h>

#include "uapi/user_probe.h"

/* An open device. */
struct probe_file {
	/* Held while the probe is set. */
	struct mutex lock;

	/* The probed file; NULL as long as no probe is set. */
	struct file *target;
	loff_t offset;
	struct uprobe *uprobe;

	struct uprobe_consumer consumer;
	atomic64_t hits;
};

#ifdef CONFIG_KGATE_UPROBE_HANDLER_HAS_DATA
static int probe_hit(struct uprobe_consumer *consumer, struct pt_regs *regs,
		     __u64 *data)
#else
static int probe_hit(struct uprobe_consumer *consumer, struct pt_regs *regs)
#endif
{
	struct probe_file *probe = container_of(consumer, struct probe_file,
						consumer);

	atomic64_inc(&probe->hits);
	return 0;
}

static int probe_register(struct probe_file *probe, struct file *target)
{
#ifdef CONFIG_KGATE_UPROBE_IS_OBJECT
	probe->uprobe = uprobe_register(file_inode(target), probe->offset, 0,
					&probe->consumer);
	return PTR_ERR_OR_ZERO(probe->uprobe);
#else
	return uprobe_register(file_inode(target), probe->offset,
			       &probe->consumer);
#endif
}

static void probe_unregister(struct probe_file *probe)
{
#ifdef CONFIG_KGATE_UPROBE_IS_OBJECT
	uprobe_unregister_nosync(probe->uprobe, &probe->consumer);
	uprobe_unregister_sync();
#else
	uprobe_unregister(file_inode(probe->target), probe->offset,
			  &probe->consumer);
#endif
}

static int probe_set(struct probe_file *probe,
		     const struct user_probe_place *place)
{
	struct file *target;
	int ret;

	target = fget(place->fd);
	if (!target)
		return -EBADF;

	mutex_lock(&probe->lock);
	if (probe->target) {
		ret = -EBUSY;
	} else {
		probe->offset = place->offset;
		ret = probe_register(probe, target);
		if (!ret)
			probe->target = target;
	}
	mutex_unlock(&probe->lock);

	if (ret)
		fput(target);
	return ret;
}

static long probe_ioctl(struct file *file, unsigned int command,
			unsigned long argument)
{
	struct probe_file *probe = file->private_data;
	void __user *user = (void __user *)argument;
	struct user_probe_place place;
	u64 hits;

	switch (command) {
	case USER_PROBE_SET:
		if (copy_from_user(&place, user, sizeof(place)))
			return -EFAULT;
		return probe_set(probe, &place);
	case USER_PROBE_HITS:
		hits = atomic64_read(&probe->hits);
		if (copy_to_user(user, &hits, sizeof(hits)))
			return -EFAULT;
		return 0;
	default:
		return -ENOTTY;
	}
}

static int probe_open(struct inode *inode, struct file *file)
{
	struct probe_file *probe;

	probe = kzalloc(sizeof(*probe), GFP_KERNEL);
	if (!probe)
		return -ENOMEM;
	mutex_init(&probe->lock);
	probe->consumer.handler = probe_hit;
	file->private_data = probe;
	return 0;
}

static int probe_release(struct inode *inode, struct file *file)
{
	struct probe_file *probe = file->private_data;

	if (probe->target) {
		probe_unregister(probe);
		fput(probe->target);
	}
	kfree(probe);
	return 0;
}

static const struct file_operations probe_fops = {
	.owner		= THIS_MODULE,
	.open		= probe_open,
	.release	= probe_release,
	.unlocked_ioctl	= probe_ioctl,
	.compat_ioctl	= compat_ptr_ioctl,
	.llseek		= noop_llseek,
};

static struct miscdevice probe_device = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "user-probe",
	.fops	= &probe_fops,
};
builtin_misc_device(probe_device);
