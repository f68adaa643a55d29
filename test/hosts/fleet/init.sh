# The first process of a host, in namespaces of its own: sh init.sh NAME FOLDER
set -e
hostname "$1"
# A fresh /sys shows this host's links, and would hide the cgroups.
mkdir -p "$2/cgroup"
mount --rbind /sys/fs/cgroup "$2/cgroup"
mount -t sysfs sysfs /sys
mount --rbind "$2/cgroup" /sys/fs/cgroup
mount -t tmpfs tmpfs /run
mkdir -p /run/lock
exec docker-init -s -- sleep infinity
