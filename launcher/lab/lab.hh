// SPDX-License-Identifier: Apache-2.0
// The lab: the part of the world in which the nodes of one host live.
//
// Theory of operation
//
//     pleat run              on the host: parses, shows progress, writes the report
//        |  JSON lines on a Unix socket (messages.hh); its end is an order to stop
//     pleat lab              supervisor: enters new user (unless root), mount, UTS, IPC and
//        |  fork             network namespaces, then only waits for its child
//   .....|..........................................................................
//   :    v                                                          namespaces     :
//   :  init, PID 1 of a new PID namespace: launcher/lab/init.cc                    :
//   :    |-- engine thread      lab0 (TUN) -> pipes -> lab0; real-time if allowed  :
//   :    |-- pause meter        a thread on each processor, above the engine       :
//   :    |-- record             results.db in the run's folder                     :
//   :    |-- node: peer-1       own name, no capability, LD_PRELOAD + BINDIP       :
//   :    `-- node: peer-2 ...   watched through its pidfd                          :
//   :..............................................................................:
//
// Nothing leaks, because nothing is set up outside of the namespaces and nothing survives their
// last process. The ways to end, and what undoes the lab then:
//
//   the run is over, Ctrl-C    init ends the nodes, completes the record, and exits
//   pleat run is killed        the socket ends; init does the same (pleat up: until init is ready)
//   the supervisor is killed   the kernel kills init (PR_SET_PDEATHSIG), see below
//   init is killed             the kernel kills every process of its PID namespace; the network
//                              namespace with its links, addresses and rules dies with the last
//
// A lab may also stay (pleat up; stay.hh): then init runs no experiment, and once it is ready the
// stream may end. Other processes come in from outside, by way of init's namespaces:
//
//     pleat up ----------->  supervisor -> init      ends when it has heard that init is ready
//     pleat exec NODE CMD    joins init's namespaces, forks; CMD is a node's program like any other
//     pleat down             SIGTERM to init, which ends everybody; SIGKILL where it does not
//
// What they need to know is in a folder for each such lab (launcher/labs/). It says which processes
// the lab is, in a way that a recycled number cannot be taken for it. The folder does not keep the
// lab, and the lab keeps no folder: a lab whose folder is removed ends, and a folder whose lab has
// died is removed by the next command.
//
// Mounts (a new /proc, our /etc/hosts) are private to the lab's mount namespace.
//
// Why two processes: unshare(CLONE_NEWPID) moves only future children, so init has to be forked;
// and the parent has to stay outside to tell with what init ended.
//
// What a node's packet passes: socket -> output route (ip rule 10 sends the whole network's prefix
// to lab0) -> engine -> lab0 -> input route (ip rule 20, the local table) -> socket. One local
// route owns the prefix, so that every address of it can be bound without being configured. IPv6
// has the same with a route for each prefix6, and one more for what the nodes' ::1 stand for
// (kLoopback6), which rule 10 knows nothing of: it stays within lo.
#pragma once

#include "launcher/protocol/line_stream.hh"

namespace pleat {

// The life of init: waits for the request, does the run or stays, tells how it ended. To be called
// in the first process of the new PID namespace. Returns the exit status.
int lab_init(LineStream stream);

}  // namespace pleat
