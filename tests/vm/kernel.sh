# SPDX-License-Identifier: Apache-2.0
# To be sourced by boot. The kernel of the virtual machine: a package of Debian, unpacked.

# find_kernel CACHE NAME: sets kernel to a folder that has boot/vmlinuz-* and lib/modules. NAME is
# such a folder, or a package, or empty: then what linux-image-cloud-amd64 stands for. A package is
# fetched once; to have a newer one, remove CACHE. On failure, sets problem.
find_kernel() {
  local cache=$1 name=$2 fetched
  if [[ $name == */* ]]; then
    kernel=$name
    problem="$name has no boot/vmlinuz-* and lib/modules"
    compgen -G "$name/boot/vmlinuz-*" >/dev/null && [ -d "$name/lib/modules" ]
    return
  fi
  cached_kernel "$cache" "$name" && return
  mkdir -p "$cache" 2>/dev/null && exec {lock}>"$cache/lock" ||
    { problem="cannot write to the folder $cache"; return 1; }
  # Of several tests that start at once, the first one fetches.
  flock "$lock"
  cached_kernel "$cache" "$name" || fetch_kernel "$cache" "$name"
  fetched=$?
  exec {lock}>&-
  return $fetched
}

# Of several, the last one by name.
cached_kernel() {
  local image found=1
  for image in "$1"/${2:-linux-image-*}/boot/vmlinuz-*; do
    [ -e "$image" ] && kernel=$(readlink -f "${image%/boot/*}") && found=0
  done
  return $found
}

fetch_kernel() {
  local cache=$1 name=$2 new=$1/new
  [ -n "$name" ] || name=$(LC_ALL=C apt-cache depends linux-image-cloud-amd64 2>/dev/null |
    awk '$1 == "Depends:" { print $2; exit }')
  [ -n "$name" ] ||
    { problem="apt knows no package linux-image-cloud-amd64; --kernel takes others"; return 1; }
  rm -rf "$new" && mkdir "$new" || { problem="cannot write to the folder $cache"; return 1; }
  (cd "$new" && apt-get download -q "$name" && dpkg -x ./*.deb root &&
    depmod -b root "$(ls root/lib/modules)") >"$cache/fetch.log" 2>&1 ||
    { problem="cannot fetch the kernel package $name: $(tail -n 1 "$cache/fetch.log")"; return 1; }
  # Only a complete one gets the name that is looked for.
  mv "$new/root" "$cache/$name" && rm -rf "$new" && cached_kernel "$cache" "$name" ||
    { problem="the package $name has no kernel in it"; return 1; }
}
