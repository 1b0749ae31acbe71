// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/preload/program.hh"

namespace pleat::test {

// Two hosts that see each other, made twice:
//
//   native:  [ lo, eth0 10.0.0.7 ]---cable---[ lo, eth0 10.0.0.9 ]    two namespaces, plain Linux
//
//   folded:  [ lo, all of 10.0.0.0/8 is local ]                     one namespace, as in a lab
//              program with BINDIP=10.0.0.7 and the library
//              program with BINDIP=10.0.0.9 and the library
//
// A program must not be able to tell them apart.
inline const std::string kHere = "10.0.0.7";
inline const std::string kThere = "10.0.0.9";

// What addresses the hosts have. Their IPv6 addresses end in the IPv4 addresses above:
// 2001:db8::10.0.0.7. They have no link-local addresses.
enum class Addresses { kIpv4, kIpv6, kBoth };
std::string ipv6_of(const std::string& host);

// A new network namespace, in a user namespace of its own where we are not root. Skips the test
// where this is not allowed.
class Namespace {
 public:
  Namespace();
  // In the same user namespace as another one.
  explicit Namespace(const Namespace& neighbour);
  ~Namespace();
  Namespace& operator=(const Namespace&) = delete;

  // Moves the calling process there.
  void enter() const;

  // Runs a command there; the test fails unless it succeeds.
  void run(const std::vector<std::string>& argv) const;

  // The same; what went wrong, or empty.
  std::string failure_of(const std::vector<std::string>& argv) const;

 private:
  void create(const Namespace* neighbour);

  int user_ = -1;
  int net_ = -1;
};

class World {
 public:
  virtual ~World() = default;
  // `host` is kHere or kThere.
  virtual Program start(const std::string& host, const std::vector<std::string>& argv) const = 0;
};

class NativeWorld : public World {
 public:
  explicit NativeWorld(Addresses addresses = Addresses::kIpv4);
  Program start(const std::string& host, const std::vector<std::string>& argv) const override;

 private:
  Namespace here_;
  Namespace there_{here_};
};

class FoldedWorld : public World {
 public:
  // What the nodes have; the lab always has both families, as a lab of other nodes would.
  explicit FoldedWorld(Addresses addresses = Addresses::kIpv4);
  // Any address of 10.0.0.0/8 is a node here.
  Program start(const std::string& host, const std::vector<std::string>& argv) const override;
  Program start_with(const std::vector<std::pair<std::string, std::string>>& environment,
                     const std::vector<std::string>& argv) const;

 protected:
  // The command with the library: a case has it in itself where that is built with sanitizers.
  static std::vector<std::string> with_library(std::vector<std::string> argv);
  // In the child, before it executes that.
  static void preload(const std::vector<std::string>& argv);
  // What the library is told of the node.
  std::vector<std::pair<std::string, std::string>> environment_of(const std::string& host) const;
  const Namespace& lab() const { return lab_; }
  Addresses addresses() const { return addresses_; }

 private:
  Addresses addresses_;
  Namespace lab_;
};

}  // namespace pleat::test
