// SPDX-License-Identifier: Apache-2.0
#include "sys/privileges.hh"

#include <sys/capability.h>
#include <sys/prctl.h>

#include "sys/error.hh"

namespace pleat {
namespace {

cap_value_t value(Capability capability) {
  switch (capability) {
    case Capability::kNetAdmin: return CAP_NET_ADMIN;
    case Capability::kSysAdmin: return CAP_SYS_ADMIN;
    case Capability::kSysNice: return CAP_SYS_NICE;
  }
  return CAP_LAST_CAP;
}

}  // namespace

bool holds_capability(Capability capability) {
  const cap_t ours = cap_get_proc();
  if (ours == nullptr) fail("read the capabilities of this process");
  cap_flag_value_t held = CAP_CLEAR;
  cap_get_flag(ours, value(capability), CAP_EFFECTIVE, &held);
  cap_free(ours);
  return held == CAP_SET;
}

Renunciation::Renunciation() : none_(cap_init()) {
  if (none_ == nullptr) fail("prepare an empty set of capabilities");
}

Renunciation::~Renunciation() { cap_free(none_); }

bool Renunciation::carry_out() const noexcept {
  // no_new_privs keeps exec from giving anything back, neither to user 0 nor by the file's
  // set-user-ID bit or capabilities. The bounding set stays: with an empty one the kernel refuses
  // to run files that carry capabilities, and Debian's ping is one.
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         cap_set_proc(static_cast<cap_t>(none_)) == 0;
}

}  // namespace pleat
