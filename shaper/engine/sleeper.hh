// SPDX-License-Identifier: Apache-2.0
// How the engine's thread waits.
//
// A sleeping thread wakes up late: by 50 to 60 us on the virtual machine where this was measured,
// most of it the processor's own way back from idleness. So the sleeper sets its alarm earlier by
// the latency that it has seen, and spends what is left by going round the loop. That is bounded
// twice: by kMaxLead each time, and to kSpinShare of the thread's time in all, so that it serves
// the lone packet, whose delay can be seen, and leaves alone the busy pipe, where it would cost
// processor time that the nodes need.
#pragma once

#include <optional>

#include "model/units.hh"
#include "shaper/engine/watch.hh"

namespace pleat {

class Sleeper {
 public:
  // Both stay open; `stop_event` becomes readable when the thread is to end.
  Sleeper(int tun, int stop_event, Watch& watch)
      : tun_(tun), stop_event_(stop_event), watch_(watch) {}

  // Sleeps until the TUN device has a packet, `due` has nearly come, the stop event, or a
  // heartbeat's time has passed. False if the TUN device had nothing.
  bool sleep(Duration now, std::optional<Duration> due);

 private:
  bool goes_round(Duration now, std::optional<Duration> due);
  void learn(Duration latency);

  int tun_;
  int stop_event_;
  Watch& watch_;
  Duration lead_{0};    // how late waking up is, at most times
  Duration credit_{0};  // time that may be spent on going round
  Duration last_call_{0};
  bool going_round_ = false;
};

}  // namespace pleat
