// SPDX-License-Identifier: Apache-2.0
// Placeholders in the texts of an experiment: "{ip}", "{ip6:tracker}"; "{{" and "}}" are braces.
//
// They are filled in twice. When the experiment is compiled, all of them are checked, and the
// addresses of other nodes, "{ip6:tracker}", are put in. What remains is about the node itself and
// its run, and is put in when the program starts: model/expand.hh.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "model/address.hh"

namespace pleat {

// A piece of a text. In "a{{b{ip:x}": "a", "{{", "b", and the placeholder "{ip:x}".
struct Piece {
  std::string_view source;    // as it is written
  std::string_view literal;   // what it means, where it is no placeholder
  std::string_view name;      // "ip"; empty where it is no placeholder
  std::string_view argument;  // "x"; or empty

  bool is_placeholder() const { return !name.empty(); }
};

// The pieces point into the text. Throws BadValue for a brace that is alone.
std::vector<Piece> split_placeholders(std::string_view text);

// Where a text stands decides which placeholders have a meaning in it.
enum class TextOf {
  kNode,      // a workload's command, environment or file
  kNodePath,  // the path of a workload's file: nothing that holds a slash
  kStep,      // the same two of [setup] and [check], which belong to no node
  kStepPath,
};

using AddressOfNode = std::function<Address(std::string_view name, Family)>;  // throws BadValue

// What there is to be put in.
struct Known {
  AddressOfNode address_of;
  bool network = true;  // of IPv4
  // Each node that the text is for has an address of the family.
  bool own_ipv4 = true, own_ipv6 = true;
};

// Checks each placeholder, and replaces "{ip:NODE}" and "{ip6:NODE}" by NODE's address. Throws
// BadValue.
std::string resolve_nodes(std::string_view text, TextOf where, const Known& known);

}  // namespace pleat
