// SPDX-License-Identifier: Apache-2.0
#include "shaper/tc/install.hh"

#include <linux/netlink.h>
#include <net/if.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "shaper/tc/message.hh"
#include "shaper/tc/operation_text.hh"
#include "shaper/tc/rtnl_socket.hh"
#include "sys/error.hh"
#include "sys/file.hh"

namespace pleat::tc {
namespace {

// In bytes. More than the socket's send buffer (net.core.wmem_max, 208 KiB) is refused.
constexpr size_t kBatch = size_t{128} << 10;
// ... and each may fail: so many answers the receive buffer holds (net.core.rmem_max, 208 KiB).
constexpr size_t kMostBatched = 128;

// Failures that are worth reading: those after the first few follow from them.
constexpr size_t kMostTold = 3;

class Installer {
 public:
  Installer(const Operations& operations, const InstallOptions& options)
      : operations_(operations), options_(options) {}

  void install() {
    for (const Operation& operation : operations_) {
      if (const auto* setting = std::get_if<SetSysctl>(&operation)) {
        flush();
        set(*setting);
      } else {
        add(operation);
      }
    }
    flush();
  }

 private:
  struct Failure {
    const Operation* operation;
    Answer answer;
  };

  void set(const SetSysctl& setting) {
    std::string path = "/proc/sys/" + setting.name;
    std::replace(path.begin(), path.end(), '.', '/');
    if (setting.where_known && !std::filesystem::exists(path)) return;
    write_setting(path, setting.value);
  }

  void add(const Operation& operation) {
    // A device's number is known only once it is made.
    const auto find = [this](const std::string& link) { return index_of(link); };
    std::vector<char> message;
    append_message(message, operation, 0, find);
    if (batch_.size() + message.size() > kBatch || batched_.size() == kMostBatched) flush();
    last_ = batch_.size();
    batch_.insert(batch_.end(), message.begin(), message.end());
    batched_.push_back(&operation);
    header().nlmsg_seq = static_cast<uint32_t>(batched_.size());
    if (options_.spoiled_message == ++messages_) header().nlmsg_type = kNoSuchType;
  }

  // Of the last message in the batch.
  nlmsghdr& header() { return *reinterpret_cast<nlmsghdr*>(batch_.data() + last_); }

  int index_of(const std::string& link) {
    int& known = indexes_[link];
    if (known != 0) return known;
    flush();
    known = static_cast<int>(::if_nametoindex(link.c_str()));
    if (known == 0) fail("find the link", link);
    return known;
  }

  void flush() {
    if (batched_.empty()) return;
    header().nlmsg_flags |= NLM_F_ACK;
    socket_.send(batch_);
    std::vector<Failure> failures;
    socket_.receive([&](const nlmsghdr& message) {
      if (message.nlmsg_type != NLMSG_ERROR) return true;
      const Answer said = answer(message);
      check(message.nlmsg_seq >= 1 && message.nlmsg_seq <= batched_.size());
      if (said.error != 0) failures.push_back({batched_[message.nlmsg_seq - 1], said});
      return message.nlmsg_seq != batched_.size();
    });
    batch_.clear();
    batched_.clear();
    if (!failures.empty()) tell(failures);
  }

  [[noreturn]] static void tell(const std::vector<Failure>& failures) {
    std::string rest;
    for (size_t i = 1; i < std::min(failures.size(), kMostTold); ++i) {
      rest += "; nor \"" + to_text(*failures[i].operation) + "\"";
    }
    if (failures.size() > kMostTold) {
      rest += "; nor " + std::to_string(failures.size() - kMostTold) + " more";
    }
    const Failure& first = failures.front();
    const std::string& words = first.answer.words;
    throw SystemError("do", "\"" + to_text(*first.operation) + "\"", first.answer.error,
                      (words.empty() ? "" : "the kernel says: " + words) + rest);
  }

  static constexpr uint16_t kNoSuchType = 0xffff;

  const Operations& operations_;
  InstallOptions options_;
  RtnlSocket socket_;
  std::vector<char> batch_;
  std::vector<const Operation*> batched_;
  size_t last_ = 0;      // where the last message begins
  size_t messages_ = 0;  // so far
  std::map<std::string, int> indexes_;
};

}  // namespace

void install(const Operations& operations, const InstallOptions& options) {
  Installer(operations, options).install();
}

}  // namespace pleat::tc
