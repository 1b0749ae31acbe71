# SPDX-License-Identifier: Apache-2.0
# To be sourced by boot. The virtual machine's root file system.

# These are loaded before the command runs; the kernel finds no others.
kModules="sch_netem sch_htb sch_tbf sch_ingress cls_u32 cls_matchall act_mirred act_skbedit
  act_gact ifb veth tun af_packet"
kLateModules="virtio_pci virtio_console"

# Of busybox only what has nothing to do with networks: its own ping and ip are not what users
# have, and as it is static, the identity library would not reach them.
kApplets="[ awk basename cat chmod chown cmp cp cut date dd df diff dirname dmesg du expr false free
  grep gzip head hostname id install kill ln ls lsmod md5sum mkdir mkfifo mknod mktemp mount
  mountpoint mv nproc od printf ps pwd readlink realpath rm rmdir sed seq sha256sum sleep sort stat
  stty sync sysctl tail tar tee test touch tr true umount uname uniq uptime usleep wc which whoami
  yes"
# Programs that start others, which busybox does by preferring its own applets to what is in PATH.
kStarters="dash env find setsid timeout unshare xargs"

# make_image ROOT KERNEL COMMAND [ARG]...: fills the new folder ROOT and packs it in the file
# ROOT.cpio. The arrays programs, files and modules name what is wanted. On failure, sets problem.
make_image() {
  root=$1
  local kernel=$2 here program path file applet
  here=$(dirname "${BASH_SOURCE[0]}")
  shift 2
  # The links are Debian's, so that files can have the paths by which they are known.
  mkdir -p "$root"/usr/{bin,sbin,lib,lib64} "$root"/{dev,etc,proc,root,run,sys,tmp,out,vm} &&
    ln -s usr/{bin,sbin,lib,lib64} "$root" && chmod 1777 "$root/tmp" ||
    { problem="cannot write to $root"; return 1; }

  for program in busybox $kStarters "${programs[@]}"; do
    path=$(type -P "$program") || { problem="there is no program $program here"; return 1; }
    add_file "$path" || return 1
  done
  ln -sf dash "$root/usr/bin/sh"
  # The C library loads this one by itself, to end threads.
  add_file "$(ldconfig -p | awk '/libgcc_s.so.1 .*x86-64/ { print $NF; exit }')" || return 1
  for file in "${files[@]}"; do
    add_file "${file%%:*}" "${file#*:}" || return 1
  done
  for applet in $kApplets; do
    [ -e "$root/usr/bin/$applet" ] || [ -e "$root/usr/sbin/$applet" ] ||
      ln -s busybox "$root/usr/bin/$applet"
  done

  write_settings && add_modules "$kernel" modules $kModules "${modules[@]}" &&
    add_modules "$kernel" late-modules $kLateModules || return 1
  cp "$here/init" "$root/init" && printf '#!/bin/sh\nexec %s\n' "$(quoted "$@")" >"$root/vm/command"
  chmod +x "$root/init" "$root/vm/command"
  # Sorted, renumbered and undated, so that the same files make the same image. Not compressed: to
  # unpack it would take the emulated processor longer than to read it.
  (cd "$root" && find . -exec touch -h -d @0 {} + && find . -print0 | LC_ALL=C sort -z |
    cpio --null --create --format=newc --owner=0:0 --reproducible --quiet >"$root.cpio") ||
    { problem="cannot write $root.cpio"; return 1; }
}

# add_file SRC [DEST]: a file or folder, and the libraries that the programs in it are linked to.
add_file() {
  local source dest=${2:-$1} binary
  source=$(readlink -e "$1") || { problem="there is no file $1 here"; return 1; }
  [[ $dest == /* ]] || dest=$(readlink -f "$dest")
  mkdir -p "$root${dest%/*}" &&
    cp -dR --preserve=mode,links -T "$source" "$root$dest" ||
    { problem="cannot copy $source to the image's $dest"; return 1; }
  while IFS= read -r -d '' binary; do
    add_libraries "$binary" || return 1
  done < <(find "$source" -type f \( -perm -100 -o -name '*.so*' \) -print0)
}

add_libraries() {
  local linked library
  [ "$(head -c 4 "$1" | tr -d '\0')" = $'\x7fELF' ] || return 0
  linked=$(ldd "$1" 2>/dev/null) || return 0  # static
  ! [[ $linked =~ ([^[:space:]]+)\ =\>\ not\ found ]] ||
    { problem="$1 needs ${BASH_REMATCH[1]}, which is not found here"; return 1; }
  while IFS= read -r library; do
    [ -e "$root$library" ] && continue
    mkdir -p "$root${library%/*}" && cp -L --preserve=mode "$library" "$root$library" ||
      { problem="cannot copy $library into the image"; return 1; }
  done < <(grep -oE '/[^ ]+' <<<"$linked")
}

# add_modules KERNEL FOLDER MODULE...: with those that they need; the names in FOLDER sort in the
# order in which they can be loaded.
add_modules() {
  local kernel=$1 folder=$root/vm/$2 version listed file n=100
  version=$(ls "$kernel/lib/modules")
  shift 2
  mkdir "$folder"
  listed=$(modprobe -C /dev/null -d "$kernel" -S "$version" -a --show-depends "$@" 2>&1) ||
    { problem="the kernel $version lacks a module: $listed"; return 1; }
  for file in $(awk '$1 == "insmod" && !seen[$2]++ { print $2 }' <<<"$listed"); do
    n=$((n + 1))
    cp "$file" "$folder/$n-${file##*/}" || { problem="cannot copy $file into the image"; return 1; }
  done
}

write_settings() {
  local etc=$root/etc file
  printf '%s\n' root:x:0:0:root:/root:/bin/sh user:x:1000:1000:user:/tmp:/bin/sh \
    nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin >"$etc/passwd"
  printf '%s\n' root:x:0: user:x:1000: nogroup:x:65534: >"$etc/group"
  printf '%s\n' '127.0.0.1 localhost' '127.0.1.1 vm' '::1 localhost' >"$etc/hosts"
  printf '%s: files\n' passwd group hosts protocols services >"$etc/nsswitch.conf"
  echo vm >"$etc/hostname"
  : >"$etc/resolv.conf"
  ln -s /proc/mounts "$etc/mtab" || { problem="cannot write to $etc"; return 1; }
  for file in /etc/protocols /etc/services /etc/iproute2; do
    [ ! -e "$file" ] || add_file "$file" || return 1
  done
}

# Each argument as a word of a shell.
quoted() {
  local word
  for word in "$@"; do printf "'%s' " "${word//\'/\'\\\'\'}"; done
}
