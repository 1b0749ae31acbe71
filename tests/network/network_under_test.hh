// SPDX-License-Identifier: Apache-2.0
// What is expected of a network, whichever back end of the shaper makes it. The tests of this
// folder are one list, run with each of them:
//
//   engine   here, in real time: they assume a machine that does nothing else
//   tc-vm    in the virtual machine of tests/vm, in virtual time
//   tc-here  in real time again, without delays and losses where this kernel has no netem
//
// PLEAT_TEST_NETWORK says which (default: engine). What only one of them can do is in its
// description below, so that a test asks for what that back end promises.
#pragma once

#include <string>

#include "tests/lab/lab_run.hh"

namespace pleat::test {

struct NetworkUnderTest {
  std::string_view shaper;  // as in an experiment
  // Whether a packet that finds its link idle is delayed by its own serialisation: a pipe does
  // that, a token bucket does not (shaper/tc/tc_network.hh).
  bool delays_isolated_packets = true;
  bool delays = true;         // false: this kernel has no netem
  bool virtual_time = false;  // waiting costs nothing, computing much
  double ping_tolerance = 0;  // ms
  double rate_tolerance = 0;  // relative
  double fastest_rate = 0;    // bit/s, that can be measured here

  // What a flow of at least 1 Mbit/s is measured for, in seconds.
  int flow_seconds() const { return virtual_time ? 4 : 7; }
};

const NetworkUnderTest& network_under_test();

// Settings with which a flow over an uplink of this rate keeps it busy and loses nothing at its
// queue, whose default is 100 ms but 75 kB at least. What comes after something lost waits for it
// in the receiver, and is counted when the program gets it: half a second's worth, too early or too
// late. So TCP has less under way than a narrow link's queue holds, though enough for 20 ms of
// round trip, and a wide link's queue holds more than the 6 MB that TCP has under way at most. And
// it is Reno, which has that under way until something is lost. BBR, which may be the host's
// default, has two round trips of it and leaves the link idle while its program waits longer than
// that for a processor, and stops for 200 ms every 10 s to measure the round trip.
std::string iperf3_options(double rate);  // with a space before the first
std::string steady_uplink(double rate);   // the lines of a group

// Bits per second of a flow of that run, IP headers included, against what a link's rate is. One of
// the kernel's loses what its timer is late by (shaper/tc/sizes.hh), and so does one of the
// engine's that takes all processors. There the rate may be less by the share of time for which the
// run itself found processors to be late.
void check_rate(const LabRun& lab, double measured, double rate);

// Skip the test where no lab can be made, or none that delays or loses packets.
void require_network();
// ... and let no other test of the network run at the same time: waits for these.
void require_network_alone();
void require_delays();

// The head of an experiment: [experiment] and [network]. What follows are groups.
std::string experiment_head(const std::string& time_limit);

// A step that runs a script, for what is to choose its addresses itself: it belongs to no node. And
// a node outside of the test, so that the experiment ends.
std::string from_outside_nodes(const std::string& script);
std::string setup_file(const LabRun& lab, const std::string& file = "stdout");

// Runs it, fails the test where that fails.
void run_to_its_end(LabRun& lab);

}  // namespace pleat::test
