// SPDX-License-Identifier: Apache-2.0
#include "model/placeholders.hh"

#include <algorithm>
#include <span>

#include "model/in_quotes.hh"
#include "model/nearest.hh"

namespace pleat {
namespace {

constexpr std::string_view kNodeNames[] = {"ip",  "ip6", "name", "index",   "group",     "workload",
                                           "run", "dir", "seed", "network", "experiment"};
constexpr std::string_view kNodePathNames[] = {"ip",    "ip6",      "name", "index",
                                               "group", "workload", "seed", "experiment"};
constexpr std::string_view kStepNames[] = {"run", "dir", "seed", "network", "experiment"};
constexpr std::string_view kStepPathNames[] = {"seed", "experiment"};

std::span<const std::string_view> names_for(TextOf where) {
  switch (where) {
    case TextOf::kNode: return kNodeNames;
    case TextOf::kNodePath: return kNodePathNames;
    case TextOf::kStep: return kStepNames;
    case TextOf::kStepPath: return kStepPathNames;
  }
  return {};
}

bool contains(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool follows_dollar(std::string_view text, const Piece& piece) {
  return piece.source.data() > text.data() && piece.source.data()[-1] == '$';
}

// Says why `piece` has no meaning here, and what would have.
BadValue unknown(std::string_view text, const Piece& piece, TextOf where) {
  const std::string wrong = "unknown placeholder " + in_quotes(piece.source);
  const std::string source = on_one_line(piece.source);
  if (follows_dollar(text, piece)) {
    return BadValue(wrong, "for the shell's $" + source + " write \"${" + source + "}\"");
  }
  if (contains(kNodeNames, piece.name)) {
    // What a step knows and this text does not is missing because the text is a path.
    const bool would_be_slash = contains(kStepNames, piece.name);
    return BadValue(in_quotes(piece.source) + " has no meaning here",
                    would_be_slash ? "it would put slashes into the path"
                                   : "it is about a node, and a step belongs to none");
  }
  return BadValue(wrong, did_you_mean(piece.name, names_for(where), "known placeholders are"));
}

bool asks_other_node(const Piece& piece) {
  return piece.source.find(':') != std::string_view::npos;
}

void check(std::string_view text, const Piece& piece, TextOf where, const Known& known) {
  if (!contains(names_for(where), piece.name)) throw unknown(text, piece, where);
  const std::string source = in_quotes(piece.source);
  if (asks_other_node(piece)) {
    throw BadValue(source + ": only ip and ip6 can be asked of another node",
                   "write " + in_quotes("{" + std::string(piece.name) + "}"));
  }
  if (piece.name == "ip" && !known.own_ipv4) {
    throw BadValue(source + ": not each of the nodes has an IPv4 address",
                   "write \"{ip6}\", or give their groups a prefix");
  }
  if (piece.name == "ip6" && !known.own_ipv6) {
    throw BadValue(source + ": not each of the nodes has an IPv6 address",
                   "write \"{ip}\", or give their groups a prefix6");
  }
  if (piece.name == "network" && !known.network) {
    throw BadValue(source + " has no meaning here", "[network] states no prefix");
  }
}

// The piece that begins with the brace at the beginning of `rest`.
Piece piece_at_brace(std::string_view rest) {
  const std::string_view two = rest.substr(0, 2);
  if (two == "{{" || two == "}}") return {two, two.substr(1), {}, {}};
  const std::string braces = "write \"{{\" and \"}}\" for literal braces";
  if (rest[0] == '}') throw BadValue("a \"}\" without a \"{\" before it", braces);
  const size_t end = rest.find_first_of("{}", 1);
  if (end == std::string_view::npos || rest[end] == '{') {
    throw BadValue("a \"{\" without a \"}\" behind it", braces);
  }
  const std::string_view inside = rest.substr(1, end - 1);
  const size_t colon = inside.find(':');
  const std::string_view name = inside.substr(0, colon);
  if (name.empty()) {
    throw BadValue("the placeholder " + in_quotes(rest.substr(0, end + 1)) + " has no name",
                   braces);
  }
  const bool asks_other = colon != std::string_view::npos;
  return {rest.substr(0, end + 1), {}, name, asks_other ? inside.substr(colon + 1) : ""};
}

}  // namespace

std::vector<Piece> split_placeholders(std::string_view text) {
  std::vector<Piece> pieces;
  while (!text.empty()) {
    const size_t literal = std::min(text.find_first_of("{}"), text.size());
    if (literal > 0) pieces.push_back({text.substr(0, literal), text.substr(0, literal), {}, {}});
    text.remove_prefix(literal);
    if (text.empty()) break;
    pieces.push_back(piece_at_brace(text));
    text.remove_prefix(pieces.back().source.size());
  }
  return pieces;
}

std::string resolve_nodes(std::string_view text, TextOf where, const Known& known) {
  std::string result;
  for (const Piece& piece : split_placeholders(text)) {
    const bool is_address = piece.name == "ip" || piece.name == "ip6";
    if (is_address && asks_other_node(piece)) {
      const Family family = piece.name == "ip" ? Family::kIpv4 : Family::kIpv6;
      result += known.address_of(piece.argument, family).text();
      continue;
    }
    if (piece.is_placeholder()) check(text, piece, where, known);
    result += piece.source;
  }
  return result;
}

}  // namespace pleat
