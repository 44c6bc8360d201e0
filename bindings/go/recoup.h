/*
 * Recoup, the refund engine that game servers embed. SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Made from src/ffi; do not edit.
 *
 * The way through: recoup_engine_open; recoup_engine_record_purchase for what you deliver, or
 * recoup_engine_record_signed_purchase for what the store signed for the player's client;
 * recoup_engine_ingest for every request of a store; recoup_engine_poll and recoup_engine_ack, or
 * callbacks and recoup_engine_tick, for what to act on; recoup_engine_is_blocked at every login;
 * recoup_engine_close, recoup_engine_free. examples/game_server.c does all of it. A program without a
 * web server calls recoup_listen instead of recoup_engine_ingest. Where the configuration has
 * credentials of a store's API the engine asks the stores by itself, over its own HTTP client or the
 * program's (recoup_options_set_transport); recoup_engine_issue_refund gives money back.
 *
 * Rules that hold for every function:
 * - Inputs come first, outputs last. Outputs are written only where the call returns
 *   RECOUP_STATUS_OK; the error object, and only that, where it returns anything else.
 * - Text goes in as pointer and length, is UTF-8, and is checked; NULL with length 0 is empty text.
 * - NULL for a handle or an output is refused with RECOUP_STATUS_INVALID_ARGUMENT, unless the
 *   function says that it may be NULL. Every _free takes NULL.
 * - A pointer that is neither NULL nor valid, and a handle after its _free, is undefined behaviour.
 * - Structs whose first member is struct_size grow at their end only. Set it to sizeof the struct
 *   and the rest to zero: a newer library takes the older size, an older library takes the newer
 *   one as long as what it does not know is zero. Members called reserved are zero.
 * - Every function may be called from any thread. Each says what it may block on.
 * - Callbacks for events and completions are called by recoup_engine_tick on its own thread, or by
 *   the dispatcher on the library's; nothing else calls them. A clock and a log function may be
 *   called by every function and every thread of the library; a transport by what asks the stores;
 *   a progress callback by recoup_engine_reconcile, on its own thread. User data is a number of
 *   your own, or a pointer as (uintptr_t)pointer; its destructor runs exactly once, also where the
 *   call that took it fails.
 * - Every function is there in every build. One that needs what the library was built without
 *   returns RECOUP_STATUS_UNSUPPORTED.
 * - The library stays in memory until the process ends, since its threads run in it: after an engine
 *   was opened, dlclose and FreeLibrary are safe and unload nothing. A plugin that librecoup.a is linked
 *   into must stay as well; link it with -Wl,-z,nodelete (on Windows opening an engine pins it).
 * - No Rust panic and no exception leaves the library; running out of memory ends the process.
 */


#ifndef RECOUP_H
#define RECOUP_H

#include <stddef.h>
#include <stdint.h>

/** The version of this header; recoup_version() is that of the library. */
#define RECOUP_VERSION "0.1.0"

/** Changes where programs must change. */
#define RECOUP_VERSION_MAJOR 0

/** Changes where something was added; before 1.0 also where programs must change. */
#define RECOUP_VERSION_MINOR 1

/** Changes where something was mended. */
#define RECOUP_VERSION_PATCH 0

/** The version as one number that grows: 1002003 is 1.2.3. */
#define RECOUP_VERSION_NUMBER \
  (RECOUP_VERSION_MAJOR * 1000000 + RECOUP_VERSION_MINOR * 1000 + RECOUP_VERSION_PATCH)

/** Before a function whose result must not be dropped. */
#ifndef RECOUP_MUST_USE
#if defined(__cplusplus) && __cplusplus >= 201703L
#define RECOUP_MUST_USE [[nodiscard]]
#elif defined(__GNUC__)
#define RECOUP_MUST_USE __attribute__((warn_unused_result))
#else
#define RECOUP_MUST_USE
#endif
#endif

/**
 * A refund engine over one ledger. Open it with recoup_engine_open or recoup_engine_open_file, end it with
 * recoup_engine_close, free it with recoup_engine_free.
 *
 * Any number of threads may call at once every function that takes a `const recoup_engine *`. recoup_engine_free
 * takes a plain `recoup_engine *`: it must be the last call, with no other still running.
 *
 * An engine belongs to the process that opened it. In a child made by fork every call returns
 * RECOUP_STATUS_FORKED; open another engine there, on the same ledger too. Several processes may have the same ledger open.
 *
 * docs/in-your-process.md says what an engine does in your process: threads, signals, files that must not be touched while
 * it is open, containers, backups. The library's threads take no signals, and no call raises SIGPIPE.
 */
typedef struct recoup_engine recoup_engine;

/**
 * Why a call failed. Functions that can fail take `recoup_error **error` last. It may be NULL; otherwise a new
 * object is put there when, and only when, the call returns something other than RECOUP_STATUS_OK. It is yours:
 * free it with recoup_error_free. What stood there before is overwritten, not freed.
 *
 * An error object does not change; any number of threads may read it at once. None of its functions blocks.
 */
typedef struct recoup_error recoup_error;

/**
 * A web server for what the stores send, made by recoup_listen and ended by recoup_gateway_free. It has threads of its
 * own. It belongs to the process that made it: in a child made by fork its functions fail with RECOUP_STATUS_FORKED, and
 * the address is still the parent's.
 */
typedef struct recoup_gateway recoup_gateway;

/**
 * Where the answer to a request goes. It lives until the function that was given it returns, and is used by one thread
 * at a time. What is said last counts.
 */
typedef struct recoup_http_answer recoup_http_answer;

/**
 * How to open an engine: a configuration, and what can only be said in code. Make it with recoup_options_new, give it
 * to recoup_engine_open_with as often as you like, free it with recoup_options_free. One thread at a time may use it;
 * none of its functions blocks, but for reading the configuration's file.
 */
typedef struct recoup_options recoup_options;

/**
 * A piece of UTF-8 text that you own, most often JSON: read it with recoup_text_view, free it with
 * recoup_text_free. It does not change and does not depend on the engine it came from; any number of threads may
 * read it at once. Neither of its functions blocks.
 */
typedef struct recoup_text recoup_text;

/**
 * A piece of UTF-8 text that somebody else owns: len bytes from data on. Going in, no NUL at the end is needed, and
 * {NULL, 0} is empty text; the bytes must stay valid until the call returns. Coming out, a NUL follows the text
 * (len does not count it), so data can be given to printf; the function that returns it says how long it lives.
 */
typedef struct recoup_string {
  /**
   * The first byte. May be NULL where len is 0.
   */
  const char *data;
  /**
   * How many bytes.
   */
  size_t len;
} recoup_string;

/**
 * What became of a call: RECOUP_STATUS_OK, or why it failed. Values keep their meaning and are never
 * reused; a newer library may return values that this header does not name, so treat any value but
 * RECOUP_STATUS_OK as a failure. The error object says more: see recoup_error.
 */
typedef int32_t recoup_status;

/**
 * How much a message matters: one of RECOUP_LOG_*.
 */
typedef int32_t recoup_log_level;

/**
 * Takes a message: its level, which part of the library says it (such as "recoup::engine"), and the text. Both texts
 * live until it returns. Called from any thread, the library's own included, and from several at once, also inside of
 * calls that others wait for. So it must not call an engine: every such call returns RECOUP_STATUS_REENTRANT, and
 * recoup_engine_free and recoup_gateway_free do nothing. What it makes Recoup say is dropped. It must not throw.
 */
typedef void (*recoup_log_callback)(uintptr_t user_data,
                                    recoup_log_level level,
                                    struct recoup_string target,
                                    struct recoup_string message);

/**
 * Ends user data: called exactly once, when nothing will use the data any more, also where the call that took it
 * failed. May be NULL. It runs on whichever thread lets go last, must not throw, and must not call Recoup. The one
 * exception is a child made by fork, where nothing runs for what the parent registered with an engine; what it gave
 * to recoup_log_set and to options is ended there too, as a copy of it.
 */
typedef void (*recoup_destructor)(uintptr_t user_data);

/**
 * Reports the time in Unix milliseconds. Called from any thread, the library's own included, and from several at once;
 * often, so it should take no longer than a clock. Must not throw and must not call Recoup.
 */
typedef int64_t (*recoup_clock)(uintptr_t user_data);

/**
 * One HTTP header field. This struct never grows.
 */
typedef struct recoup_header {
  /**
   * Its name, in any case.
   */
  struct recoup_string name;
  /**
   * Its value. In a request to you, bytes that are not UTF-8 are fine, since whoever sends it chooses them; no store needs
   * any.
   */
  struct recoup_string value;
} recoup_header;

/**
 * Why a request got no answer: one of RECOUP_TRANSPORT_*. Two things hang on it. A failure by which the store certainly
 * never saw the request (each says so) leaves nothing open. Any other may have been acted on: a refund is then asked
 * about, or sent again under the same idempotency key, and what can be neither becomes "unknown" for a person to look
 * into. So where you are not sure, say RECOUP_TRANSPORT_INTERRUPTED: to say "never sent" of what was sent may refund
 * twice. The second is whether the same is sent again later.
 */
typedef int32_t recoup_transport_failure;

/**
 * One HTTP request to a store. It and what it points to live until the function returns. URL, header fields and body
 * hold credentials: send them, and write them nowhere.
 *
 * It has the library's size: read no member beyond struct_size.
 */
typedef struct recoup_http_request {
  /**
   * How many bytes of it there are.
   */
  uint32_t struct_size;
  /**
   * Zero.
   */
  uint32_t reserved;
  /**
   * How long all of it may take in milliseconds, from name resolution to the body's last byte. An answer that comes
   * later is taken all the same.
   */
  uint64_t time_limit_ms;
  /**
   * The most bytes of the answer's body; read no more.
   */
  uint64_t body_limit;
  /**
   * "GET", "POST", "PUT", "PATCH" or "DELETE".
   */
  struct recoup_string method;
  /**
   * The whole URL, "https://..." but for an emulator on this machine.
   */
  struct recoup_string url;
  /**
   * The header fields to send, their names in lower case; Host and Content-Length are yours to add.
   */
  const struct recoup_header *headers;
  /**
   * How many.
   */
  size_t header_count;
  /**
   * The body's bytes. NULL where there are none.
   */
  const uint8_t *body;
  /**
   * How many bytes.
   */
  size_t body_len;
} recoup_http_request;

/**
 * Sends one HTTP request, waits for the answer, and says it by recoup_http_answer_set, or by recoup_http_answer_fail.
 * Where it says neither, that counts as RECOUP_TRANSPORT_INTERRUPTED.
 *
 * It sends the request once and as it is, follows no redirect (give the 3xx answer as it is: it becomes a failure here,
 * since no store's API redirects and whoever does must not get the credentials), verifies TLS, and keeps to the limits of
 * time and size. Recoup waits between requests, keeps to the stores' rates, and sends again, by itself.
 *
 * Called from any thread, the library's own included, and from several at once: inside recoup_engine_issue_refund,
 * recoup_engine_revoke_subscription, recoup_engine_reconcile, recoup_engine_reconcile_order, recoup_engine_work and
 * recoup_engine_doctor, inside recoup_engine_ingest for keys and certificates that the configuration names no file for,
 * on the threads of recoup_engine_submit and recoup_listen, and on the engine's own thread unless
 * recoup_options_set_background says otherwise.
 *
 * Inside of it call nothing of Recoup but recoup_http_answer_set, recoup_http_answer_fail and what belongs to error
 * objects: every call on an engine returns RECOUP_STATUS_REENTRANT, and recoup_engine_free and recoup_gateway_free do
 * nothing. It must not throw, and must not jump out.
 */
typedef void (*recoup_transport)(uintptr_t user_data,
                                 const struct recoup_http_request *request,
                                 struct recoup_http_answer *answer);

/**
 * One HTTP request from a store, as your web server received it. Nothing in it is kept after the call.
 */
typedef struct recoup_request {
  /**
   * sizeof(recoup_request).
   */
  uint32_t struct_size;
  /**
   * Zero.
   */
  uint32_t reserved;
  /**
   * The store that the request's path belongs to: "app-store", "google-play", "one-store", "stripe", "amazon".
   */
  struct recoup_string store;
  /**
   * The header fields in the order they came, at most 1024. Google Play needs Authorization, and without a
   * wrapped payload the x-goog-pubsub- fields; Stripe needs Stripe-Signature. Give all of them, or at least these.
   */
  const struct recoup_header *headers;
  /**
   * How many.
   */
  size_t header_count;
  /**
   * The raw body, byte for byte: signatures are over bytes, so do not parse and print it again.
   */
  const uint8_t *body;
  /**
   * How many bytes.
   */
  size_t body_len;
} recoup_request;

/**
 * What became of a store's request: one of RECOUP_OUTCOME_*.
 */
typedef int32_t recoup_outcome_kind;

/**
 * What an accepted request means: one of RECOUP_MEANING_*. Later versions may add some.
 */
typedef int32_t recoup_meaning;

/**
 * What became of a store's request. Set struct_size before the call; the rest is written on success, and members
 * that the library does not know are set to zero.
 */
typedef struct recoup_outcome {
  /**
   * sizeof(recoup_outcome).
   */
  uint32_t struct_size;
  /**
   * What happened: RECOUP_OUTCOME_*.
   */
  recoup_outcome_kind kind;
  /**
   * What it means: RECOUP_MEANING_*.
   */
  recoup_meaning meaning;
  /**
   * Answer the store with this HTTP status. Success is said only after the fact is on disk.
   */
  int32_t http_status;
  /**
   * The refund it is about, for recoup_engine_query_refund; 0: none.
   */
  int64_t refund_id;
  /**
   * 1 where it reported anything that was not known; 0 for a repetition, be it under the same id or a new one.
   */
  uint8_t is_new;
  /**
   * Zero.
   */
  uint8_t reserved[7];
} recoup_outcome;

/**
 * Whether real money moved: 0 for not said, or one of RECOUP_ENVIRONMENT_*.
 */
typedef int32_t recoup_environment;

/**
 * A kind of product: 0 for not said, or one of RECOUP_PRODUCT_*.
 */
typedef int32_t recoup_product_type;

/**
 * Items given for a purchase. This struct never grows.
 */
typedef struct recoup_grant {
  /**
   * The game's name of the item.
   */
  struct recoup_string item;
  /**
   * How many; at least 1.
   */
  int64_t quantity;
} recoup_grant;

/**
 * A purchase as you delivered it: who bought what, and by what names the store will speak of it. Zero and empty
 * text mean "not said", so begin with an all-zero struct. Needed are store, user, and at least one of order_id,
 * purchase_token and original_id, by which a refund is matched. Nothing in it is kept after the call; texts are
 * copied.
 */
typedef struct recoup_purchase {
  /**
   * sizeof(recoup_purchase).
   */
  uint32_t struct_size;
  /**
   * Production or sandbox: RECOUP_ENVIRONMENT_*. Not said: fits either.
   */
  recoup_environment environment;
  /**
   * Kind of product: RECOUP_PRODUCT_*.
   */
  recoup_product_type product_type;
  /**
   * How many were bought.
   */
  uint32_t quantity;
  /**
   * What was paid for all of them together, in millionths of the currency's unit: 4990000 is 4.99. Counts only
   * where price_currency is said.
   */
  int64_t price_micros;
  /**
   * When it was bought, in Unix milliseconds.
   */
  int64_t purchased_at_ms;
  /**
   * The store that sold it: "app-store", "google-play", "one-store", "stripe", "amazon", or "custom:" and your own
   * name of it.
   */
  struct recoup_string store;
  /**
   * Your own id of the player; 1 to 256 bytes. A UUID is compared without regard to case.
   */
  struct recoup_string user;
  /**
   * Bundle id or package name; ONE Store's client id; the name of Stripe's section. Not said: fits any.
   */
  struct recoup_string app;
  /**
   * App Store transactionId, Google Play orderId, ONE Store purchaseId, Stripe's charge (ch_..., py_...), Amazon
   * receiptId.
   */
  struct recoup_string order_id;
  /**
   * Google Play and ONE Store purchaseToken, Stripe's payment intent (pi_...).
   */
  struct recoup_string purchase_token;
  /**
   * App Store originalTransactionId, Stripe's subscription (sub_...).
   */
  struct recoup_string original_id;
  /**
   * The tag your game put on the purchase: App Store appAccountToken, Google Play obfuscatedExternalAccountId, ONE
   * Store developerPayload, Stripe's metadata under user_metadata_key; for Amazon its own id of the customer,
   * appUserId. Refunds of other purchases with the same tag are then this user's too.
   */
  struct recoup_string account_tag;
  /**
   * The token of the subscription that this one replaced: Google Play linkedPurchaseToken.
   */
  struct recoup_string linked_token;
  /**
   * Product id.
   */
  struct recoup_string product;
  /**
   * ISO 4217 code of the price's currency, such as "USD".
   */
  struct recoup_string price_currency;
  /**
   * What the player was given for it.
   */
  const struct recoup_grant *grants;
  /**
   * How many grants; at most 1000.
   */
  size_t grant_count;
  /**
   * App Store webOrderLineItemId: the same for all transaction ids of one purchase.
   */
  struct recoup_string web_order_line_item_id;
} recoup_purchase;

/**
 * What became of a purchase that was recorded: one of RECOUP_PURCHASE_*.
 */
typedef int32_t recoup_purchase_outcome;

/**
 * What the host is notified of: one of RECOUP_EVENT_*. Later versions may add some; acknowledge what you do not know.
 */
typedef int32_t recoup_event_kind;

/**
 * The evidence that found a refund's user: 0 where the user is not known, or one of RECOUP_ATTRIBUTED_BY_*, strongest
 * first.
 */
typedef int32_t recoup_attributed_by;

/**
 * One thing the host is notified of, at least once and until it is acknowledged, and of one user always in order. Set
 * struct_size before the call; members that the library does not know are set to zero. Holds no pointers.
 */
typedef struct recoup_event {
  /**
   * sizeof(recoup_event).
   */
  uint32_t struct_size;
  /**
   * What kind: RECOUP_EVENT_*.
   */
  recoup_event_kind kind;
  /**
   * Acknowledge with this. The same id may come again after a crash: act on it once.
   */
  int64_t id;
  /**
   * Which refund it is about, for recoup_engine_query_refund; 0: none.
   */
  int64_t refund_id;
  /**
   * When it was made, in Unix milliseconds.
   */
  int64_t at_ms;
  /**
   * How often it has been delivered, this time included.
   */
  uint32_t attempt;
  /**
   * How many bytes user has; 0: the user is not known.
   */
  uint32_t user_len;
  /**
   * Whom it is about, as you call the user: UTF-8, followed by a NUL.
   */
  char user[264];
  /**
   * The block that was made or ended last; 0: none.
   */
  int64_t block_id;
  /**
   * When that block ends by itself, in Unix milliseconds; 0: by nobody's clock.
   */
  int64_t until_ms;
  /**
   * The latest time that an answer to a RECOUP_EVENT_REVIEW counts, in Unix milliseconds; 0: not said.
   */
  int64_t deadline_ms;
  /**
   * How much of the order's money has gone back so far, in millionths of the currency's unit. Counts only where
   * currency is said.
   */
  int64_t amount_micros;
  /**
   * The currency's ISO 4217 code, followed by NULs; all NUL: the amount is not known.
   */
  char currency[8];
  /**
   * The evidence that found the refund's user: RECOUP_ATTRIBUTED_BY_*; 0: no refund, or its user is not known.
   */
  recoup_attributed_by attributed_by;
  /**
   * Zero.
   */
  uint32_t reserved;
} recoup_event;

/**
 * What a callback did with an event: one of RECOUP_HANDLED_*. Any other value counts as RECOUP_HANDLED_LATER.
 */
typedef int32_t recoup_handled;

/**
 * Acts on an event. The event lives until the callback returns; recoup_engine_query_event reports more of it. Called on
 * the thread that ticks, or on the dispatcher's, one call at a time.
 *
 * Inside of it you may call every function of the engine but recoup_engine_tick, recoup_engine_poll,
 * recoup_engine_start_dispatcher and recoup_engine_stop_dispatcher, which return RECOUP_STATUS_REENTRANT, and
 * recoup_engine_free, which does nothing. It must not throw, and must not jump out.
 */
typedef recoup_handled (*recoup_event_callback)(uintptr_t user_data,
                                                const struct recoup_event *event);

/**
 * What became of a submitted request. Set struct_size before the call; the rest is written on success, and members
 * that the library does not know are set to zero. Holds no pointers.
 */
typedef struct recoup_completion {
  /**
   * sizeof(recoup_completion).
   */
  uint32_t struct_size;
  /**
   * What recoup_engine_ingest would have returned. Where it is not RECOUP_STATUS_OK, all below but tag and
   * http_status is zero.
   */
  recoup_status status;
  /**
   * The tag it was submitted with.
   */
  uint64_t tag;
  /**
   * The refund it is about, for recoup_engine_query_refund; 0: none.
   */
  int64_t refund_id;
  /**
   * What happened: RECOUP_OUTCOME_*.
   */
  recoup_outcome_kind kind;
  /**
   * What it means: RECOUP_MEANING_*.
   */
  recoup_meaning meaning;
  /**
   * Answer the store with this HTTP status.
   */
  int32_t http_status;
  /**
   * 1 where it reported anything that was not known; 0 for a repetition.
   */
  uint8_t is_new;
  /**
   * Zero.
   */
  uint8_t reserved[3];
} recoup_completion;

/**
 * Takes what became of a submitted request. completion and details (a JSON object as of recoup_engine_ingest; for a
 * failed one {"code", "message", "retryable"}) live until it returns. As recoup_event_callback in all else.
 */
typedef void (*recoup_completion_callback)(uintptr_t user_data,
                                           const struct recoup_completion *completion,
                                           struct recoup_string details);

/**
 * Hears how far a call has come, as the function that is given it says. progress_json is one object, and lives until the
 * function returns. Called on the thread that made the call, and only inside of that call.
 *
 * Inside of it you may call every function of every engine but recoup_engine_reconcile, recoup_engine_doctor,
 * recoup_engine_work and recoup_engine_close, which return RECOUP_STATUS_REENTRANT, and recoup_engine_free, which does
 * nothing. The call goes on when it returns. It must not throw, and must not jump out.
 */
typedef void (*recoup_progress_callback)(uintptr_t user_data,
                                         struct recoup_string progress_json);

/**
 * The call did what it says.
 */
#define RECOUP_STATUS_OK 0

/**
 * An argument cannot be used, and nothing was done: a pointer is NULL, text is not UTF-8, a struct_size is wrong, a
 * purchase breaks a rule. recoup_error_code distinguishes these.
 */
#define RECOUP_STATUS_INVALID_ARGUMENT 1

/**
 * The configuration cannot be used; recoup_error_message names the key and what was expected.
 */
#define RECOUP_STATUS_CONFIG 2

/**
 * The ledger cannot be opened or read, or was written by a newer Recoup.
 */
#define RECOUP_STATUS_LEDGER 3

/**
 * Another process held the ledger for too long. Try again.
 */
#define RECOUP_STATUS_BUSY 4

/**
 * The disk that holds the ledger is full. Free some space and try again.
 */
#define RECOUP_STATUS_DISK_FULL 5

/**
 * The engine was closed by recoup_engine_close.
 */
#define RECOUP_STATUS_CLOSED 6

/**
 * There is no such event, refund, action or review.
 */
#define RECOUP_STATUS_NOT_FOUND 7

/**
 * The order is recorded as another user's purchase: whoever presents it second has not paid for it.
 */
#define RECOUP_STATUS_PURCHASE_OF_ANOTHER_USER 8

/**
 * A fault in Recoup that it noticed and undid. Please report it.
 */
#define RECOUP_STATUS_INTERNAL 9

/**
 * A fault in Recoup that stopped the call half-way. What was not yet in the ledger is not kept. The engine takes no
 * further calls. Please report it.
 */
#define RECOUP_STATUS_PANIC 10

/**
 * An earlier call on this engine returned RECOUP_STATUS_PANIC. Free the engine and open it again.
 */
#define RECOUP_STATUS_POISONED 11

/**
 * The engine was opened before this process was forked off. Open another one in this process; the same ledger is fine.
 */
#define RECOUP_STATUS_FORKED 12

/**
 * The call may not be made from inside this callback; the callback's type says which may.
 */
#define RECOUP_STATUS_REENTRANT 13

/**
 * Somebody else is handing out this engine's events: a tick on another thread, or the dispatcher.
 */
#define RECOUP_STATUS_PUMPING 14

/**
 * More submitted requests are held than are taken. Fetch what is done, and answer the store 503.
 */
#define RECOUP_STATUS_QUEUE_FULL 15

/**
 * A store's API did not do what it was asked, or cannot be asked; recoup_error_code says why, and
 * recoup_error_is_retryable whether the same may succeed later.
 */
#define RECOUP_STATUS_API 16

/**
 * This library was built without what the call needs; recoup_error_code names it (no_gateway, no_http) and
 * recoup_error_message the Cargo feature. The libraries that are shipped have all of it.
 */
#define RECOUP_STATUS_UNSUPPORTED 17

/**
 * The address cannot be listened on: somebody else does, it is not this machine's, or the system forbids it.
 */
#define RECOUP_STATUS_LISTEN 18

/**
 * The ledger's file or its folder cannot be written to.
 */
#define RECOUP_STATUS_READ_ONLY 19

/**
 * Reading or writing a file failed; recoup_error_sqlite_code has the exact code where it was the ledger's.
 */
#define RECOUP_STATUS_IO 20

/**
 * The ledger's file was removed, replaced or moved, or its locks were taken away, while the engine had it open: the engine
 * writes nothing more, and whether this call's change was kept is not known. Close it, put the ledger right, and open it
 * again. docs/in-your-process.md says what brings this about.
 */
#define RECOUP_STATUS_LEDGER_LOST 21

/**
 * The system gives no more threads, file descriptors or memory; recoup_error_code says which (no_threads, no_descriptors,
 * no_memory). The engine stays usable. Raise the limit or try again.
 */
#define RECOUP_STATUS_OUT_OF_RESOURCES 22

/**
 * A signed purchase did not pass verification, and nothing was recorded: deliver nothing. recoup_error_code says why.
 */
#define RECOUP_STATUS_REJECTED 23

/**
 * No messages at all.
 */
#define RECOUP_LOG_OFF 0

/**
 * Something went wrong that a person must look at, such as a dead letter.
 */
#define RECOUP_LOG_ERROR 1

/**
 * Something that should not be, such as a forged request.
 */
#define RECOUP_LOG_WARN 2

/**
 * What was done.
 */
#define RECOUP_LOG_INFO 3

/**
 * What was done, step by step.
 */
#define RECOUP_LOG_DEBUG 4

/**
 * Everything.
 */
#define RECOUP_LOG_TRACE 5

/**
 * The time limit was over. It may have been sent. Sent again later.
 */
#define RECOUP_TRANSPORT_TIMEOUT 1

/**
 * No connection came about: the name is unknown, or nobody listens. Never sent. Sent again later.
 */
#define RECOUP_TRANSPORT_CONNECT 2

/**
 * The proxy gave no connection. Never sent. Sent again later.
 */
#define RECOUP_TRANSPORT_PROXY 3

/**
 * The TLS handshake failed, so no connection can be trusted. Never sent. Not sent again. For a fault of TLS after the
 * handshake say RECOUP_TRANSPORT_INTERRUPTED.
 */
#define RECOUP_TRANSPORT_TLS 4

/**
 * The connection broke off before the answer was whole, or nobody knows what happened. It may have been sent. Sent again
 * later.
 */
#define RECOUP_TRANSPORT_INTERRUPTED 5

/**
 * The answer's body is larger than body_limit. It was sent. Not sent again.
 */
#define RECOUP_TRANSPORT_TOO_LARGE 6

/**
 * What came back is not HTTP. It was sent. Not sent again.
 */
#define RECOUP_TRANSPORT_MALFORMED 7

/**
 * The request cannot be sent as it is, such as for a URL that your client refuses. Never sent. Not sent again.
 */
#define RECOUP_TRANSPORT_UNSENDABLE 8

/**
 * Authentic and ingested, durably.
 */
#define RECOUP_OUTCOME_ACCEPTED 1

/**
 * Authentic but not understood: kept for a person to look at, and answered with success, since the store would only
 * send the same again.
 */
#define RECOUP_OUTCOME_DEAD_LETTER 2

/**
 * Not taken: forged, malformed, or not for the configured apps. Nothing was changed.
 */
#define RECOUP_OUTCOME_REJECTED 3

/**
 * It was not accepted, or means something that this version of the header does not name.
 */
#define RECOUP_MEANING_UNKNOWN 0

/**
 * Money went back.
 */
#define RECOUP_MEANING_REFUND 1

/**
 * Money that went back came again.
 */
#define RECOUP_MEANING_REVERSAL 2

/**
 * The store turned a refund request down.
 */
#define RECOUP_MEANING_REFUND_DECLINED 3

/**
 * The player asked for a refund, or a bank for a chargeback, and the store looks at it.
 */
#define RECOUP_MEANING_REFUND_REQUEST 4

/**
 * A purchase or a renewal. Recording purchases stays yours: recoup_engine_record_purchase.
 */
#define RECOUP_MEANING_PURCHASE 5

/**
 * The player withdrew the consent to share consumption data.
 */
#define RECOUP_MEANING_CONSENT_RESCINDED 6

/**
 * The store's test message.
 */
#define RECOUP_MEANING_TEST 7

/**
 * Nothing to a refund engine.
 */
#define RECOUP_MEANING_NOTHING 8

/**
 * The store wants to know that this endpoint is yours: send a GET request to "confirm_url" of the details.
 */
#define RECOUP_MEANING_CONFIRMATION 9

/**
 * Real purchases.
 */
#define RECOUP_ENVIRONMENT_PRODUCTION 1

/**
 * Test purchases: App Store sandbox, Google Play licence testers, ONE Store sandbox and test phones, Stripe test mode,
 * Amazon Live App Testing.
 */
#define RECOUP_ENVIRONMENT_SANDBOX 2

/**
 * Used up and bought again: gems.
 */
#define RECOUP_PRODUCT_CONSUMABLE 1

/**
 * Bought once and kept.
 */
#define RECOUP_PRODUCT_NON_CONSUMABLE 2

/**
 * One-time, where the store does not distinguishes the two. Google Play.
 */
#define RECOUP_PRODUCT_ONE_TIME 3

/**
 * Renews by itself.
 */
#define RECOUP_PRODUCT_SUBSCRIPTION 4

/**
 * A subscription that ends by itself.
 */
#define RECOUP_PRODUCT_NON_RENEWING_SUBSCRIPTION 5

/**
 * It is new.
 */
#define RECOUP_PURCHASE_RECORDED 1

/**
 * It was recorded before; this call said nothing more.
 */
#define RECOUP_PURCHASE_ALREADY_RECORDED 2

/**
 * It was recorded before, and what this call says beyond that was added.
 */
#define RECOUP_PURCHASE_COMPLETED 3

/**
 * The store has revoked it: refunded, or no longer shared by the family. Deliver nothing. Only from
 * recoup_engine_record_signed_purchase.
 */
#define RECOUP_PURCHASE_REVOKED 4

/**
 * The game recorded exactly this order. "order" in JSON and in rules.
 */
#define RECOUP_ATTRIBUTED_BY_ORDER 1

/**
 * The game recorded another purchase of the same family: another renewal, the original transaction, the purchase
 * token. "family" in JSON and in rules.
 */
#define RECOUP_ATTRIBUTED_BY_FAMILY 2

/**
 * The order carries a tag of recoup_engine_account_tag. "issued_tag" in JSON and in rules.
 */
#define RECOUP_ATTRIBUTED_BY_ISSUED_TAG 3

/**
 * The order carries a tag that the game recorded with another purchase. "recorded_tag" in JSON and in rules.
 */
#define RECOUP_ATTRIBUTED_BY_RECORDED_TAG 4

/**
 * The order carries a tag that is the user id, and nothing else is known. Whoever buys can write any user's id there, so
 * by the default rules it never blocks. "bare_tag" in JSON and in rules.
 */
#define RECOUP_ATTRIBUTED_BY_BARE_TAG 5

/**
 * A user was blocked: end the session, refuse logins.
 */
#define RECOUP_EVENT_BLOCK 1

/**
 * No block of the user stands any more.
 */
#define RECOUP_EVENT_UNBLOCK 2

/**
 * A person should look at a refund.
 */
#define RECOUP_EVENT_ALERT 3

/**
 * Money went back, or more of it than before: take the items back.
 */
#define RECOUP_EVENT_REFUND 4

/**
 * A refund was taken back: give the items again.
 */
#define RECOUP_EVENT_REVERSAL 5

/**
 * The store asks what the game knows of a refund request, and waits until a deadline.
 */
#define RECOUP_EVENT_REVIEW 6

/**
 * A refund came whose user is not known: record the purchase.
 */
#define RECOUP_EVENT_UNATTRIBUTED 7

/**
 * Refunds from a period that was never swept are past the store's retention: what was refunded then, and is not known, is
 * lost. A person should look at what the store's console or its financial reports say of that time. It has no user
 * and no refund; its details (of recoup_engine_poll or recoup_engine_query_event) have "gap": {"store", "app", "from",
 * "to"}, the times in Unix milliseconds. It has no callback of its own: recoup_engine_on_event hears of it.
 */
#define RECOUP_EVENT_SWEEP_GAP 8

/**
 * It was acted on: the event is acknowledged, and never comes again but after a crash before the tick returns.
 */
#define RECOUP_HANDLED_DONE 0

/**
 * Not now: the event comes again after its lease, and the same user's later events wait for it.
 */
#define RECOUP_HANDLED_LATER 1

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The version of the library that was loaded, such as "0.1.0"; compare with RECOUP_VERSION, the version of this
 * header. Never NULL, never freed. Does not block.
 */
const char *recoup_version(void);

/**
 * The same as one number, as RECOUP_VERSION_NUMBER is that of this header. A program can use a library that is not older
 * than its header, of the same major version, and before 1.0 of the same minor version. The loader sees to the second
 * where libraries have the version in their names, as on Linux; the first is yours to check, before anything else:
 *
 *   if (recoup_version_number() < RECOUP_VERSION_NUMBER) {
 *     fprintf(stderr, "needs Recoup %s and found %s\n", RECOUP_VERSION, recoup_version());
 *     return 1;
 *   }
 *
 * Does not block.
 */
uint32_t recoup_version_number(void);

/**
 * The text itself, followed by a NUL that len does not count. Lives until recoup_text_free. Empty where text is
 * NULL.
 */
struct recoup_string recoup_text_view(const struct recoup_text *text);

/**
 * Frees a text. NULL is fine.
 */
void recoup_text_free(struct recoup_text *text);

/**
 * The status that the call returned. RECOUP_STATUS_OK where error is NULL.
 */
recoup_status recoup_error_status(const struct recoup_error *error);

/**
 * A stable name for programs and logs, in snake case, finer than the status: such as null_pointer, not_utf8,
 * bad_purchase, newer_schema. Lives as long as the error object. Empty where error is NULL.
 */
struct recoup_string recoup_error_code(const struct recoup_error *error);

/**
 * What went wrong, in English, for people: log it, and do not compare it. Holds no secrets. Lives as long as the
 * error object. Empty where error is NULL.
 */
struct recoup_string recoup_error_message(const struct recoup_error *error);

/**
 * 1 where the same call may succeed later without anybody changing anything, else 0. 0 where error is NULL.
 */
uint8_t recoup_error_is_retryable(const struct recoup_error *error);

/**
 * The HTTP status to answer the store with where the call was recoup_engine_ingest, so that the store sends the
 * same again: 503 where a retry may soon succeed, else 500; 431 for more header fields than are taken. 0 where
 * error is NULL.
 */
int32_t recoup_error_http_status(const struct recoup_error *error);

/**
 * SQLite's extended result code where the ledger failed, such as 778 (SQLITE_IOERR_WRITE):
 * https://www.sqlite.org/rescode.html. The message names it. 0 where something else failed, and where error is NULL.
 */
int32_t recoup_error_sqlite_code(const struct recoup_error *error);

/**
 * Frees an error object. NULL is fine.
 */
void recoup_error_free(struct recoup_error *error);

/**
 * Gives messages of max_level and of what matters more to a function, for the whole process; it replaces the one that
 * was set before. A NULL callback, or RECOUP_LOG_OFF, only takes that away. Messages hold no secrets, are of one line, and
 * have at most 4000 characters.
 *
 * destroy is called with user_data exactly once: when the function is replaced and has returned, or before this call
 * returns where it fails. Does not block.
 */
RECOUP_MUST_USE
recoup_status recoup_log_set(recoup_log_level max_level,
                             recoup_log_callback callback,
                             uintptr_t user_data,
                             recoup_destructor destroy,
                             struct recoup_error **error);

/**
 * Opens an engine by a configuration in JSON: opens or makes the ledger that it names, brings its schema up to
 * date, and loads who is blocked.
 *
 * Relative paths in the configuration are taken from base_folder, and from the working directory where base_folder
 * is empty. Unknown keys and wrong values are refused with the path to the key. Every text is copied. Blocks on the
 * disk, and for up to five seconds on another process that writes to the same ledger. Starts one thread, and another one
 * where the configuration has credentials of a store's API: see recoup_options_set_background.
 *
 * On success *engine is yours. Fails with RECOUP_STATUS_CONFIG, RECOUP_STATUS_LEDGER, RECOUP_STATUS_BUSY,
 * RECOUP_STATUS_DISK_FULL, RECOUP_STATUS_READ_ONLY, RECOUP_STATUS_IO, RECOUP_STATUS_OUT_OF_RESOURCES.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_open(const char *config_json,
                                 size_t config_json_len,
                                 const char *base_folder,
                                 size_t base_folder_len,
                                 struct recoup_engine **engine,
                                 struct recoup_error **error);

/**
 * As recoup_engine_open, by a configuration file. Relative paths in it are taken from the file's own folder.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_open_file(const char *path,
                                      size_t path_len,
                                      struct recoup_engine **engine,
                                      struct recoup_error **error);

/**
 * Lets calls that wait for the ledger finish, gives polled but not acknowledged events back so that they come again
 * at once to whoever polls next, and closes the ledger. Blocks on the disk, and where a store is just being asked, until
 * it has answered or the request's time limit is over.
 *
 * The handle stays: later calls that need the ledger return RECOUP_STATUS_CLOSED, and recoup_engine_is_blocked goes on
 * answering from memory. So shut down in this order: close, join your threads, recoup_engine_free. Closing again is
 * fine. A failure means that events come back only after their lease; the ledger is closed all the same.
 *
 * What waits of recoup_engine_submit fails with RECOUP_STATUS_CLOSED, and can be fetched as before; the dispatcher
 * reports it and ends by itself. A gateway goes on, and answers 503: recoup_gateway_free ends it.
 *
 * Fails with RECOUP_STATUS_REENTRANT inside a progress callback.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_close(const struct recoup_engine *engine,
                                  struct recoup_error **error);

/**
 * Frees an engine, and closes it first where that was not done; then it blocks as recoup_engine_close does. NULL is
 * fine. No other call on the engine may be running, and none may come after. Ends the library's threads, and calls the
 * destructors of all callbacks. Gateways of the engine may be freed before or after: one that is left answers every store
 * 503, and keeps what it needs until recoup_gateway_free.
 *
 * Inside a callback of this engine, inside any progress callback and inside a transport it does nothing but say so to the
 * log: the call around it still needs the engine. Inside a log function it does nothing.
 * In a child made by fork it leaves everything as it is: what the engine holds is the parent's.
 */
void recoup_engine_free(struct recoup_engine *engine);

/**
 * New options: no configuration yet, the machine's clock, the library's own HTTP client, and work by itself. Never NULL.
 */
RECOUP_MUST_USE
struct recoup_options *recoup_options_new(void);

/**
 * Takes the configuration from JSON. Relative paths in it are taken from base_folder, and from the working directory
 * where base_folder is empty. Unknown keys and wrong values are refused with the path to the key. Copied.
 *
 * Fails with RECOUP_STATUS_CONFIG; the options are then as before.
 */
RECOUP_MUST_USE
recoup_status recoup_options_set_config_json(struct recoup_options *options,
                                             const char *config_json,
                                             size_t config_json_len,
                                             const char *base_folder,
                                             size_t base_folder_len,
                                             struct recoup_error **error);

/**
 * Takes the configuration from a file. Relative paths in it are taken from the file's own folder. Reads the disk.
 *
 * Fails with RECOUP_STATUS_CONFIG; the options are then as before.
 */
RECOUP_MUST_USE
recoup_status recoup_options_set_config_file(struct recoup_options *options,
                                             const char *path,
                                             size_t path_len,
                                             struct recoup_error **error);

/**
 * Takes the time from a function of yours instead of the machine's clock: for tests. Engines that are opened with it
 * keep it, so destroy runs after the options, all those engines and their gateways are freed, or when another clock is
 * set.
 */
RECOUP_MUST_USE
recoup_status recoup_options_set_clock(struct recoup_options *options,
                                       recoup_clock clock,
                                       uintptr_t user_data,
                                       recoup_destructor destroy,
                                       struct recoup_error **error);

/**
 * Whether engines that are opened with these options work with the stores by themselves: 1, as it is where this is not
 * called, or 0. Where a configuration has credentials of a store's API, such an engine has a thread that asks the stores
 * what was refunded without a message (unless the configuration has reconcile.off), answers their questions about refund
 * requests, and goes on with actions that were not done at once. Without it call recoup_engine_work now and then.
 */
RECOUP_MUST_USE
recoup_status recoup_options_set_background(struct recoup_options *options,
                                            uint8_t background,
                                            struct recoup_error **error);

/**
 * Frees options. NULL is fine. Engines opened with them live on.
 */
void recoup_options_free(struct recoup_options *options);

/**
 * As recoup_engine_open, by options. They stay yours and may be used again.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_open_with(const struct recoup_options *options,
                                      struct recoup_engine **engine,
                                      struct recoup_error **error);

/**
 * Says what the store answered: the status, the header fields (at most 1024; bytes that are not UTF-8 are replaced) and
 * the whole body, decoded where the transfer was encoded or compressed. All of it is copied. Does not block.
 *
 * A status that is not from 200 to 599 is refused (bad_status): interim answers are yours to skip. A body of more than
 * the request's body_limit is refused (too_large), and the request then fails as by RECOUP_TRANSPORT_TOO_LARGE, unless
 * something else is said.
 */
RECOUP_MUST_USE
recoup_status recoup_http_answer_set(struct recoup_http_answer *answer,
                                     int32_t status,
                                     const struct recoup_header *headers,
                                     size_t header_count,
                                     const uint8_t *body,
                                     size_t body_len,
                                     struct recoup_error **error);

/**
 * Says why there is no answer: one of RECOUP_TRANSPORT_*, any other value is refused (bad_failure) and nothing is said.
 * The message is for people; its first 1024 bytes go to logs and to the ledger, so put nothing secret in it. It may be
 * empty. Copied. Does not block.
 */
RECOUP_MUST_USE
recoup_status recoup_http_answer_fail(struct recoup_http_answer *answer,
                                      recoup_transport_failure failure,
                                      const char *message,
                                      size_t message_len,
                                      struct recoup_error **error);

/**
 * Sends what Recoup asks of the stores through a function of yours, instead of the library's own HTTP client: for a
 * client that the game has already, for a proxy with rules of its own, for tests. A build without the Cargo feature http
 * has no client of its own; without a transport, what asks the stores then fails with RECOUP_STATUS_UNSUPPORTED (no_http).
 *
 * user_data is handed to the function as it is. Engines that are opened with these options keep it, so destroy is called
 * with it exactly once: after the options, all those engines and their gateways are freed, or, where no engine has it,
 * when another transport is set, or before this call returns where it fails.
 */
RECOUP_MUST_USE
recoup_status recoup_options_set_transport(struct recoup_options *options,
                                           recoup_transport transport,
                                           uintptr_t user_data,
                                           recoup_destructor destroy,
                                           struct recoup_error **error);

/**
 * Ingests a store's request: authenticates it, understands it, and makes it and all that follows from it durable.
 * Call it from the handler of your webhook, and answer the store with outcome->http_status.
 *
 * A forged or unreadable request is no failure of this call: the outcome says RECOUP_OUTCOME_REJECTED. Where the
 * call fails the request may be genuine and was not kept: answer with recoup_error_http_status, or 500 where you
 * take no error object, and the store sends it again.
 *
 * *details, unless details is NULL, is a JSON object for your log, yours to free: {"outcome", "name" and "meaning",
 * or "code" and "message" where it was not accepted, "http_status", "new", "refund", "user", and "confirm_url" where there
 * is one}.
 *
 * Blocks until the commit is on disk, which concurrent callers share; a rejected request waits for nothing.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_ingest(const struct recoup_engine *engine,
                                   const struct recoup_request *request,
                                   struct recoup_outcome *outcome,
                                   struct recoup_text **details,
                                   struct recoup_error **error);

/**
 * Records a purchase that you have delivered. Call it again with more members and they are added; what was recorded
 * is never overwritten. Refunds that came before the purchase are attributed now, with all that follows.
 *
 * *outcome, unless outcome is NULL, says whether it is new. Blocks until the commit is on disk. Fails with
 * RECOUP_STATUS_PURCHASE_OF_ANOTHER_USER where the order is recorded as somebody else's.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_record_purchase(const struct recoup_engine *engine,
                                            const struct recoup_purchase *purchase,
                                            recoup_purchase_outcome *outcome,
                                            struct recoup_error **error);

/**
 * Records up to 10000 purchases in one commit, all or none: for imports and backfills. The JSON is one object or an
 * array of them, with the members of recoup_purchase under the same names; environment and product_type as words
 * ("production", "sandbox"; "consumable", "non_consumable", "one_time", "subscription",
 * "non_renewing_subscription"), purchased_at in Unix
 * milliseconds or as RFC 3339 text ("2026-01-31T12:00:00Z"), price as {"micros", "currency"}, grants as
 * [{"item", "quantity"}]. Unknown members are refused.
 *
 * *new_purchases, unless new_purchases is NULL, is how many of them were not recorded before. Blocks until the
 * commit is on disk; other writers wait meanwhile. Fails as recoup_engine_record_purchase does; the message says
 * which purchase is at fault, counted from 0.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_record_purchases_json(const struct recoup_engine *engine,
                                                  const char *purchases_json,
                                                  size_t purchases_json_len,
                                                  size_t *new_purchases,
                                                  struct recoup_error **error);

/**
 * Verifies a purchase by what the client holds of it, and records it as the user's with the ids, tag, product, quantity,
 * price and time that the store signed. No id can end up in the wrong field, and an invented order is refused. Nothing
 * is asked over the network: keys and apps are the configuration's.
 *
 * data is, byte for byte as the store's library gave it to the client: for "app-store" StoreKit 2's transaction, a JWS
 * (jwsRepresentation), with an empty signature; for "google-play" the purchase's original JSON (INAPP_PURCHASE_DATA)
 * with its base64 signature, verified with google_play[].license_keys of the configuration; for "one-store" the
 * purchase's original JSON with its base64 signature, verified with the licence key of its section. Stripe and Amazon
 * give the client nothing signed: use recoup_engine_record_purchase.
 *
 * A signature says that an order was paid, not by which of your users: the first user who shows it has it. The same
 * purchase shown again by the same user is RECOUP_PURCHASE_ALREADY_RECORDED.
 *
 * more may be NULL, or a struct that says what the store does not: environment, product_type, price and grants. All
 * else in it must be "not said". Where the store says it too, the store's word is recorded.
 *
 * *outcome, unless outcome is NULL, says whether it is new; RECOUP_PURCHASE_REVOKED: the App Store has taken it back, so
 * deliver nothing. Blocks until the commit is on disk. Fails with RECOUP_STATUS_REJECTED where it does not verify, is
 * of another app, pending or canceled; with RECOUP_STATUS_PURCHASE_OF_ANOTHER_USER where the order is recorded as
 * somebody else's, or carries a tag that was issued to somebody else. Deliver nothing in either case.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_record_signed_purchase(const struct recoup_engine *engine,
                                                   const char *store,
                                                   size_t store_len,
                                                   const char *user,
                                                   size_t user_len,
                                                   const char *data,
                                                   size_t data_len,
                                                   const char *signature,
                                                   size_t signature_len,
                                                   const struct recoup_purchase *more,
                                                   recoup_purchase_outcome *outcome,
                                                   struct recoup_error **error);

/**
 * The account tag of a user, to be put on the user's purchases by your game's client: a random UUID that nobody can
 * guess, the same each time for the same user. A refund that carries it back is this user's. It fits App Store
 * appAccountToken, Google Play obfuscatedAccountId, ONE Store developerPayload and Stripe's metadata, and is recognised
 * in upper and in lower case. store is a store's name as in recoup_purchase; Amazon carries no tag of the game's, which
 * fails with RECOUP_STATUS_INVALID_ARGUMENT.
 *
 * *tag is yours to free. Blocks until a commit is on disk the first time for a user; then it reads the disk.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_account_tag(const struct recoup_engine *engine,
                                        const char *store,
                                        size_t store_len,
                                        const char *user,
                                        size_t user_len,
                                        struct recoup_text **tag,
                                        struct recoup_error **error);

/**
 * Moves a purchase to another user, by its order id or token: where support moved it to another account, or the wrong
 * user recorded it. The record moves; where none is known, but a refund of the order is, one is made. Refunds of the
 * order are then to_user's: what the old user had to bear for them ends, and the rules are applied to the new one, with
 * all events. store may be empty unless two stores have the order. who (a person or a tool) and why go to the journal
 * and cannot be empty; each has at most 1024 bytes.
 *
 * *transferred_json, unless transferred_json is NULL, is yours to free: {"store", "order", "from" (null where the
 * purchase was not recorded), "to", "purchases" (how many records moved or were made), "refunds" (how many moved)}.
 * Blocks until the commit is on disk. Fails with RECOUP_STATUS_NOT_FOUND where neither a record nor a refund has the id.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_transfer_purchase(const struct recoup_engine *engine,
                                              const char *store,
                                              size_t store_len,
                                              const char *order,
                                              size_t order_len,
                                              const char *to_user,
                                              size_t to_user_len,
                                              const char *who,
                                              size_t who_len,
                                              const char *why,
                                              size_t why_len,
                                              struct recoup_text **transferred_json,
                                              struct recoup_error **error);

/**
 * Whether any block of a user stands: *blocked is 1 or 0. Ask at every login and before every match: no lock, no
 * disk, nothing to wait for.
 *
 * A block made through this engine is seen as soon as the call that made it returns; one made by another process on
 * the same ledger within a second. Where the call fails *blocked is not written: decide what to do with a player
 * you know nothing about.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_is_blocked(const struct recoup_engine *engine,
                                       const char *user,
                                       size_t user_len,
                                       uint8_t *blocked,
                                       struct recoup_error **error);

/**
 * Blocks a user manually for duration_ms milliseconds, or, where that is 0, until recoup_engine_unblock. who (a
 * person or a tool) and why go to the journal and cannot be empty; each has at most 1024 bytes, user at most 256.
 *
 * *block_id, unless block_id is NULL, is the new block's id. Blocks until the commit is on disk.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_block(const struct recoup_engine *engine,
                                  const char *user,
                                  size_t user_len,
                                  int64_t duration_ms,
                                  const char *who,
                                  size_t who_len,
                                  const char *why,
                                  size_t why_len,
                                  int64_t *block_id,
                                  struct recoup_error **error);

/**
 * Ends all standing blocks of a user manually; who and why as in recoup_engine_block. A refund that caused one of
 * them does not block again, however often the store repeats it.
 *
 * *ended, unless ended is NULL, is how many there were; none is no failure. Blocks until the commit is on disk.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_unblock(const struct recoup_engine *engine,
                                    const char *user,
                                    size_t user_len,
                                    const char *who,
                                    size_t who_len,
                                    const char *why,
                                    size_t why_len,
                                    size_t *ended,
                                    struct recoup_error **error);

/**
 * Ends the blocks whose time is up. That happens by itself about five times a second; call it where a test has moved
 * the clock of recoup_options_set_clock.
 *
 * *ended, unless ended is NULL, is how many there were. Blocks until the commit is on disk.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_expire_blocks(const struct recoup_engine *engine,
                                          size_t *ended,
                                          struct recoup_error **error);

/**
 * Fills events with up to capacity things to act on (at most 1000 at once), the oldest first, and says in *count
 * how many. Act on each, then settle it with recoup_engine_ack. What is not acknowledged within the lease (the
 * configuration's delivery.lease, 30 seconds unless set) is delivered again, here or to another process on the same
 * ledger; so are all of them after a crash.
 *
 * Set struct_size of the first event to sizeof(recoup_event): it counts for the whole array.
 *
 * *details, unless details is NULL, is a JSON array, yours to free, with one object per event in the same order:
 * all of the above and the refund and the block as they stood when the event was made. Where you do not need that,
 * pass NULL and save the work.
 *
 * Fails with RECOUP_STATUS_PUMPING while a tick or the dispatcher hands events out.
 *
 * Call it from your game loop or from a thread of its own. With nothing new it returns at once, without touching
 * the disk; otherwise it blocks until a commit is on disk.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_poll(const struct recoup_engine *engine,
                                 struct recoup_event *events,
                                 size_t capacity,
                                 size_t *count,
                                 struct recoup_text **details,
                                 struct recoup_error **error);

/**
 * Settles an event for good: call it after you acted on it. Acknowledging again is fine.
 *
 * Blocks until the commit is on disk. Fails with RECOUP_STATUS_NOT_FOUND where no event was ever made under this id.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_ack(const struct recoup_engine *engine,
                                int64_t event_id,
                                struct recoup_error **error);

/**
 * Registers a callback for blocked users: end the session, refuse logins. It replaces the one that was registered
 * before; a NULL callback only takes that away.
 *
 * Callbacks are called by recoup_engine_tick and by the dispatcher (recoup_engine_start_dispatcher). Events of kinds
 * that have no callback, neither their own nor one of recoup_engine_on_event, are acknowledged without you hearing of
 * them, so that they do not hold up the others; while no callback for events is registered at all, every event stays.
 *
 * user_data is handed to the callback as it is. destroy is called with it exactly once: when the callback is replaced
 * (and has returned, where it is running), when the engine is freed, or before this call returns where it fails.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_on_block(const struct recoup_engine *engine,
                                     recoup_event_callback callback,
                                     uintptr_t user_data,
                                     recoup_destructor destroy,
                                     struct recoup_error **error);

/**
 * Registers a callback for users of whom no block stands any more. As recoup_engine_on_block.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_on_unblock(const struct recoup_engine *engine,
                                       recoup_event_callback callback,
                                       uintptr_t user_data,
                                       recoup_destructor destroy,
                                       struct recoup_error **error);

/**
 * Registers a callback for refunds that a person should look at. As recoup_engine_on_block.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_on_alert(const struct recoup_engine *engine,
                                     recoup_event_callback callback,
                                     uintptr_t user_data,
                                     recoup_destructor destroy,
                                     struct recoup_error **error);

/**
 * Registers a callback for money that went back: take the items back. As recoup_engine_on_block.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_on_refund(const struct recoup_engine *engine,
                                      recoup_event_callback callback,
                                      uintptr_t user_data,
                                      recoup_destructor destroy,
                                      struct recoup_error **error);

/**
 * Registers a callback for refunds that were taken back: give the items again. As recoup_engine_on_block.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_on_reversal(const struct recoup_engine *engine,
                                        recoup_event_callback callback,
                                        uintptr_t user_data,
                                        recoup_destructor destroy,
                                        struct recoup_error **error);

/**
 * Registers a callback for refund requests that a store asks about. As recoup_engine_on_block.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_on_review(const struct recoup_engine *engine,
                                      recoup_event_callback callback,
                                      uintptr_t user_data,
                                      recoup_destructor destroy,
                                      struct recoup_error **error);

/**
 * Registers a callback for refunds whose user is not known: record the purchase. As recoup_engine_on_block.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_on_unattributed(const struct recoup_engine *engine,
                                            recoup_event_callback callback,
                                            uintptr_t user_data,
                                            recoup_destructor destroy,
                                            struct recoup_error **error);

/**
 * Registers a callback for every event whose kind has no callback of its own, kinds that a later version adds
 * included. As recoup_engine_on_block.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_on_event(const struct recoup_engine *engine,
                                     recoup_event_callback callback,
                                     uintptr_t user_data,
                                     recoup_destructor destroy,
                                     struct recoup_error **error);

/**
 * Registers a callback for what became of requests that were given to recoup_engine_submit. While there is none they
 * are kept for recoup_engine_poll_completions. user_data, destroy and NULL as for recoup_engine_on_block.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_on_completion(const struct recoup_engine *engine,
                                          recoup_completion_callback callback,
                                          uintptr_t user_data,
                                          recoup_destructor destroy,
                                          struct recoup_error **error);

/**
 * Calls the registered callbacks on this thread with what there is, completions first and then events in their order,
 * until nothing is left or budget_us microseconds are spent, and says in *handled, unless handled is NULL, how many
 * calls that were. The budget is looked at between calls: there is always at least one where there is something. 0 is
 * no budget: all of it.
 *
 * Where completions spend the budget, the next tick begins with the events, so that a flood of requests holds up no
 * block. Completions that come meanwhile are for the next tick.
 *
 * Call it from your main loop. With nothing to do it costs well under a microsecond, allocates nothing and touches no
 * disk; otherwise it blocks until a commit is on disk, twice for up to 64 events.
 *
 * Poll, tick and the dispatcher are three ways to the same events, one at a time: fails with RECOUP_STATUS_REENTRANT
 * inside a callback, and with RECOUP_STATUS_PUMPING while another thread ticks or the dispatcher runs.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_tick(const struct recoup_engine *engine,
                                 uint64_t budget_us,
                                 size_t *handled,
                                 struct recoup_error **error);

/**
 * Waits until there may be something to poll or to tick for, at most timeout_ms milliseconds: *ready is 1, or 0 where
 * the time is up or the engine was closed. For a thread that has nothing else to do; many may wait at once.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_wait(const struct recoup_engine *engine,
                                 uint64_t timeout_ms,
                                 uint8_t *ready,
                                 struct recoup_error **error);

/**
 * Starts a thread that calls the registered callbacks as soon as there is something, for programs without a main
 * loop. recoup_engine_stop_dispatcher ends it, and so does closing the engine. Does not block.
 *
 * Fails with RECOUP_STATUS_PUMPING where it runs already or a tick is running, and with RECOUP_STATUS_OUT_OF_RESOURCES
 * where the system gives no thread.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_start_dispatcher(const struct recoup_engine *engine,
                                             struct recoup_error **error);

/**
 * Ends the dispatcher's thread, and waits for the callback that is running; what is left comes to whoever polls or
 * ticks next. Where none runs nothing happens.
 *
 * Fails with RECOUP_STATUS_REENTRANT inside a callback.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_stop_dispatcher(const struct recoup_engine *engine,
                                            struct recoup_error **error);

/**
 * Ingests a store's request on the library's own threads: copies it, and returns at once. What became of it comes
 * with its tag by recoup_engine_poll_completions, or by recoup_engine_tick where recoup_engine_on_completion was
 * called; answer the store only then. Nothing is promised before that: after a crash the store sends it again.
 *
 * For programs whose web server cannot wait for a disk; where it can, recoup_engine_ingest is simpler. Does not
 * block. Fails with RECOUP_STATUS_QUEUE_FULL where 4096 requests or 64 MiB of them are held already: answer 503. The first
 * call starts the threads, and fails with RECOUP_STATUS_OUT_OF_RESOURCES where the system gives none.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_submit(const struct recoup_engine *engine,
                                   const struct recoup_request *request,
                                   uint64_t tag,
                                   struct recoup_error **error);

/**
 * Fills completions with what became of up to capacity submitted requests (at most 1000 at once), in the order they
 * were done, and says in *count how many. Each is reported once.
 *
 * Set struct_size of the first one to sizeof(recoup_completion): it counts for the whole array.
 *
 * *details, unless details is NULL, is a JSON array, yours to free, with one object per completion in the same order:
 * as the details of recoup_engine_ingest, or {"code", "message", "retryable"} for one that failed. Does not block.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_poll_completions(const struct recoup_engine *engine,
                                             struct recoup_completion *completions,
                                             size_t capacity,
                                             size_t *count,
                                             struct recoup_text **details,
                                             struct recoup_error **error);

/**
 * Ingests what a store that Recoup does not know has said, and you have authenticated: repetitions, users, policy,
 * blocks, events and journal are then as for any other store.
 *
 * message_json is {"store": "custom:" and a name of your own in a-z, 0-9 and -, "app", "environment" ("production",
 * "sandbox" or null), "notification_id" by which repetitions are recognised, "name", "at" in Unix milliseconds}, and one of
 * "purchase" (an order as below) and "fact": {"at", "trust" ("signed", "confirmed" or "hint"), "about": {"order_id",
 * "purchase_token", "account_tag", "product", "quantity", "price": {"micros", "currency"}, "purchased_at", ...},
 * "what": "refunded" with "extent" ("full", "part", {"quantity": n}, {"amount": {"micros", "currency"}}), or
 * "reversed", "declined", "requested" with "deadline"}. "step" distinguishes partial refunds of one order. body, which
 * may be empty, is the message as it came, at most 256 KiB, for the journal.
 *
 * outcome and details as for recoup_engine_ingest. Blocks until the commit is on disk.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_record_message_json(const struct recoup_engine *engine,
                                                const char *message_json,
                                                size_t message_json_len,
                                                const uint8_t *body,
                                                size_t body_len,
                                                struct recoup_outcome *outcome,
                                                struct recoup_text **details,
                                                struct recoup_error **error);

/**
 * One refund: what the store said, whose it is, what the policy decided. *refund_json is yours to free. Reads the
 * disk, and never waits for a writer. Fails with RECOUP_STATUS_NOT_FOUND.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_query_refund(const struct recoup_engine *engine,
                                         int64_t refund_id,
                                         struct recoup_text **refund_json,
                                         struct recoup_error **error);

/**
 * A page of refunds, newest first: {"items": [...], "next": n}. The filter is a JSON object with any of "store",
 * "user", "order_id", "state", "product", "unattributed", "since" and "until" (Unix milliseconds), or empty for all
 * refunds. Give 0 as after for the first page and the page's "next" for the one behind it, until that is null. A page
 * has up to limit items, at least 1 and at most 1000.
 *
 * *page_json is yours to free. Reads the disk, and never waits for a writer.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_query_refunds(const struct recoup_engine *engine,
                                          const char *filter_json,
                                          size_t filter_json_len,
                                          int64_t after,
                                          size_t limit,
                                          struct recoup_text **page_json,
                                          struct recoup_error **error);

/**
 * All that is known of a user: {"user", "blocked", "blocks", "refunds", "purchases", "journal"}, up to the newest
 * 10000 of each. It answers "why is this player blocked?". An unknown user has empty lists.
 *
 * *user_json is yours to free. Reads the disk, and never waits for a writer.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_query_user(const struct recoup_engine *engine,
                                       const char *user,
                                       size_t user_len,
                                       struct recoup_text **user_json,
                                       struct recoup_error **error);

/**
 * All that is known of an order, by its order id or its purchase token: {"order", "purchases", "refunds",
 * "journal"}, up to the newest 10000 of each. An unknown order has empty lists.
 *
 * *order_json is yours to free. Reads the disk, and never waits for a writer.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_query_order(const struct recoup_engine *engine,
                                        const char *order,
                                        size_t order_len,
                                        struct recoup_text **order_json,
                                        struct recoup_error **error);

/**
 * An event that was not acknowledged yet: all that recoup_event reports, and the refund and the block as they stood when
 * it was made. *event_json is yours to free. Reads the disk, and never waits for a writer. Fails with
 * RECOUP_STATUS_NOT_FOUND.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_query_event(const struct recoup_engine *engine,
                                        int64_t event_id,
                                        struct recoup_text **event_json,
                                        struct recoup_error **error);

/**
 * A page of blocks, newest first: the standing ones, or all that ever were where with_ended is not 0. after, limit and
 * the page as for recoup_engine_query_refunds.
 *
 * *page_json is yours to free. Reads the disk, and never waits for a writer.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_query_blocks(const struct recoup_engine *engine,
                                         uint8_t with_ended,
                                         int64_t after,
                                         size_t limit,
                                         struct recoup_text **page_json,
                                         struct recoup_error **error);

/**
 * A page of authentic messages that were not understood, newest first, for a person to look at: {"id", "store",
 * "received_at", "code", "message"}. after, limit and the page as for recoup_engine_query_refunds.
 *
 * *page_json is yours to free. Reads the disk, and never waits for a writer.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_query_dead_letters(const struct recoup_engine *engine,
                                               int64_t after,
                                               size_t limit,
                                               struct recoup_text **page_json,
                                               struct recoup_error **error);

/**
 * Figures for a dashboard: {"blocked_users", "events_waiting"}.
 *
 * *stats_json is yours to free. Reads the disk, and never waits for a writer.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_query_stats(const struct recoup_engine *engine,
                                        struct recoup_text **stats_json,
                                        struct recoup_error **error);

/**
 * Gives a player's money back, as Google Play and Stripe let a seller do; the other stores let none. refund_json is
 * {"order", "who", "why", "key"}. order is one of
 *
 *   {"store": "google-play", "app": package name, "order_id": "GPA...", "revoke": whether access ends at once (false
 *   where it is left out)}: all that is left of the order;
 *   {"store": "stripe", "app": the account's name in the configuration, "payment": "ch_...", "py_..." or "pi_...",
 *   "amount": {"micros", "currency"} or left out for all that is left, "reason": "duplicate", "fraudulent" or
 *   "requested_by_customer", or left out}.
 *
 * who (a person or a tool) and why go to the journal and cannot be empty; each has at most 1024 bytes. key, which may be
 * left out, is a name of your own such as a support ticket's: the same call made twice with one key is one refund, and the
 * second gives the first's action and sends nothing. Give one wherever a person or a program might try again.
 *
 * It is on disk before the store is asked and after it has answered. *action_json is the action as it then is, yours to
 * free: {"id", "key", "store", "app", "kind", "refund_id", "order_id", "request", "who", "why", "state", "attempts",
 * "answer", "at", "next_at", "settled_at"}. The state is
 *
 *   "written": not sent yet, or the store could not take it; it is sent again at next_at, for 22 hours;
 *   "sending": with the store, after a crash until it is looked into;
 *   "confirming": taken, and asked about until money has moved;
 *   "done";
 *   "failed": the store will not, and answer has its words;
 *   "unknown": sent, and whether it was done could not be found out: look into the store's console.
 *
 * That a store refuses is no failure of this call. The store reports the refund later, as of any other, and by the
 * default rules no player is blocked for that. What is not settled goes on by itself, or by recoup_engine_work.
 *
 * Blocks until commits are on disk, and on the store: for up to a few minutes where it does not answer. Fails with
 * RECOUP_STATUS_API (api_not_configured) where the configuration has no credentials for it, and with
 * RECOUP_STATUS_INVALID_ARGUMENT (bad_action) for what no store would understand and for a key that names something
 * else. Where it fails nothing was sent, but for a ledger that fails after the store has answered: ask with the same key.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_issue_refund(const struct recoup_engine *engine,
                                         const char *refund_json,
                                         size_t refund_json_len,
                                         struct recoup_text **action_json,
                                         struct recoup_error **error);

/**
 * Ends a Google Play subscription at once and gives money back. revoke_json is {"order", "who", "why", "key"} as for
 * recoup_engine_issue_refund, with an order of {"app": package name, "purchase_token", "refund": "full" for the latest
 * charge, "prorated" for the share of it that is left, or {"item": product id} of a subscription with add-ons}.
 *
 * *action_json, blocking and failures as for recoup_engine_issue_refund. Google does not say what becomes of a revocation
 * that is sent twice, so one that got no answer is not sent again: its state is "unknown".
 */
RECOUP_MUST_USE
recoup_status recoup_engine_revoke_subscription(const struct recoup_engine *engine,
                                                const char *revoke_json,
                                                size_t revoke_json_len,
                                                struct recoup_text **action_json,
                                                struct recoup_error **error);

/**
 * One action, as recoup_engine_issue_refund gives it, and as far as it is now. *action_json is yours to free. Reads the
 * disk, and never waits for a writer or for a store. Fails with RECOUP_STATUS_NOT_FOUND.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_query_action(const struct recoup_engine *engine,
                                         int64_t action_id,
                                         struct recoup_text **action_json,
                                         struct recoup_error **error);

/**
 * A page of actions, newest first: refunds, revocations, and answers to stores' questions. The filter is a JSON object
 * with any of "store", "kind" ("refund", "revoke_subscription", "answer_review"), "state", "order_id" and "refund_id", or
 * empty for all actions. after, limit and the page as for recoup_engine_query_refunds.
 *
 * *page_json is yours to free. Reads the disk, and never waits for a writer or for a store.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_query_actions(const struct recoup_engine *engine,
                                          const char *filter_json,
                                          size_t filter_json_len,
                                          int64_t after,
                                          size_t limit,
                                          struct recoup_text **page_json,
                                          struct recoup_error **error);

/**
 * Copies the ledger to a new file at path: one consistent state, in one file, while this engine and other processes go on
 * writing. Whatever was acknowledged before the call is in it. The file can be read by its owner only, and has its name
 * once it is whole and on disk. docs/in-your-process.md says how a backup is restored.
 *
 * Use this, and never copy the ledger's files by other means while an engine has them open: to open and close them in the
 * same process takes the engine's locks away (RECOUP_STATUS_LEDGER_LOST).
 *
 * Blocks for as long as the copying takes, on a thread that it starts. Fails with RECOUP_STATUS_INVALID_ARGUMENT
 * (backup_exists) where there is something at path: a backup overwrites nothing; with RECOUP_STATUS_IO (backup_failed)
 * where it cannot be written; with RECOUP_STATUS_CLOSED and RECOUP_STATUS_OUT_OF_RESOURCES.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_backup(const struct recoup_engine *engine,
                                   const char *path,
                                   size_t path_len,
                                   struct recoup_error **error);

/**
 * Reports how far an order was used, before a store asks or when RECOUP_EVENT_REVIEW says that one did; what is reported
 * later replaces what was reported before. order is the store's id: App Store transaction id, Google Play order id.
 *
 * report_json is {"consent": whether the player has agreed that the store is informed, and any of "delivery" ("delivered" as
 * it is where nothing is said, "quality_issue", "wrong_item", "server_outage", "not_delivered"), "consumed" in
 * thousandths of a percent from 0 to 100000, "sample_given" (whether the player could try it before), "usage":
 * [{"at" in Unix milliseconds, "what", "ip_address"}, ...], oldest first, at most 1000}. Without consent the App Store is
 * reported nothing, and Google Play neither how much was used nor when.
 *
 * *review_json is the store's latest question about the order, yours to free, or null where there is none: {"id",
 * "refund_id", "store", "app", "order_id", "user", "requested_at", "deadline", "state", "consumption", "rule", "answer",
 * "action", "outcome"}. The state is "waiting" (for your report), "reported" (the answer is on its way), "answered",
 * "declined_to_answer", "missed" or "closed" (the store decided before).
 *
 * An open question is answered by the configuration's rules, soon after this call and not in it: by the engine itself, or
 * by recoup_engine_work. Blocks until the commit is on disk. Fails with RECOUP_STATUS_INVALID_ARGUMENT for a share of
 * more than 100000 (bad_action) and for too many uses (too_many).
 */
RECOUP_MUST_USE
recoup_status recoup_engine_report_consumption(const struct recoup_engine *engine,
                                               const char *order,
                                               size_t order_len,
                                               const char *report_json,
                                               size_t report_json_len,
                                               struct recoup_text **review_json,
                                               struct recoup_error **error);

/**
 * A page of stores' questions about refund requests, newest first, as recoup_engine_report_consumption gives them. The
 * filter is a JSON object with any of "store", "state", "order_id" and "refund_id", or empty for all. after, limit and the
 * page as for recoup_engine_query_refunds.
 *
 * *page_json is yours to free. Reads the disk, and never waits for a writer or for a store.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_query_reviews(const struct recoup_engine *engine,
                                          const char *filter_json,
                                          size_t filter_json_len,
                                          int64_t after,
                                          size_t limit,
                                          struct recoup_text **page_json,
                                          struct recoup_error **error);

/**
 * What came of the questions that stores have asked since a time, in Unix milliseconds: {"cases", "answered",
 * "declined_by_store", "refunded", "missed", "money_kept"}, where money_kept has millionths of the unit by currency.
 *
 * *figures_json is yours to free. Reads all of these questions from the disk, and never waits for a writer.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_query_review_figures(const struct recoup_engine *engine,
                                                 int64_t since_ms,
                                                 struct recoup_text **figures_json,
                                                 struct recoup_error **error);

/**
 * Asks the stores what was refunded since they were last asked, and takes it in as their webhooks would be: what is known
 * already changes nothing. An engine does this by itself every 6 hours, or as often as the configuration's
 * reconcile.every says; call it after an outage, or where recoup_options_set_background says 0.
 *
 * options_json is {"stores": which ones ("app-store", "google-play", "one-store", "stripe", "amazon"; all where it is
 * empty or left out), "since": from when on, in Unix milliseconds, or left out for where the last sweep of each app ended},
 * or empty.
 *
 * *result_json is yours to free: {"sweeps": [{"store", "app", "from", "to" in Unix milliseconds, "resumed", "pages",
 * "found", "new", "changed", "unread", "refused", "postponed", "gap", "ended"}, ...]}, one for each app. new counts orders that were not
 * known to be refunded, changed those of which more is known now, unread what could not be understood and is kept as a
 * dead letter, refused the receipts that a store which is asked about each one does not know, postponed those that it gave
 * no answer about, which are asked about later. gap is null or {"from",
 * "to"}, a period that is past the store's retention. ended is {"what": "complete"}, {"what": "failed", "code", "message",
 * "retryable"} for a sweep that was cut short and goes on from there the next time, or {"what": "elsewhere", "process"} where
 * another engine on the ledger is at it; process is the id of its process, or null where that has ended by now. A store
 * that fails does not stop the others, and is no failure of this call.
 *
 * progress hears one object as in "sweeps", as far as it has come: at a sweep's beginning, after each page of a store's
 * list, and where it fails. It may be NULL; user_data is handed to it as it is, and no longer used when the call returns.
 *
 * Blocks on the disk and on the stores, page by page and for as long as they take; a second call, and the engine's own
 * sweeps, wait for the first. Fails with RECOUP_STATUS_API (api_not_configured) for a store that is named and has no
 * credentials, and with RECOUP_STATUS_REENTRANT inside a progress callback.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_reconcile(const struct recoup_engine *engine,
                                      const char *options_json,
                                      size_t options_json_len,
                                      recoup_progress_callback progress,
                                      uintptr_t user_data,
                                      struct recoup_text **result_json,
                                      struct recoup_error **error);

/**
 * Asks a store what it refunded of an order, and takes it in as recoup_engine_reconcile does. For support, where a player
 * was refunded and no webhook said so, and for refunds that are older than a sweep reaches.
 *
 * Only the App Store ("app-store") can be asked so. It reports all refunds of the customer whose transaction id order is.
 * app is a bundle id; where it is empty, all apps with credentials are asked in turn, each in production and then in the
 * sandbox, until one knows the transaction.
 *
 * *result_json is yours to free: {"store", "app", "sandbox", "found", "new", "changed", "unread"}, whose app and sandbox say where
 * the transaction was known, and whose numbers are as those of recoup_engine_reconcile.
 *
 * Blocks on the disk and on the store, page by page; what one page reported is durable before the next is asked for. Fails
 * with RECOUP_STATUS_API where the store does not answer, refuses (api_refused: Apple's 4040010, in the message, is that it
 * knows no such transaction) or has no credentials (api_not_configured), and with RECOUP_STATUS_INVALID_ARGUMENT for an
 * empty order or another store (bad_action), or for what is none (unknown_store).
 */
RECOUP_MUST_USE
recoup_status recoup_engine_reconcile_order(const struct recoup_engine *engine,
                                            const char *store,
                                            size_t store_len,
                                            const char *app,
                                            size_t app_len,
                                            const char *order,
                                            size_t order_len,
                                            struct recoup_text **result_json,
                                            struct recoup_error **error);

/**
 * Does once what is due with the stores, on this thread: asks why they made refunds that they pushed without a reason, looks
 * after their open questions, goes on with actions that are not settled (up to 64 of those that are due), and sweeps every app whose last sweep is longer ago than the
 * configuration's reconcile.every, unless it has reconcile.off. For engines with recoup_options_set_background 0: call it
 * every minute or so, on a thread that may wait. With nothing due it costs a few reads.
 *
 * *worked_json is yours to free: {"actions": how many were taken a step on, "inquiries": about how many refunds stores were
 * asked (absent: none), "reviews": how many questions were settled or
 * are being answered, "reconciled": as the result of recoup_engine_reconcile}. What a store refused stands in the action,
 * in the sweep and in the log, and is no failure of this call.
 *
 * Blocks on the disk and on the stores, as recoup_engine_reconcile does. Fails with RECOUP_STATUS_REENTRANT inside a
 * progress callback.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_work(const struct recoup_engine *engine,
                                 struct recoup_text **worked_json,
                                 struct recoup_error **error);

/**
 * Checks the configuration that the engine was opened with, and the files it names; whether each store can be reached,
 * takes the credentials, and has the same time; when it last spoke, and whether it is swept; what waits for somebody; and
 * the ledger's file. It is what `recoup doctor` prints. Call it from an operator's console, or before the doors open.
 *
 * options_json is {"app_store_test_notification": whether Apple is asked to send a test notification to the URLs in App
 * Store Connect, and what becomes of it is waited for}, or empty.
 *
 * *report_json is yours to free: {"at" in Unix milliseconds, "health": the worst of what was found, "findings":
 * [{"health", "area", "code", "store", "app", "facts", "advice"}, ...]}, store by store and app by app, then the
 * ledger. health is
 *
 *   "ok": as it should be; advice is null;
 *   "warning": it works, and something is lost or will be;
 *   "broken": it does not work.
 *
 * area is "configuration", "reachability", "clock", "credentials", "webhooks", "sweeps", "test_notification",
 * "ledger" or "open_work", and later versions may add to these. code is a stable name such as "credentials_refused"; facts
 * and advice (what to do about it) are for people, and without secrets. store and app are null in what is of no one store.
 * What is broken is no failure of this call.
 *
 * progress hears each finding as it is made, and may be NULL; user_data is handed to it as it is, and no longer used when
 * the call returns.
 *
 * Changes nothing: what is written to the ledger, to see that it can be, is taken back, and each store is asked a
 * harmless question or two, once. Blocks on the disk and on the stores, at most 15 seconds for a question, and a
 * minute for a test notification. Works in every build, also after recoup_engine_close, and says there that no store
 * could be asked. Fails with RECOUP_STATUS_REENTRANT inside a progress callback.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_doctor(const struct recoup_engine *engine,
                                   const char *options_json,
                                   size_t options_json_len,
                                   recoup_progress_callback progress,
                                   uintptr_t user_data,
                                   struct recoup_text **report_json,
                                   struct recoup_error **error);

/**
 * Listens for the stores' requests, takes them in as recoup_engine_ingest does, and answers them. It speaks plain
 * HTTP/1.1 and belongs behind what ends your TLS; pass on /v1/ only. The routes are POST /v1/app-store, /v1/google-play,
 * /v1/one-store, /v1/stripe and /v1/amazon, or /v1/SECRET/app-store and so on where there is a path_secret, and for you
 * GET /healthz and GET /metrics (Prometheus). Hear of what came by events, as always.
 *
 * address is an IP address and a port, such as "127.0.0.1:8080" or "[::1]:8080"; port 0 is any free one, which
 * recoup_gateway_address reports. options_json is an object, or empty, with any of
 *
 *   "path_secret": 16 to 128 letters, digits, - . _ or ~, without which a store's route is answered 404;
 *   "public": true, without which an address that other machines can reach is refused (public_address);
 *   "connections" (256), "ingests" (64): how many there are at once, further ones wait;
 *   "head_timeout" ("20s"), "request_timeout" ("20s"), "grace" ("10s"): for a request's head, from there to its answer,
 *   and for requests under way when it ends; a number and ms, s, m, h or d;
 *   "idle_timeout" ("75s"): for a connection between two requests. It must be longer than what is in front keeps idle
 *   connections: nginx and AWS's load balancers 60 s, Caddy 2 m, Google's 600 s, so "620s" there.
 *
 * *gateway is yours. Any number may listen for one engine. The engine may be closed or freed before its gateways: from
 * then on, and after a fault that poisons the engine, every store is answered 503 and sends again. Shut down in this order:
 * recoup_gateway_free, recoup_engine_close, recoup_engine_free.
 *
 * Does not block. Fails with RECOUP_STATUS_INVALID_ARGUMENT (bad_address, public_address, bad_path_secret, bad_json),
 * RECOUP_STATUS_LISTEN, RECOUP_STATUS_CLOSED, RECOUP_STATUS_OUT_OF_RESOURCES (try again later), and RECOUP_STATUS_UNSUPPORTED in a build without the Cargo feature gateway.
 */
RECOUP_MUST_USE
recoup_status recoup_listen(const struct recoup_engine *engine,
                            const char *address,
                            size_t address_len,
                            const char *options_json,
                            size_t options_json_len,
                            struct recoup_gateway **gateway,
                            struct recoup_error **error);

/**
 * Where a gateway listens, such as "127.0.0.1:8080", with the port that it was given. *address is yours to free. Does not
 * block.
 */
RECOUP_MUST_USE
recoup_status recoup_gateway_address(const struct recoup_gateway *gateway,
                                     struct recoup_text **address,
                                     struct recoup_error **error);

/**
 * Ends a gateway: takes no more connections, answers what has been asked, and returns when that is done or the grace of
 * its options is over. The engine stays open, and lets go of what only the gateway still held where it was freed before.
 * NULL is fine. No other call on the gateway may be running, and none may come after.
 *
 * A request that is still being ingested when the grace is over is finished behind this call: whether it is durable the
 * store learns by sending it again, and a clock or a transport may be called, and destroyed, a little later.
 *
 * Inside a log function and inside a transport it does nothing: the gateway may be what called them. In a child made by
 * fork it leaves everything as it is.
 */
void recoup_gateway_free(struct recoup_gateway *gateway);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* RECOUP_H */
