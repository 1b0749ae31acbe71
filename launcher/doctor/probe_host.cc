// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <linux/kvm.h>
#include <sched.h>
#include <sys/ioctl.h>

#include <filesystem>

#include "launcher/doctor/probes.hh"
#include "launcher/doctor/proc_file.hh"
#include "launcher/doctor/trial.hh"
#include "sys/error.hh"
#include "sys/fd.hh"
#include "sys/file.hh"
#include "sys/host_load.hh"

namespace pleat::doctor {
namespace {

std::optional<std::string> unsteady_governor(unsigned cpus) {
  for (unsigned cpu = 0; cpu < cpus; ++cpu) {
    auto governor = try_read_file("/sys/devices/system/cpu/cpu" + std::to_string(cpu) +
                                  "/cpufreq/scaling_governor");
    if (!governor) continue;
    governor->erase(governor->find_last_not_of('\n') + 1);
    if (*governor != "performance") return governor;
  }
  return std::nullopt;
}

// The flag that hypervisors set (CPUID leaf 1); stolen time tells where there are no flags.
bool in_virtual_machine(double stolen) {
  const std::string info = try_read_file("/proc/cpuinfo").value_or("");
  return stolen > 0 || info.find(" hypervisor") != std::string::npos;
}

std::string take_real_time_priority() {
  sched_param lowest = {};
  lowest.sched_priority = 1;
  check_call(::sched_setscheduler(0, SCHED_FIFO, &lowest), "take real-time priority");
  return {};
}

// /dev/kvm alone promises nothing: on hosts that are virtual machines it may be there in vain.
std::string make_virtual_machine() {
  const Fd kvm(check_call(::open("/dev/kvm", O_RDWR | O_CLOEXEC), "open", "/dev/kvm"));
  const Fd machine(check_call(::ioctl(kvm.get(), KVM_CREATE_VM, 0), "make a virtual machine"));
  const Fd cpu(check_call(::ioctl(machine.get(), KVM_CREATE_VCPU, 0), "make a virtual CPU"));
  return {};
}

// The first of DAMON's monitors that is on. Its thread looks at who has used which page, through
// every process that has it.
std::string memory_monitor_that_is_on() {
  std::error_code error;
  const std::filesystem::path all = "/sys/kernel/mm/damon/admin/kdamonds";
  for (std::filesystem::directory_iterator at(all, error), end; !error && at != end;
       at.increment(error)) {
    const std::filesystem::path state = at->path() / "state";
    if (try_read_file(state).value_or("").starts_with("on")) return state;
  }
  return {};
}

}  // namespace

HostFacts probe_host() {
  const HostDescription description = describe_host();
  const HostLoad load = read_host_load();
  HostFacts facts{.kernel = description.kernel, .cpu = description.cpu, .cpus = description.cpus};
  facts.governor = unsteady_governor(facts.cpus);
  facts.stolen =
      static_cast<double>(load.cpu_stolen.count()) / static_cast<double>(load.cpu_total.count());
  facts.virtual_machine = in_virtual_machine(facts.stolen);
  facts.swap =
      number_after(try_read_file("/proc/meminfo").value_or(""), "SwapTotal:").value_or(0) * 1024;
  facts.memory_monitor = memory_monitor_that_is_on();
  facts.pressure = load.cpu_pressure.has_value();
  facts.real_time = try_in_child(take_real_time_priority);
  facts.kvm = try_in_child(make_virtual_machine);
  return facts;
}

}  // namespace pleat::doctor
