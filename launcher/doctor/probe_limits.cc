// SPDX-License-Identifier: Apache-2.0
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "launcher/doctor/probes.hh"
#include "launcher/doctor/proc_file.hh"
#include "sys/file.hh"
#include "sys/host_load.hh"

namespace pleat::doctor {
namespace {

namespace fs = std::filesystem;

std::optional<uint64_t> hard_limit(int resource) {
  rlimit limit;
  if (::getrlimit(static_cast<__rlimit_resource_t>(resource), &limit) < 0) return std::nullopt;
  if (limit.rlim_max == RLIM_INFINITY) return std::nullopt;
  return limit.rlim_max;
}

// proc(5): the fourth field of loadavg is "RUNNABLE/ALL" tasks.
uint64_t count_tasks() {
  const std::string text = try_read_file("/proc/loadavg").value_or("");
  const size_t slash = text.find('/');
  return slash == std::string::npos ? 0 : std::strtoull(text.c_str() + slash + 1, nullptr, 10);
}

// RLIMIT_NPROC counts threads by their real user ID.
uint64_t count_tasks_of(uid_t user) {
  uint64_t count = 0;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (!std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; })) continue;
    const std::string status = try_read_file(entry.path() / "status").value_or("");
    if (number_after(status, "Uid:") == user) count += number_after(status, "Threads:").value_or(0);
  }
  return count;
}

// tcp(7): low, pressure, high; in pages. The last is what all TCP sockets together get.
std::optional<uint64_t> tcp_pages_max() {
  std::istringstream fields(try_read_file("/proc/sys/net/ipv4/tcp_mem").value_or(""));
  uint64_t low, pressure, high;
  if (!(fields >> low >> pressure >> high)) return std::nullopt;
  return high;
}

// "TCP: inuse 2 orphan 0 tw 1 alloc 3 mem 5": mem is of the whole host, in pages.
uint64_t tcp_pages() {
  const std::string text = try_read_file("/proc/net/sockstat").value_or("");
  const size_t line = text.find("TCP:");
  const size_t field = line == std::string::npos ? line : text.find(" mem ", line);
  return field == std::string::npos ? 0 : std::strtoull(text.c_str() + field + 5, nullptr, 10);
}

void probe_disk(LimitFacts& facts) {
  struct statvfs status;
  if (::statvfs(".", &status) < 0) return;
  facts.disk_free = uint64_t{status.f_bavail} * status.f_frsize;
  // Some file systems make inodes as they need them, and say 0.
  if (status.f_files > 0) facts.disk_files_free = status.f_favail;
}

}  // namespace

LimitFacts probe_limits() {
  LimitFacts facts;
  facts.pid_max = read_number("/proc/sys/kernel/pid_max");
  facts.threads_max = read_number("/proc/sys/kernel/threads-max");
  facts.tasks = count_tasks();
  // The kernel lets root's processes pass.
  if (::getuid() != 0) facts.user_processes_max = hard_limit(RLIMIT_NPROC);
  if (facts.user_processes_max) facts.user_processes = count_tasks_of(::getuid());

  facts.open_files_max = hard_limit(RLIMIT_NOFILE);
  facts.open_files_settable = read_number("/proc/sys/fs/nr_open");
  facts.host_files_max = read_number("/proc/sys/fs/file-max");
  facts.host_files = read_number("/proc/sys/fs/file-nr").value_or(0);

  const HostLoad load = read_host_load();
  facts.memory_maps_max = read_number("/proc/sys/vm/max_map_count");
  facts.memory_total = load.memory_total;
  facts.memory_available = load.memory_available;
  facts.page = static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
  if (const auto pages = tcp_pages_max()) facts.tcp_memory_max = *pages * facts.page;
  facts.tcp_memory = tcp_pages() * facts.page;
  probe_disk(facts);
  facts.host_names_max = read_number("/proc/sys/user/max_uts_namespaces");
  return facts;
}

}  // namespace pleat::doctor
