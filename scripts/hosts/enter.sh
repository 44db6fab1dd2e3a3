# Run by "unshare --mount --pid": makes a folder the root of everything that follows. Unlike after a chroot, bubblewrap
# works there, and the mounts are gone with the last process. $1 is the folder, the rest the command.
set -eu
folder=$1
shift
mount --bind "$folder" "$folder"
cd "$folder"
mount --rbind /sys sys
mount --rbind /dev dev
mount -t proc proc proc
pivot_root . mnt
umount -l /mnt
cd /
exec "$@"
