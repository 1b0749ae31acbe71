// SPDX-License-Identifier: Apache-2.0
#include "sys/host_load.hh"

#include <sys/utsname.h>
#include <unistd.h>

#include <cstdlib>
#include <sstream>

#include "sys/file.hh"
#include "sys/pressure.hh"

namespace pleat {
namespace {

using std::chrono::nanoseconds;

// The number after `key` at the start of a line: "MemTotal:  123 kB", "pswpin 5".
uint64_t number_after(const std::string& text, const std::string& key) {
  size_t at = text.rfind(key, 0) == 0 ? 0 : text.find("\n" + key);
  if (at == std::string::npos) return 0;
  at += key.size() + (at == 0 ? 0 : 1);
  return std::strtoull(text.c_str() + at, nullptr, 10);
}

void read_cpu(HostLoad& load) {
  // proc(5): user nice system idle iowait irq softirq steal, in clock ticks. Guest time is part of
  // user time.
  std::istringstream stat(read_file("/proc/stat"));
  std::string label;
  uint64_t user, nice, system, idle, iowait, irq, softirq, steal;
  stat >> label >> user >> nice >> system >> idle >> iowait >> irq >> softirq >> steal;
  const auto ticks = [hz = ::sysconf(_SC_CLK_TCK)](uint64_t count) {
    return nanoseconds(std::chrono::seconds(1)) / hz * static_cast<int64_t>(count);
  };
  load.cpu_busy = ticks(user + nice + system + irq + softirq);
  load.cpu_stolen = ticks(steal);
  load.cpu_total = load.cpu_busy + load.cpu_stolen + ticks(idle + iowait);
}

std::optional<nanoseconds> read_pressure(const char* file, const char* line) {
  const std::optional<std::string> text = try_read_file(file);
  return text ? parse_pressure(*text, line) : std::nullopt;
}

}  // namespace

HostLoad read_host_load() {
  HostLoad load;
  read_cpu(load);
  load.cpu_pressure = read_pressure("/proc/pressure/cpu", "some");
  load.memory_pressure = read_pressure("/proc/pressure/memory", "some");
  load.disk_stalled = read_pressure("/proc/pressure/io", "full");
  const std::string memory = read_file("/proc/meminfo");
  load.memory_total = number_after(memory, "MemTotal:") * 1024;
  load.memory_available = number_after(memory, "MemAvailable:") * 1024;
  const std::string vm = read_file("/proc/vmstat");
  // What zswap holds compressed in memory is counted apart.
  load.swapped_in = number_after(vm, "pswpin") + number_after(vm, "zswpin");
  load.swapped_out = number_after(vm, "pswpout") + number_after(vm, "zswpout");
  load.oom_kills = number_after(vm, "oom_kill");
  load.sockets = read_socket_memory();
  load.clocks = read_clock_offsets();
  return load;
}

HostDescription describe_host() {
  HostDescription host;
  utsname names;
  if (::uname(&names) == 0) {
    host.name = names.nodename;
    host.kernel = std::string(names.sysname) + " " + names.release;
  }
  const std::string info = try_read_file("/proc/cpuinfo").value_or("");
  if (const size_t at = info.find("model name"); at != std::string::npos) {
    const size_t begin = info.find(": ", at) + 2;
    host.cpu = info.substr(begin, info.find('\n', begin) - begin);
  }
  host.cpus = static_cast<unsigned>(::sysconf(_SC_NPROCESSORS_ONLN));
  host.memory = read_host_load().memory_total;
  return host;
}

}  // namespace pleat
