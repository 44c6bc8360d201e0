// Recoup, the refund engine that game servers embed. SPDX-License-Identifier: MIT OR Apache-2.0
//
// recoup.h for C++17 and later: the same functions under the same names, with owners for handles, string_view for
// text, Result for failures, and any callable for callbacks. Header only; nothing of it is compiled into the library,
// so it works with every compiler that speaks the platform's C ABI, with or without exceptions and RTTI.
//
// The way through: Engine::open; Engine::record_purchase for what you deliver; Engine::ingest for every request of a
// store; Engine::on_block and the other callbacks, and Engine::tick on your main loop, for what to act on;
// Engine::is_blocked at every login. bindings/cpp/example/game_server.cpp does all of it.
//
// Rules that hold for everything here:
// - Failure is a value. A function that can fail returns a Result, which the compiler will not let you drop; nothing
//   here throws but what the standard library does where memory runs out, and what your own callables do when copied.
// - Text goes in as std::string_view, UTF-8, and is read before the call returns. Purchase and Request keep views:
//   what they point to must live until the call they are given to returns.
// - Owners (Engine, Gateway, Options, Error, Text) move and do not copy. A moved-from owner is empty: calls on it fail with
//   Status::invalid_argument, its destructor does nothing.
// - const means: any number of threads at once. All functions of Engine but moving, closing by destructor and release
//   are const; each documents what it may block on.
// - Files with exceptions and files without may be linked into one program. Where a file without registers a callable,
//   that callable must not throw; the program ends where it does.
// - What the library returns as JSON is a Document: it owns the text and has typed accessors, which recoup/documents has.
//   Name the result before you use it, since views and texts of it end with it. raw() has the JSON.
// - Each Engine::open... checks that the library is not older than these headers.
// - Macros of X11, Windows and game engines do no harm, whether they come before or after. Where a file has X11's macro
//   Status and names recoup::Status, #undef it first.
// - Where recoup.h has a function that this header does not wrap, call it with Engine::handle.

#ifndef RECOUP_HPP
#define RECOUP_HPP

#include "recoup.h"

#include "recoup/callbacks.hpp"
#include "recoup/documents.hpp"
#include "recoup/engine_decisions.hpp"
#include "recoup/engine_exports.hpp"
#include "recoup/engine_players.hpp"
#include "recoup/engine_queries.hpp"
#include "recoup/engine_recovery.hpp"
#include "recoup/engine_stores.hpp"
#include "recoup/engine_webhooks.hpp"
#include "recoup/engine_work.hpp"
#include "recoup/gateway.hpp"
#include "recoup/inputs.hpp"
#include "recoup/options.hpp"
#include "recoup/outputs.hpp"
#include "recoup/result.hpp"
#include "recoup/transport.hpp"
#include "recoup/version.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace recoup {

/// For Engine::block: the block has no end but Engine::unblock.
inline constexpr std::nullopt_t until_unblocked = std::nullopt;

/// A refund engine over one ledger. Moves; does not copy.
///
/// Any number of threads may use its const functions at once. The destructor, and assigning to it, must be the last
/// thing: no other call on the engine may be running. Shut down in this order: close, join your threads, destroy.
///
/// An engine belongs to the process that opened it: in a child made by fork every call fails with Status::forked.
/// Several processes may have the same ledger open.
///
/// Its queries are in recoup/engine_queries.hpp, the books of refunds in recoup/engine_recovery.hpp, operators' work in
/// recoup/engine_work.hpp and their decisions in recoup/engine_decisions.hpp, notices and access of players in
/// recoup/engine_players.hpp, figures, exports and privacy in recoup/engine_exports.hpp, webhooks to endpoints of your own
/// in recoup/engine_webhooks.hpp, its requests to the stores in recoup/engine_stores.hpp.
class Engine : public detail::EngineStores {
 public:
  /// Takes over an engine of recoup.h.
  explicit Engine(recoup_engine *handle) noexcept : EngineStores(handle) {}

  /// Opens or creates the ledger that a configuration in JSON names, brings its schema up to date, and loads the
  /// blocked users. Relative paths start from base_folder, or, if that is empty, from the working directory.
  ///
  /// Blocks on the disk, and for up to five seconds on another process that writes to the same ledger. Starts one
  /// thread. Fails with Status::config, ledger, busy, disk_full, and as check_version does.
  static Result<Engine> open(std::string_view config_json, std::string_view base_folder = {}) noexcept {
    return opened([&](recoup_engine **engine, recoup_error **error) noexcept {
      return recoup_engine_open(config_json.data(), config_json.size(), base_folder.data(), base_folder.size(), engine,
                                error);
    });
  }
  /// As open, by a configuration file. Relative paths in it start from the file's own folder.
  static Result<Engine> open_file(std::string_view path) noexcept {
    return opened([&](recoup_engine **engine, recoup_error **error) noexcept {
      return recoup_engine_open_file(path.data(), path.size(), engine, error);
    });
  }
  /// As open, by options, which may be used again.
  static Result<Engine> open_with(const Options &options) noexcept {
    return opened([&](recoup_engine **engine, recoup_error **error) noexcept {
      return recoup_engine_open_with(options.handle(), engine, error);
    });
  }

  /// Closes the engine if that was not done, which blocks as close does, ends the library's threads and all
  /// callbacks. Inside a callback of this engine it only logs an error, and the engine leaks.
  ~Engine() = default;
  Engine(Engine &&) noexcept = default;
  Engine &operator=(Engine &&) noexcept = default;

  /// Lets calls that wait for the ledger finish, releases polled but not acknowledged events so that the next poll
  /// returns them at once, and closes the ledger. Later calls fail with Status::closed, except is_blocked, which
  /// still answers from memory. Closing again is fine. Blocks on the disk.
  Result<void> close() const noexcept {
    return detail::done([&](recoup_error **error) noexcept { return recoup_engine_close(handle(), error); });
  }

  /// Ingests a store's request: authenticates it, understands it, and makes it and all its consequences durable.
  /// Answer the store with Outcome::http_status, or with Error::http_status if it fails.
  ///
  /// A forged or unreadable request is no failure: OutcomeKind::rejected. *details, unless details is nullptr, is a
  /// JSON object for your log. Blocks until the commit is on disk, which concurrent callers share.
  Result<Outcome> ingest(const Request &request, Text *details = nullptr) const noexcept {
    return detail::value_and_text<Outcome, recoup_outcome>(
        details, [&, c = request.c()](recoup_outcome *outcome, recoup_text **text, recoup_error **error) noexcept {
          outcome->struct_size = sizeof *outcome;
          return recoup_engine_ingest(handle(), &c, outcome, text, error);
        });
  }

  /// Ingests a store's request on the library's own threads: copies it, and returns at once. The result comes with
  /// its tag by on_completion or poll_completions; answer the store only then. Does not block. Fails with
  /// Status::queue_full: answer 503.
  Result<void> submit(const Request &request, uint64_t tag) const noexcept {
    return detail::done([&, c = request.c()](recoup_error **error) noexcept {
      return recoup_engine_submit(handle(), &c, tag, error);
    });
  }

  /// Ingests a message of a store that Recoup does not know, which you have authenticated; recoup.h describes
  /// message_json. body, which may be empty, is the message as it came, for the journal. Blocks until the commit is
  /// on disk.
  Result<Outcome> record_message_json(std::string_view message_json, std::string_view body = {},
                                      Text *details = nullptr) const noexcept {
    return detail::value_and_text<Outcome, recoup_outcome>(
        details, [&](recoup_outcome *outcome, recoup_text **text, recoup_error **error) noexcept {
          outcome->struct_size = sizeof *outcome;
          return recoup_engine_record_message_json(handle(), message_json.data(), message_json.size(),
                                                   reinterpret_cast<const uint8_t *>(body.data()), body.size(),
                                                   outcome, text, error);
        });
  }

  /// Records a purchase that you have delivered. Call it again with more members and they are added; a recorded
  /// member is never overwritten. Blocks until the commit is on disk. Fails with Status::purchase_of_another_user.
  Result<PurchaseOutcome> record_purchase(const Purchase &purchase) const noexcept {
    return detail::value_of<PurchaseOutcome, recoup_purchase_outcome>(
        [&, c = purchase.c()](recoup_purchase_outcome *outcome, recoup_error **error) noexcept {
          return recoup_engine_record_purchase(handle(), &c, outcome, error);
        });
  }
  /// Verifies a purchase by its signed data from the client, offline, and records what the store signed: data is
  /// StoreKit 2's transaction as a JWS without a signature, or Google Play's or ONE Store's purchase data with its
  /// signature. more has what the store does not report: environment, product type, price,
  /// country and grants.
  ///
  ///     engine.record_signed_purchase("google-play", user, data, signature, recoup::Purchase().grant("gems", 100))
  ///
  /// Blocks until the commit is on disk. Fails with Status::rejected and purchase_of_another_user; deliver nothing
  /// then, and nothing for PurchaseOutcome::revoked.
  Result<PurchaseOutcome> record_signed_purchase(std::string_view store, std::string_view user, std::string_view data,
                                                 std::string_view signature = {}) const noexcept {
    return signed_purchase(store, user, data, signature, nullptr);
  }
  Result<PurchaseOutcome> record_signed_purchase(std::string_view store, std::string_view user, std::string_view data,
                                                 std::string_view signature, const Purchase &more) const noexcept {
    const recoup_purchase c = more.c();
    return signed_purchase(store, user, data, signature, &c);
  }
  /// The account tag of a user for a store, which your game's client puts on the user's purchases: a random,
  /// unguessable UUID, always the same for the same user. A refund that carries it is attributed to this user. Blocks
  /// until a commit is on disk the first time for a user. Fails with Status::invalid_argument for Amazon, which carries
  /// no tag.
  Result<Text> account_tag(std::string_view store, std::string_view user) const noexcept {
    return detail::value_of<Text, recoup_text *>([&](recoup_text **tag, recoup_error **error) noexcept {
      return recoup_engine_account_tag(handle(), store.data(), store.size(), user.data(), user.size(), tag, error);
    });
  }
  /// Moves a purchase, by its order id or token, to another user, for support: refunds of it are then to_user's.
  /// store may be empty unless two stores have the order; who and why as in block. Blocks until the commit is on
  /// disk. Fails with Status::not_found.
  Result<Document<TransferResult>> transfer_purchase(std::string_view store, std::string_view order,
                                                     std::string_view to_user, std::string_view who,
                                                     std::string_view why) const noexcept {
    return detail::document_of<TransferResult>([&](recoup_text **json, recoup_error **error) noexcept {
      return recoup_engine_transfer_purchase(handle(), store.data(), store.size(), order.data(), order.size(),
                                             to_user.data(), to_user.size(), who.data(), who.size(), why.data(),
                                             why.size(), json, error);
    });
  }
  /// Records up to 10000 purchases in one commit, all or none; recoup.h describes the JSON. Gives how many of them
  /// were not recorded before. Blocks until the commit is on disk; other writers wait meanwhile.
  Result<std::size_t> record_purchases_json(std::string_view purchases_json) const noexcept {
    return detail::value_of<std::size_t, std::size_t>([&](std::size_t *count, recoup_error **error) noexcept {
      return recoup_engine_record_purchases_json(handle(), purchases_json.data(), purchases_json.size(), count, error);
    });
  }

  /// Whether a user has an active block. Call it at every login and before every match: no lock, no disk, nothing to
  /// wait for. Decide what a failure means: engine.is_blocked(user).value_or(false).
  Result<bool> is_blocked(std::string_view user) const noexcept {
    return detail::value_of<bool, uint8_t>([&](uint8_t *blocked, recoup_error **error) noexcept {
      return recoup_engine_is_blocked(handle(), user.data(), user.size(), blocked, error);
    });
  }

  /// Blocks a user manually, for more than 0 ms or until_unblocked, and gives the block's id. who (a person or a tool)
  /// and why go to the journal and cannot be empty; each has at most 1024 bytes, user at most 256. Blocks until the
  /// commit is on disk.
  Result<int64_t> block(std::string_view user, std::optional<std::chrono::milliseconds> duration, std::string_view who,
                        std::string_view why) const noexcept {
    // 0 is "no end" in recoup.h, and an error here.
    const int64_t ms = !duration ? 0 : duration->count() == 0 ? -1 : int64_t(duration->count());
    return detail::value_of<int64_t, int64_t>([&](int64_t *block_id, recoup_error **error) noexcept {
      return recoup_engine_block(handle(), user.data(), user.size(), ms, who.data(), who.size(), why.data(), why.size(),
                                 block_id, error);
    });
  }
  /// Ends all active blocks of a user manually, and gives how many there were; who and why as in block. A refund that
  /// caused one of them does not block again. Blocks until the commit is on disk.
  Result<std::size_t> unblock(std::string_view user, std::string_view who, std::string_view why) const noexcept {
    return detail::value_of<std::size_t, std::size_t>([&](std::size_t *ended, recoup_error **error) noexcept {
      return recoup_engine_unblock(handle(), user.data(), user.size(), who.data(), who.size(), why.data(), why.size(),
                                   ended, error);
    });
  }
  /// Ends the blocks that have expired, and gives how many there were. The engine does this by itself about five
  /// times a second; call it after a test has moved its clock. Blocks until the commit is on disk.
  Result<std::size_t> expire_blocks() const noexcept {
    return detail::value_of<std::size_t, std::size_t>([&](std::size_t *ended, recoup_error **error) noexcept {
      return recoup_engine_expire_blocks(handle(), ended, error);
    });
  }

  // Events to act on. Callbacks with tick, callbacks with the dispatcher, and poll with ack are three ways to the same
  // events: use one at a time.
  //
  // Each on_... registers a callable, which replaces the one before; nullptr only removes that. It is called as
  // Handled(const Event &), and may change what it captured: calls come one at a time, on the thread that ticks or on
  // the dispatcher's. An exception counts as Handled::later. The callable is copied or moved to the heap, and destroyed
  // exactly once: when it is replaced and has returned, when the engine is destroyed, or at once if registering fails.
  // Its destructor must not call Recoup.
  //
  // Inside of it every function may be called except tick, poll, start_dispatcher and stop_dispatcher, which fail with
  // Status::reentrant. An engine that it captured by reference must not be moved; capture the engine's owner instead.
  //
  // Events of kinds without a callback, neither their own nor one of on_event, are acknowledged unseen; while no
  // callback for events is registered at all, every event stays. Registering does not block.

  /// Users that were blocked: end the session, refuse logins.
  template <class Callable, class Mode = detail::ExceptionMode>
  Result<void> on_block(Callable &&callable) const {
    return on_events<recoup_engine_on_block, Mode>(std::forward<Callable>(callable));
  }
  /// Users without an active block any more.
  template <class Callable, class Mode = detail::ExceptionMode>
  Result<void> on_unblock(Callable &&callable) const {
    return on_events<recoup_engine_on_unblock, Mode>(std::forward<Callable>(callable));
  }
  /// Refunds that a person should look at.
  template <class Callable, class Mode = detail::ExceptionMode>
  Result<void> on_alert(Callable &&callable) const {
    return on_events<recoup_engine_on_alert, Mode>(std::forward<Callable>(callable));
  }
  /// Refunds, or more of one than before: take the items back.
  template <class Callable, class Mode = detail::ExceptionMode>
  Result<void> on_refund(Callable &&callable) const {
    return on_events<recoup_engine_on_refund, Mode>(std::forward<Callable>(callable));
  }
  /// Reversed refunds: give the items again.
  template <class Callable, class Mode = detail::ExceptionMode>
  Result<void> on_reversal(Callable &&callable) const {
    return on_events<recoup_engine_on_reversal, Mode>(std::forward<Callable>(callable));
  }
  /// Refund requests that a store lets the game review, until a deadline.
  template <class Callable, class Mode = detail::ExceptionMode>
  Result<void> on_review(Callable &&callable) const {
    return on_events<recoup_engine_on_review, Mode>(std::forward<Callable>(callable));
  }
  /// Refunds whose user is not known: record the purchase.
  template <class Callable, class Mode = detail::ExceptionMode>
  Result<void> on_unattributed(Callable &&callable) const {
    return on_events<recoup_engine_on_unattributed, Mode>(std::forward<Callable>(callable));
  }
  /// Changes of what is owed for a refund, or of what the player gets back, without an event of kind refund or reversal:
  /// take or give what query_to_do has.
  template <class Callable, class Mode = detail::ExceptionMode>
  Result<void> on_recovery(Callable &&callable) const {
    return on_events<recoup_engine_on_recovery, Mode>(std::forward<Callable>(callable));
  }
  /// Notices for players, in the configuration with "notices": {"events": true}: show it if the player is online, and
  /// report it by mark_notice.
  template <class Callable, class Mode = detail::ExceptionMode>
  Result<void> on_notice(Callable &&callable) const {
    return on_events<recoup_engine_on_notice, Mode>(std::forward<Callable>(callable));
  }
  /// Players who got or lost access to a product by a refund, a reversal or an operator: has_access has the answer now.
  template <class Callable, class Mode = detail::ExceptionMode>
  Result<void> on_access(Callable &&callable) const {
    return on_events<recoup_engine_on_access, Mode>(std::forward<Callable>(callable));
  }
  /// Every event of a kind without its own callback, including kinds of later versions.
  template <class Callable, class Mode = detail::ExceptionMode>
  Result<void> on_event(Callable &&callable) const {
    return on_events<recoup_engine_on_event, Mode>(std::forward<Callable>(callable));
  }

  /// Results of submitted requests: void(const Completion &, const CompletionDetails &), or with std::string_view for
  /// the details' JSON; they live until the callable returns. Without a callable they are kept for poll_completions.
  /// Exceptions are dropped, since each completion is reported once.
  template <class Callable, class Mode = detail::ExceptionMode>
  Result<void> on_completion(Callable &&callable) const {
    using Stored = std::decay_t<Callable>;
    if constexpr (std::is_null_pointer_v<Stored>) {
      return registered<recoup_engine_on_completion>(nullptr, 0, nullptr);
    } else {
      static_assert(std::is_invocable_v<Stored &, const Completion &, std::string_view> ||
                        std::is_invocable_v<Stored &, const Completion &, const CompletionDetails &>,
                    "a callback for completions is void(const Completion &, const CompletionDetails &)");
      using Kept = detail::Kept<Stored, Mode>;
      return registered<recoup_engine_on_completion>(Kept::completion, Kept::keep(std::forward<Callable>(callable)),
                                                     Kept::destroy);
    }
  }

  /// Calls the registered callbacks on this thread for everything due, completions first and then events in their
  /// order, and gives the number of calls. Call it from your main loop. With nothing to do it costs well under a
  /// microsecond, allocates nothing and touches no disk; otherwise it blocks until a commit is on disk, twice for up
  /// to 64 events. Fails with Status::reentrant inside a callback, and with Status::pumping while another thread ticks
  /// or the dispatcher runs.
  Result<std::size_t> tick() const noexcept { return tick_for(0); }
  /// As tick, until a budget is spent. The budget is checked between calls: there is always at least one if anything
  /// is due, also if the budget is zero or negative, as the rest of a frame may be.
  Result<std::size_t> tick(std::chrono::microseconds budget) const noexcept {
    return tick_for(budget.count() > 0 ? uint64_t(budget.count()) : 1);
  }

  /// Starts a thread that calls the registered callbacks as soon as something is due, for programs without a main
  /// loop. Does not block. Fails with Status::pumping if it runs already or a tick is running.
  Result<void> start_dispatcher() const noexcept {
    return detail::done([&](recoup_error **error) noexcept { return recoup_engine_start_dispatcher(handle(), error); });
  }
  /// Ends the dispatcher's thread, and waits for the callback that is running. If no dispatcher runs, nothing happens.
  /// Fails with Status::reentrant inside a callback.
  Result<void> stop_dispatcher() const noexcept {
    return detail::done([&](recoup_error **error) noexcept { return recoup_engine_stop_dispatcher(handle(), error); });
  }

  /// Waits until there may be something to poll or to tick for: true, or false if the time is up or the engine was
  /// closed. For a thread that has nothing else to do; many may wait at once.
  Result<bool> wait(std::chrono::milliseconds timeout) const noexcept {
    return detail::value_of<bool, uint8_t>([&](uint8_t *ready, recoup_error **error) noexcept {
      return recoup_engine_wait(handle(), timeout.count() > 0 ? uint64_t(timeout.count()) : 0, ready, error);
    });
  }

  /// Fills events with up to capacity events to act on (at most 1000 at once), the oldest first, and gives how many.
  /// Act on each, then settle it with ack. An event that is not acknowledged within the lease (the configuration's
  /// delivery.lease, 30 seconds unless set) is delivered again, and so are all of them after a crash. *details, unless
  /// details is nullptr, is a JSON array with all that is known of each.
  ///
  /// With nothing new it returns at once, without touching the disk; otherwise it blocks until a commit is on disk.
  /// Fails with Status::pumping while a tick or the dispatcher delivers events.
  Result<std::size_t> poll(Event *events, std::size_t capacity, Text *details = nullptr) const noexcept {
    if (capacity > 0) *events = Event();
    return detail::value_and_text<std::size_t, std::size_t>(
        details, [&](std::size_t *count, recoup_text **text, recoup_error **error) noexcept {
          return recoup_engine_poll(handle(), reinterpret_cast<recoup_event *>(events), capacity, count, text, error);
        });
  }
  /// As poll, into all of an array, std::array or std::vector.
  template <class Events>
  Result<std::size_t> poll(Events &events, Text *details = nullptr) const noexcept {
    return poll(std::data(events), std::size(events), details);
  }
  /// Settles an event: call it after you acted on it. Acknowledging again is fine. Blocks until the commit is on disk.
  /// Fails with Status::not_found if no event was ever made under this id.
  Result<void> ack(int64_t event_id) const noexcept {
    return detail::done([&](recoup_error **error) noexcept { return recoup_engine_ack(handle(), event_id, error); });
  }
  /// Fills completions with the results of up to capacity submitted requests (at most 1000 at once), in the order they
  /// were done, and gives how many; each is reported once. *details, unless details is nullptr, is a JSON array with
  /// one object for each. Does not block.
  Result<std::size_t> poll_completions(Completion *completions, std::size_t capacity,
                                       Text *details = nullptr) const noexcept {
    if (capacity > 0) *completions = Completion();
    return detail::value_and_text<std::size_t, std::size_t>(
        details, [&](std::size_t *count, recoup_text **text, recoup_error **error) noexcept {
          return recoup_engine_poll_completions(handle(), reinterpret_cast<recoup_completion *>(completions), capacity,
                                                count, text, error);
        });
  }
  /// As poll_completions, into all of an array, std::array or std::vector.
  template <class Completions>
  Result<std::size_t> poll_completions(Completions &completions, Text *details = nullptr) const noexcept {
    return poll_completions(std::data(completions), std::size(completions), details);
  }

  /// Copies the ledger to a new file: one consistent state, while this engine and other processes write. It contains
  /// everything that was acknowledged before the call. Blocks until the copy is complete. Fails with
  /// Status::invalid_argument (backup_exists) if there is something at path, and with Status::io, closed,
  /// out_of_resources.
  Result<void> backup(std::string_view path) const noexcept {
    return detail::done([&](recoup_error **error) noexcept {
      return recoup_engine_backup(handle(), path.data(), path.size(), error);
    });
  }

  /// Listens for the stores' requests on an address such as "127.0.0.1:8080", ingests them as ingest does, and answers
  /// them. It speaks plain HTTP and belongs behind what ends your TLS. recoup.h describes options_json. Does not block.
  /// Fails with Status::invalid_argument, listen, closed, unsupported.
  Result<Gateway> listen(std::string_view address, std::string_view options_json = {}) const noexcept {
    return detail::value_of<Gateway, recoup_gateway *>([&](recoup_gateway **gateway, recoup_error **error) noexcept {
      return recoup_listen(handle(), address.data(), address.size(), options_json.data(), options_json.size(), gateway,
                           error);
    });
  }

 private:
  template <class Call>
  static Result<Engine> opened(const Call &call) noexcept {
    Result<void> version = check_version();
    if (!version) return std::move(version).error();
    return detail::value_of<Engine, recoup_engine *>(call);
  }

  Result<PurchaseOutcome> signed_purchase(std::string_view store, std::string_view user, std::string_view data,
                                          std::string_view signature, const recoup_purchase *more) const noexcept {
    return detail::value_of<PurchaseOutcome, recoup_purchase_outcome>(
        [&](recoup_purchase_outcome *outcome, recoup_error **error) noexcept {
          return recoup_engine_record_signed_purchase(handle(), store.data(), store.size(), user.data(), user.size(),
                                                      data.data(), data.size(), signature.data(), signature.size(), more,
                                                      outcome, error);
        });
  }

  Result<std::size_t> tick_for(uint64_t budget_us) const noexcept {
    return detail::value_of<std::size_t, std::size_t>([&](std::size_t *handled, recoup_error **error) noexcept {
      return recoup_engine_tick(handle(), budget_us, handled, error);
    });
  }

  template <auto Register, class Mode, class Callable>
  Result<void> on_events(Callable &&callable) const {
    using Stored = std::decay_t<Callable>;
    if constexpr (std::is_null_pointer_v<Stored>) {
      return registered<Register>(nullptr, 0, nullptr);
    } else {
      static_assert(std::is_invocable_r_v<Handled, Stored &, const Event &>,
                    "a callback for events is Handled(const Event &)");
      using Kept = detail::Kept<Stored, Mode>;
      return registered<Register>(Kept::event, Kept::keep(std::forward<Callable>(callable)), Kept::destroy);
    }
  }

  template <auto Register, class Function>
  Result<void> registered(Function function, std::uintptr_t data, recoup_destructor destroy) const noexcept {
    return detail::done(
        [&](recoup_error **error) noexcept { return Register(handle(), function, data, destroy, error); });
  }
};

}  // namespace recoup

#endif  // RECOUP_HPP
