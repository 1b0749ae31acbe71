// SPDX-License-Identifier: Apache-2.0
// Where the labs that stay are written down: a folder for each, by its name.
//
//   NAME/                what all commands go by; there from the moment that the lab is ready
//     lab.json           lab_state.hh
//     plan.json          the plan
//     experiment.toml    the file's text
//     hosts resolv.conf  the lab's files of these names in /etc
//     log                what the lab has to tell while nobody watches
//     nodes/<node>/      working directories
//   .new-NAME.OWNER/     comes to be ...
//   .old-NAME.OWNER/     ... or goes, by the hands of this process
//   .lock                held by whoever renames
//
// Whatever else it holds is left alone: the user may have it for other things, too. What is half
// made or half removed is known by its hidden name; what has a lab's name is whole, with its
// lab.json. Both say where the processes are that they name (realm.hh): other hosts and containers
// that have the same folder leave what is not theirs alone, for they cannot tell whether it is
// over.
//
// It is $PLEAT_LABS, or for root /run/pleat/labs, or $XDG_RUNTIME_DIR/pleat/labs, or else
// /tmp/pleat-<user>/labs.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "launcher/labs/realm.hh"
#include "sys/fd.hh"

namespace pleat {

class LabsFolder {
 public:
  // Makes it where it is missing. Throws SystemError, also where others than this user could
  // write to it: whoever can says which processes are a lab.
  LabsFolder();

  const std::filesystem::path& path() const { return path_; }
  const Realm& realm() const { return realm_; }  // from which it is looked at
  std::filesystem::path of(const std::string& lab) const { return path_ / lab; }

  // A new, empty folder for a lab of this name that is being made.
  std::filesystem::path make_unfinished(const std::string& lab) const;
  // Gives the unfinished folder its lab's name. False where something has it already.
  bool publish(const std::filesystem::path& unfinished, const std::string& lab) const;
  // Removes a lab's folder, if it is there and `still`, asked while nobody else renames, says so.
  template <typename Condition>
  bool remove(const std::string& lab, Condition still) const;

  // Removes what processes left unfinished that have died.
  void remove_leftovers() const;

 private:
  Fd lock() const;
  std::filesystem::path own_hidden_name(const std::string& what) const;
  // Under the lock: out of sight. Nothing where it is not there.
  std::optional<std::filesystem::path> hide(const std::string& lab) const;

  std::filesystem::path path_;
  const Realm realm_ = own_realm();
};

// With all that it holds; what is gone already is no error. Throws SystemError.
void remove_folder(const std::filesystem::path& folder);

template <typename Condition>
bool LabsFolder::remove(const std::string& lab, Condition still) const {
  std::optional<std::filesystem::path> hidden;
  {
    const Fd locked = lock();
    if (!still()) return false;
    hidden = hide(lab);
  }
  if (hidden) remove_folder(*hidden);
  return hidden.has_value();
}

}  // namespace pleat
