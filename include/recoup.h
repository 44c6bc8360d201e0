/*
 * Recoup, the refund engine that game servers embed. SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Made from src/ffi; do not edit.
 *
 * The calls, in order: recoup_engine_open; recoup_engine_record_purchase for what you deliver, or
 * recoup_engine_record_signed_purchase for what the store signed for the player's client;
 * recoup_engine_ingest for every request of a store; recoup_engine_poll and recoup_engine_ack, or
 * callbacks and recoup_engine_tick, for what to act on; recoup_engine_is_blocked at every login;
 * recoup_engine_close, recoup_engine_free. examples/game_server.c does all of it. A program without a
 * web server calls recoup_listen instead of recoup_engine_ingest. Where the configuration has
 * credentials of a store's API the engine queries the stores by itself, over its own HTTP client or the
 * program's (recoup_options_set_transport); recoup_engine_issue_refund refunds an order.
 *
 * Rules that hold for every function:
 * - Inputs come first, outputs last. Outputs are written only where the call returns
 *   RECOUP_STATUS_OK; the error object, and only that, where it returns anything else.
 * - Text goes in as pointer and length, is UTF-8, and is checked; NULL with length 0 is empty text.
 * - NULL for a handle or an output is refused with RECOUP_STATUS_INVALID_ARGUMENT, unless the
 *   function documents that it may be NULL. Every _free takes NULL.
 * - A pointer that is neither NULL nor valid, and a handle after its _free, is undefined behaviour.
 * - Structs whose first member is struct_size grow at their end only. Set it to sizeof the struct
 *   and the rest to zero: a newer library takes the older size, an older library takes the newer
 *   one as long as what it does not know is zero. Members called reserved are zero.
 * - Every function may be called from any thread. Each documents what it may block on.
 * - Callbacks for events and completions are called by recoup_engine_tick on the calling thread, or by
 *   the dispatcher on the library's; nothing else calls them. A clock and a log function may be
 *   called by every function and every thread of the library; a transport by what sends requests to stores;
 *   a progress callback by recoup_engine_reconcile and recoup_engine_doctor, on the calling thread. User data is a number of
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
 * An engine belongs to the process that opened it. In a child made by fork every call returns RECOUP_STATUS_FORKED;
 * open another engine there, also on the same ledger. Several processes may have the same ledger open.
 *
 * docs/in-your-process.md describes what an engine does in your process: threads, signals, files that must not be
 * touched while it is open, containers, backups. The library's threads take no signals, and no call raises SIGPIPE.
 */
typedef struct recoup_engine recoup_engine;

/**
 * Why a call failed. Functions that can fail take `recoup_error **error` last. It may be NULL; otherwise a new
 * object is put there if, and only if, the call returns something other than RECOUP_STATUS_OK. It is yours: free it
 * with recoup_error_free. A previous value there is overwritten, not freed.
 *
 * An error object does not change; any number of threads may read it at once. None of its functions blocks.
 */
typedef struct recoup_error recoup_error;

/**
 * A webhook server for the stores' requests, made by recoup_listen and ended by recoup_gateway_free. It has its own
 * threads. It belongs to the process that made it: in a child made by fork its functions fail with
 * RECOUP_STATUS_FORKED, and the address is still the parent's.
 */
typedef struct recoup_gateway recoup_gateway;

/**
 * The place for the answer to a request. It lives until the function that received it returns, and is used by one
 * thread at a time. The last call on it counts.
 */
typedef struct recoup_http_answer recoup_http_answer;

/**
 * How to open an engine: a configuration, and settings that only code can make. Make it with recoup_options_new,
 * pass it to recoup_engine_open_with as often as you like, free it with recoup_options_free. One thread at a time
 * may use it; none of its functions blocks, except for reading the configuration's file.
 */
typedef struct recoup_options recoup_options;

/**
 * A piece of UTF-8 text that you own, most often JSON: read it with recoup_text_view, free it with recoup_text_free.
 * It does not change and does not depend on the engine it came from; any number of threads may read it at once.
 * Neither of its functions blocks.
 */
typedef struct recoup_text recoup_text;

/**
 * A piece of UTF-8 text that the other side owns: len bytes from data on. As an input it needs no NUL at the end,
 * and {NULL, 0} is empty text; the bytes must stay valid until the call returns. As an output a NUL follows the text
 * (len does not count it), so data can be given to printf; the function that returns it documents how long it lives.
 */
typedef struct recoup_string {
  /**
   * The first byte. May be NULL if len is 0.
   */
  const char *data;
  /**
   * How many bytes.
   */
  size_t len;
} recoup_string;

/**
 * The result of a call: RECOUP_STATUS_OK, or why it failed. Values keep their meaning and are never reused; a newer
 * library may return values that this header does not name, so treat any value except RECOUP_STATUS_OK as a failure.
 * The error object has more: see recoup_error.
 */
typedef int32_t recoup_status;

/**
 * The severity of a message: one of RECOUP_LOG_*.
 */
typedef int32_t recoup_log_level;

/**
 * Receives a message: its level, the part of the library it is from (such as "recoup::engine"), and the text. Both
 * texts live until it returns. Called from any thread, the library's own included, and from several at once, also
 * inside of calls that others wait for. So it must not call an engine: every such call returns
 * RECOUP_STATUS_REENTRANT, and recoup_engine_free and recoup_gateway_free do nothing. Messages that it causes are
 * dropped. It must not throw.
 */
typedef void (*recoup_log_callback)(uintptr_t user_data,
                                    recoup_log_level level,
                                    struct recoup_string target,
                                    struct recoup_string message);

/**
 * Destroys user data: called exactly once, when nothing will use the data any more, also if the call that took it
 * failed. May be NULL. It runs on whichever thread releases the data last, must not throw, and must not call Recoup.
 * The only exception is a child made by fork: there it never runs for what the parent registered with an engine.
 * Data given to recoup_log_set and to options is destroyed there too, as a copy.
 */
typedef void (*recoup_destructor)(uintptr_t user_data);

/**
 * Returns the time in Unix milliseconds. Called from any thread, the library's own included, and from several at
 * once; often, so it should be as fast as a clock. Must not throw and must not call Recoup.
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
   * Its value. In a request to you, bytes that are not UTF-8 are fine, since the sender chooses them; no store
   * needs any.
   */
  struct recoup_string value;
} recoup_header;

/**
 * One HTTP request to a store. It and what it points to live until the function returns. URL, header fields and body
 * contain credentials: send them, and write them nowhere.
 *
 * It has the library's size: read no member beyond struct_size.
 */
typedef struct recoup_http_request {
  /**
   * Its size in bytes.
   */
  uint32_t struct_size;
  /**
   * Zero.
   */
  uint32_t reserved;
  /**
   * The time limit in milliseconds, from name resolution to the body's last byte. A later answer is still
   * accepted.
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
   * The complete URL, "https://..." except for an emulator on this machine.
   */
  struct recoup_string url;
  /**
   * The header fields to send, their names in lower case; add Host and Content-Length yourself.
   */
  const struct recoup_header *headers;
  /**
   * How many.
   */
  size_t header_count;
  /**
   * The body's bytes. NULL if there are none.
   */
  const uint8_t *body;
  /**
   * How many bytes.
   */
  size_t body_len;
} recoup_http_request;

/**
 * Sends one HTTP request, waits for the answer, and passes it to recoup_http_answer_set, or calls
 * recoup_http_answer_fail. Without either, the result is RECOUP_TRANSPORT_INTERRUPTED.
 *
 * It sends the request once and unchanged, follows no redirect (pass on the 3xx answer: it becomes a failure here,
 * since no store's API redirects and another host must not get the credentials), verifies TLS, and keeps to the
 * limits of time and size. Recoup waits between requests, keeps to the stores' rates, and sends again, by itself.
 *
 * Called from any thread, the library's own included, and from several at once: inside recoup_engine_issue_refund,
 * recoup_engine_revoke_subscription, recoup_engine_reconcile, recoup_engine_reconcile_order, recoup_engine_work,
 * recoup_engine_doctor, recoup_engine_send_webhooks and recoup_engine_test_webhook, inside recoup_engine_ingest for keys
 * and certificates without a file in the configuration, on the threads of recoup_engine_submit and recoup_listen, and on the engine's own thread unless
 * recoup_options_set_background is 0.
 *
 * Inside of it call nothing of Recoup except recoup_http_answer_set, recoup_http_answer_fail and functions of error
 * objects: every call on an engine returns RECOUP_STATUS_REENTRANT, and recoup_engine_free and recoup_gateway_free
 * do nothing. It must not throw, and must not jump out.
 */
typedef void (*recoup_transport)(uintptr_t user_data,
                                 const struct recoup_http_request *request,
                                 struct recoup_http_answer *answer);

/**
 * Why a request got no answer: one of RECOUP_TRANSPORT_*. It decides two things. The first is whether the store may
 * have acted. After a failure that means "never sent" (each value states it), it has not.
 * After any other it may have acted: a refund is then queried, or sent again under the same idempotency key, and if
 * neither is possible it becomes "unknown", for a person to check. So if you are not sure, use
 * RECOUP_TRANSPORT_INTERRUPTED: reporting "never sent" for a request that was sent may refund twice. The second is
 * whether the same is sent again later.
 */
typedef int32_t recoup_transport_failure;

/**
 * One HTTP request from a store, as your web server received it. None of it is used after the call.
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
   * The header fields in the order they came, at most 1024. Google Play needs Authorization, and without a wrapped
   * payload the x-goog-pubsub- fields; Stripe needs Stripe-Signature. Pass all of them, or at least these.
   */
  const struct recoup_header *headers;
  /**
   * How many.
   */
  size_t header_count;
  /**
   * The raw body, byte for byte: signatures are over bytes, so do not parse and serialise it again.
   */
  const uint8_t *body;
  /**
   * How many bytes.
   */
  size_t body_len;
} recoup_request;

/**
 * The outcome of a store's request: one of RECOUP_OUTCOME_*.
 */
typedef int32_t recoup_outcome_kind;

/**
 * The meaning of an accepted request: one of RECOUP_MEANING_*. Later versions may add some.
 */
typedef int32_t recoup_meaning;

/**
 * The outcome of a store's request. Set struct_size before the call; the rest is written on success, and members
 * that the library does not know are set to zero.
 */
typedef struct recoup_outcome {
  /**
   * sizeof(recoup_outcome).
   */
  uint32_t struct_size;
  /**
   * The outcome: RECOUP_OUTCOME_*.
   */
  recoup_outcome_kind kind;
  /**
   * Its meaning: RECOUP_MEANING_*.
   */
  recoup_meaning meaning;
  /**
   * Answer the store with this HTTP status. It is a success only after the commit is on disk.
   */
  int32_t http_status;
  /**
   * The refund it is about, for recoup_engine_query_refund; 0: none.
   */
  int64_t refund_id;
  /**
   * 1 if it reported anything new; 0 for a repetition, under the same id or another one.
   */
  uint8_t is_new;
  /**
   * Zero.
   */
  uint8_t reserved[7];
} recoup_outcome;

/**
 * Whether real money moved: 0 for unset, or one of RECOUP_ENVIRONMENT_*.
 */
typedef int32_t recoup_environment;

/**
 * A kind of product: 0 for unset, or one of RECOUP_PRODUCT_*.
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
 * A purchase as you delivered it: the user, the product, and the store's names for it. Zero and empty text mean
 * "unset", so begin with an all-zero struct. Required are store, user, and at least one of order_id, purchase_token
 * and original_id, by which a refund is matched. Nothing in it is used after the call; texts are copied.
 */
typedef struct recoup_purchase {
  /**
   * sizeof(recoup_purchase).
   */
  uint32_t struct_size;
  /**
   * Production or sandbox: RECOUP_ENVIRONMENT_*. Unset: fits either.
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
   * The price of all of them together, in millionths of the currency's unit: 4990000 is 4.99. Valid only if
   * price_currency is set.
   */
  int64_t price_micros;
  /**
   * When it was bought, in Unix milliseconds.
   */
  int64_t purchased_at_ms;
  /**
   * When what was bought ends, such as a subscription's paid period, in Unix milliseconds. Unset: never, or unknown.
   */
  int64_t expires_at_ms;
  /**
   * The id of the refund that the player repays by buying again. Such a purchase grants nothing, and has this member
   * from the first time that it is recorded.
   */
  int64_t repays;
  /**
   * The store that sold it: "app-store", "google-play", "one-store", "stripe", "amazon", or "custom:" and your own
   * name of it.
   */
  struct recoup_string store;
  /**
   * Your own id of the player; 1 to 256 bytes. A UUID is compared case-insensitively.
   */
  struct recoup_string user;
  /**
   * Bundle id or package name; ONE Store's client id; the name of Stripe's section. Unset: fits any.
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
   * The items that the player received for it.
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
  /**
   * The buyer's country, two letters A to Z as in ISO 3166-1, such as "KR".
   */
  struct recoup_string country;
} recoup_purchase;

/**
 * The result of recording a purchase: one of RECOUP_PURCHASE_*.
 */
typedef int32_t recoup_purchase_outcome;

/**
 * The kind of an event: one of RECOUP_EVENT_*. Later versions may add some; acknowledge what you do not know.
 */
typedef int32_t recoup_event_kind;

/**
 * The evidence that found a refund's user: 0 if the user is not known, or one of RECOUP_ATTRIBUTED_BY_*, strongest
 * first.
 */
typedef int32_t recoup_attributed_by;

/**
 * One event for the host, delivered at least once and until it is acknowledged, and always in order per user. Set
 * struct_size before the call; members that the library does not know are set to zero. Holds no pointers.
 */
typedef struct recoup_event {
  /**
   * sizeof(recoup_event).
   */
  uint32_t struct_size;
  /**
   * Its kind: RECOUP_EVENT_*.
   */
  recoup_event_kind kind;
  /**
   * Acknowledge with this. The same id may come again after a crash: act on it once.
   */
  int64_t id;
  /**
   * The refund it is about, for recoup_engine_query_refund; 0: none.
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
   * The user it is about, by your own id: UTF-8, followed by a NUL.
   */
  char user[264];
  /**
   * The block that was made or ended last; 0: none.
   */
  int64_t block_id;
  /**
   * When that block expires, in Unix milliseconds; 0: never.
   */
  int64_t until_ms;
  /**
   * The deadline for an answer to a RECOUP_EVENT_REVIEW, in Unix milliseconds; 0: not reported.
   */
  int64_t deadline_ms;
  /**
   * How much of the order has been refunded so far, in millionths of the currency's unit. Valid only if currency
   * is set.
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
  /**
   * Of how many kinds of items something is owed, by the refund's books when the event was made; 0 for kinds without
   * books. recoup_engine_query_to_do has what to take now.
   */
  uint32_t items_owed;
  /**
   * Of how many kinds of items the player gets something back, by the same books.
   */
  uint32_t items_to_return;
} recoup_event;

/**
 * What a callback did with an event: one of RECOUP_HANDLED_*. Any other value counts as RECOUP_HANDLED_LATER.
 */
typedef int32_t recoup_handled;

/**
 * Handles an event. The event lives until the callback returns; recoup_engine_query_event has more of it. Called on
 * the thread that ticks, or on the dispatcher's, one call at a time.
 *
 * Inside of it you may call every function of the engine except recoup_engine_tick, recoup_engine_poll,
 * recoup_engine_start_dispatcher and recoup_engine_stop_dispatcher, which return RECOUP_STATUS_REENTRANT, and
 * recoup_engine_free, which does nothing. It must not throw, and must not jump out.
 */
typedef recoup_handled (*recoup_event_callback)(uintptr_t user_data,
                                                const struct recoup_event *event);

/**
 * The result of a submitted request. Set struct_size before the call; the rest is written on success, and members
 * that the library does not know are set to zero. Holds no pointers.
 */
typedef struct recoup_completion {
  /**
   * sizeof(recoup_completion).
   */
  uint32_t struct_size;
  /**
   * What recoup_engine_ingest would have returned. If it is not RECOUP_STATUS_OK, all below except tag and
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
   * The outcome: RECOUP_OUTCOME_*.
   */
  recoup_outcome_kind kind;
  /**
   * Its meaning: RECOUP_MEANING_*.
   */
  recoup_meaning meaning;
  /**
   * Answer the store with this HTTP status.
   */
  int32_t http_status;
  /**
   * 1 if it reported anything new; 0 for a repetition.
   */
  uint8_t is_new;
  /**
   * Zero.
   */
  uint8_t reserved[3];
} recoup_completion;

/**
 * Receives the result of a submitted request. completion and details (a JSON object as of recoup_engine_ingest; for
 * a failed one {"code", "message", "retryable"}) live until it returns. Otherwise as recoup_event_callback.
 */
typedef void (*recoup_completion_callback)(uintptr_t user_data,
                                           const struct recoup_completion *completion,
                                           struct recoup_string details);

/**
 * Receives the progress of a call, as the called function describes. progress_json is one object, and lives until
 * the callback returns. Called on the thread that made the call, and only inside of that call.
 *
 * Inside of it you may call every function of every engine except recoup_engine_close and those that have a callback of
 * this or another kind as a parameter, or sweep (recoup_engine_work), which return RECOUP_STATUS_REENTRANT, and
 * recoup_engine_free, which does nothing. The call continues when it returns. It must not throw, and must not jump out.
 */
typedef void (*recoup_progress_callback)(uintptr_t user_data,
                                         struct recoup_string progress_json);

/**
 * As recoup_progress_callback, for a call that can be stopped: it returns 0 to continue, and anything else to stop.
 */
typedef uint8_t (*recoup_trial_callback)(uintptr_t user_data,
                                         struct recoup_string progress_json);

/**
 * Receives what a call writes, piece by piece: len bytes at data, UTF-8 text that may be cut anywhere and lives until the
 * callback returns. It returns 0 to continue, and anything else to stop. Otherwise as recoup_progress_callback.
 */
typedef uint8_t (*recoup_write_callback)(uintptr_t user_data,
                                         const uint8_t *data,
                                         size_t len);

/**
 * The call succeeded.
 */
#define RECOUP_STATUS_OK 0

/**
 * An argument is invalid, and nothing was done: a pointer is NULL, text is not UTF-8, a struct_size is wrong, a
 * purchase breaks a rule. recoup_error_code distinguishes these.
 */
#define RECOUP_STATUS_INVALID_ARGUMENT 1

/**
 * The configuration is invalid; recoup_error_message names the key and what was expected.
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
 * There is no such event, refund, order, entry, action or review.
 */
#define RECOUP_STATUS_NOT_FOUND 7

/**
 * The order is already recorded as another user's purchase: deliver nothing.
 */
#define RECOUP_STATUS_PURCHASE_OF_ANOTHER_USER 8

/**
 * A fault in Recoup that it noticed and undid. Please report it.
 */
#define RECOUP_STATUS_INTERNAL 9

/**
 * A fault in Recoup that interrupted the call. Changes that were not yet in the ledger are lost. The engine refuses
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
 * The call may not be made from inside this callback; the callback's type documents which may.
 */
#define RECOUP_STATUS_REENTRANT 13

/**
 * Another thread is delivering this engine's events: a tick, or the dispatcher.
 */
#define RECOUP_STATUS_PUMPING 14

/**
 * Too many submitted requests are held. Fetch the results, and answer the store 503.
 */
#define RECOUP_STATUS_QUEUE_FULL 15

/**
 * A store's API refused a request or cannot be reached; recoup_error_code has the reason, and
 * recoup_error_is_retryable whether the same may succeed later.
 */
#define RECOUP_STATUS_API 16

/**
 * This library was built without what the call needs; recoup_error_code names it (no_gateway, no_http) and
 * recoup_error_message the Cargo feature. The released libraries have all of it.
 */
#define RECOUP_STATUS_UNSUPPORTED 17

/**
 * The address cannot be listened on: it is in use, it is not this machine's, or the system forbids it.
 */
#define RECOUP_STATUS_LISTEN 18

/**
 * The ledger's file or its folder cannot be written to.
 */
#define RECOUP_STATUS_READ_ONLY 19

/**
 * Reading or writing a file failed; recoup_error_sqlite_code has the exact code if it was the ledger's.
 */
#define RECOUP_STATUS_IO 20

/**
 * The ledger's file was removed, replaced or moved, or its locks were released, while the engine had it open: the
 * engine writes nothing more, and whether this call's change was stored is not known. Close it, repair the ledger,
 * and open it again. docs/in-your-process.md describes the causes.
 */
#define RECOUP_STATUS_LEDGER_LOST 21

/**
 * The system gives no more threads, file descriptors or memory; recoup_error_code has which (no_threads,
 * no_descriptors, no_memory). The engine stays usable. Raise the limit or try again.
 */
#define RECOUP_STATUS_OUT_OF_RESOURCES 22

/**
 * A signed purchase did not pass verification, and nothing was recorded: deliver nothing. recoup_error_code has the
 * reason.
 */
#define RECOUP_STATUS_REJECTED 23

/**
 * The call does not fit what is in the ledger, and changed nothing; recoup_error_code has the reason, and
 * recoup_error_message what to do.
 */
#define RECOUP_STATUS_REFUSED 24

/**
 * No messages at all.
 */
#define RECOUP_LOG_OFF 0

/**
 * Something went wrong that a person must look at, such as a dead letter.
 */
#define RECOUP_LOG_ERROR 1

/**
 * Something unexpected, such as a forged request.
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
 * The time limit is over. It may have been sent. Sent again later.
 */
#define RECOUP_TRANSPORT_TIMEOUT 1

/**
 * No connection: the name is unknown, or nothing listens. Never sent. Sent again later.
 */
#define RECOUP_TRANSPORT_CONNECT 2

/**
 * The proxy gave no connection. Never sent. Sent again later.
 */
#define RECOUP_TRANSPORT_PROXY 3

/**
 * The TLS handshake failed, so no connection can be trusted. Never sent. Not sent again. For a fault of TLS after
 * the handshake use RECOUP_TRANSPORT_INTERRUPTED.
 */
#define RECOUP_TRANSPORT_TLS 4

/**
 * The connection broke before the answer was complete, or the cause is not known. It may have been sent. Sent again
 * later.
 */
#define RECOUP_TRANSPORT_INTERRUPTED 5

/**
 * The answer's body is larger than body_limit. It was sent. Not sent again.
 */
#define RECOUP_TRANSPORT_TOO_LARGE 6

/**
 * The answer is not HTTP. It was sent. Not sent again.
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
 * Authentic but not understood: stored for a person to look at, and answered with success, since the store would
 * only send the same again.
 */
#define RECOUP_OUTCOME_DEAD_LETTER 2

/**
 * Rejected: forged, malformed, or not for the configured apps. Nothing was changed.
 */
#define RECOUP_OUTCOME_REJECTED 3

/**
 * It was not accepted, or has a meaning that this version of the header does not name.
 */
#define RECOUP_MEANING_UNKNOWN 0

/**
 * A refund.
 */
#define RECOUP_MEANING_REFUND 1

/**
 * A reversed refund: the player has paid again.
 */
#define RECOUP_MEANING_REVERSAL 2

/**
 * The store declined a refund request.
 */
#define RECOUP_MEANING_REFUND_DECLINED 3

/**
 * The player requested a refund, or a bank a chargeback, and the store reviews it.
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
 * Nothing that concerns refunds.
 */
#define RECOUP_MEANING_NOTHING 8

/**
 * The store wants this endpoint confirmed: send a GET request to "confirm_url" of the details.
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
 * One-time, if the store does not distinguish the two. Google Play.
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
 * It was recorded before; this call added nothing.
 */
#define RECOUP_PURCHASE_ALREADY_RECORDED 2

/**
 * It was recorded before, and the additional members of this call were added.
 */
#define RECOUP_PURCHASE_COMPLETED 3

/**
 * The store has revoked it: refunded, or no longer shared by the family. Deliver nothing. Only from
 * recoup_engine_record_signed_purchase.
 */
#define RECOUP_PURCHASE_REVOKED 4

/**
 * A user was blocked: end the session, refuse logins.
 */
#define RECOUP_EVENT_BLOCK 1

/**
 * The user has no active block any more.
 */
#define RECOUP_EVENT_UNBLOCK 2

/**
 * An operator should look at a refund.
 */
#define RECOUP_EVENT_ALERT 3

/**
 * A refund, or more of it than before: take the items back, as recoup_engine_query_to_do lists them. Its details have
 * the refund's books as "recovery", and so have those of the reversal and recovery kinds.
 */
#define RECOUP_EVENT_REFUND 4

/**
 * A refund was reversed: give the items again.
 */
#define RECOUP_EVENT_REVERSAL 5

/**
 * The store requests what the game knows of a refund request, and waits until a deadline.
 */
#define RECOUP_EVENT_REVIEW 6

/**
 * A refund whose user is not known: record the purchase.
 */
#define RECOUP_EVENT_UNATTRIBUTED 7

/**
 * A period that was never swept is now past the store's retention: refunds of that time that are not known are lost.
 * A person should check the store's console or its financial reports for that time. It has no user and no refund;
 * its details (of recoup_engine_poll or recoup_engine_query_event) have "gap": {"store", "app", "from", "to"}, the
 * times in Unix milliseconds. It has no callback of its own: recoup_engine_on_event receives it.
 */
#define RECOUP_EVENT_SWEEP_GAP 8

/**
 * What is owed for a refund, or what the player gets back, changed without a refund or reversal event: more became
 * known of the purchase, or an operator changed the books. recoup_engine_query_to_do has what to do now.
 */
#define RECOUP_EVENT_RECOVERY 9

/**
 * A notice for the player was made, in the configuration with "notices": {"events": true}. The details have "notice".
 */
#define RECOUP_EVENT_NOTICE 10

/**
 * A refund, a reversal or an operator changed whether the player has access to a product. The details have "access".
 */
#define RECOUP_EVENT_ACCESS 11

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
 * The order carries a tag that equals the user id, with no other evidence. Any buyer can write any user's id there,
 * so by the default rules it never blocks. "bare_tag" in JSON and in rules.
 */
#define RECOUP_ATTRIBUTED_BY_BARE_TAG 5

/**
 * Handled: the event is acknowledged, and comes again only after a crash before the tick returns.
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
 * The version of the loaded library, such as "0.1.0"; compare with RECOUP_VERSION, the version of this header. Never
 * NULL, never freed. Does not block.
 */
const char *recoup_version(void);

/**
 * The same as one number; RECOUP_VERSION_NUMBER is that of this header. A program can use a library that is not
 * older than its header, of the same major version, and before 1.0 of the same minor version. The loader checks the
 * second if libraries have the version in their names, as on Linux; check the first yourself, before anything else:
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
 * The text, followed by a NUL that len does not count. Lives until recoup_text_free. Empty if text is NULL.
 */
struct recoup_string recoup_text_view(const struct recoup_text *text);

/**
 * Frees a text. NULL is fine.
 */
void recoup_text_free(struct recoup_text *text);

/**
 * The status that the call returned. RECOUP_STATUS_OK if error is NULL.
 */
recoup_status recoup_error_status(const struct recoup_error *error);

/**
 * A stable name for programs and logs, in snake case, finer than the status: such as null_pointer, not_utf8,
 * bad_purchase, newer_schema. Lives as long as the error object. Empty if error is NULL.
 */
struct recoup_string recoup_error_code(const struct recoup_error *error);

/**
 * What went wrong, in English, for people: log it, and do not compare it. Contains no secrets. Lives as long as the
 * error object. Empty if error is NULL.
 */
struct recoup_string recoup_error_message(const struct recoup_error *error);

/**
 * 1 if the same call may succeed later without any change on your side, else 0. 0 if error is NULL.
 */
uint8_t recoup_error_is_retryable(const struct recoup_error *error);

/**
 * The HTTP status to answer the store with after a failed recoup_engine_ingest, so that the store sends the same
 * again: 503 if a retry may soon succeed, else 500; 431 for too many header fields. 0 if error is NULL.
 */
int32_t recoup_error_http_status(const struct recoup_error *error);

/**
 * SQLite's extended result code if the ledger failed, such as 778 (SQLITE_IOERR_WRITE):
 * https://www.sqlite.org/rescode.html. The message names it. 0 for other failures, and if error is NULL.
 */
int32_t recoup_error_sqlite_code(const struct recoup_error *error);

/**
 * Frees an error object. NULL is fine.
 */
void recoup_error_free(struct recoup_error *error);

/**
 * Passes messages of max_level and more severe ones to a function, for the whole process; it replaces the one that
 * was set before. A NULL callback, or RECOUP_LOG_OFF, only removes that. Messages contain no secrets, are of one
 * line, and have at most 4000 characters.
 *
 * destroy is called with user_data exactly once: when the function is replaced and has returned, or, if this call
 * fails, before it returns. Does not block.
 */
RECOUP_MUST_USE
recoup_status recoup_log_set(recoup_log_level max_level,
                             recoup_log_callback callback,
                             uintptr_t user_data,
                             recoup_destructor destroy,
                             struct recoup_error **error);

/**
 * Opens an engine by a configuration in JSON: opens or creates the ledger that it names, brings its schema up to
 * date, and loads the blocked users.
 *
 * Relative paths in the configuration start from base_folder, or, if that is empty, from the working directory.
 * Unknown keys and wrong values are refused with the path to the key. Every text is copied. Blocks on the disk, and
 * for up to five seconds on another process that writes to the same ledger. Starts one thread, and another one if
 * the configuration has credentials of a store's API: see recoup_options_set_background.
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
 * As recoup_engine_open, by a configuration file. Relative paths in it start from the file's own folder.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_open_file(const char *path,
                                      size_t path_len,
                                      struct recoup_engine **engine,
                                      struct recoup_error **error);

/**
 * Lets calls that wait for the ledger finish, releases polled but not acknowledged events so that the next poll
 * returns them at once, and closes the ledger. Blocks on the disk, and, if a request to a store is under way, until
 * its answer or its time limit.
 *
 * The handle stays: later calls that need the ledger return RECOUP_STATUS_CLOSED, and recoup_engine_is_blocked still
 * answers from memory. So shut down in this order: close, join your threads, recoup_engine_free. Closing again is
 * fine. A failure means that events come back only after their lease; the ledger is closed nevertheless.
 *
 * Waiting requests of recoup_engine_submit fail with RECOUP_STATUS_CLOSED, and can be fetched as before; the
 * dispatcher reports them and ends by itself. A gateway continues, and answers 503: recoup_gateway_free ends it.
 *
 * Fails with RECOUP_STATUS_REENTRANT inside a progress callback.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_close(const struct recoup_engine *engine,
                                  struct recoup_error **error);

/**
 * Frees an engine, and first closes it if that was not done; then it blocks as recoup_engine_close does. NULL is
 * fine. No other call on the engine may be running, and none may come after. Ends the library's threads, and calls
 * the destructors of all callbacks. Gateways of the engine may be freed before or after: a remaining one answers
 * every store 503, and keeps what it needs until recoup_gateway_free.
 *
 * Inside a callback of this engine, inside any progress callback and inside a transport it only logs an error: the
 * call around it still needs the engine. Inside a log function it does nothing. In a child made by fork it changes
 * nothing: the engine belongs to the parent.
 */
void recoup_engine_free(struct recoup_engine *engine);

/**
 * New options: no configuration yet, the machine's clock, the library's own HTTP client, background work on. Never
 * NULL.
 */
RECOUP_MUST_USE
struct recoup_options *recoup_options_new(void);

/**
 * Sets the configuration from JSON. Relative paths in it start from base_folder, or, if that is empty, from the
 * working directory. Unknown keys and wrong values are refused with the path to the key. Copied.
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
 * Sets the configuration from a file. Relative paths in it start from the file's own folder. Reads the disk.
 *
 * Fails with RECOUP_STATUS_CONFIG; the options are then as before.
 */
RECOUP_MUST_USE
recoup_status recoup_options_set_config_file(struct recoup_options *options,
                                             const char *path,
                                             size_t path_len,
                                             struct recoup_error **error);

/**
 * Sets a function of yours as the clock, instead of the machine's: for tests. Engines that are opened with it keep
 * it, so destroy runs after the options, all those engines and their gateways are freed, or when another clock is
 * set.
 */
RECOUP_MUST_USE
recoup_status recoup_options_set_clock(struct recoup_options *options,
                                       recoup_clock clock,
                                       uintptr_t user_data,
                                       recoup_destructor destroy,
                                       struct recoup_error **error);

/**
 * Sends requests to the stores through a function of yours, instead of the library's own HTTP client: for a client
 * that the game has already, for a proxy with rules of its own, for tests. A build without the Cargo feature http
 * has no client of its own; without a transport, calls that need the stores then fail with RECOUP_STATUS_UNSUPPORTED
 * (no_http).
 *
 * user_data is passed to the function unchanged. Engines that are opened with these options keep it, so destroy is
 * called with it exactly once: after the options, all those engines and their gateways are freed; or, if no engine
 * has it, when another transport is set; or, if this call fails, before it returns.
 */
RECOUP_MUST_USE
recoup_status recoup_options_set_transport(struct recoup_options *options,
                                           recoup_transport transport,
                                           uintptr_t user_data,
                                           recoup_destructor destroy,
                                           struct recoup_error **error);

/**
 * Whether engines that are opened with these options work with the stores by themselves: 1 (the default) or 0. If a
 * configuration has credentials of a store's API, such an engine has a thread that queries the stores for refunds
 * without a message (unless the configuration has reconcile.off), answers their refund reviews, and continues
 * actions that were not done at once. One with webhooks in its configuration has threads that send them, and every
 * engine removes what is older than the configuration's retention. Without it call recoup_engine_work,
 * recoup_engine_send_webhooks and recoup_engine_prune now and then.
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
 * Sets the store's answer: the status, the header fields (at most 1024; bytes that are not UTF-8 are replaced) and
 * the complete body, decoded if the transfer was encoded or compressed. All of it is copied. Does not block.
 *
 * A status that is not from 200 to 599 is refused (bad_status): skip interim answers. A body of more than the
 * request's body_limit is refused (too_large), and the request then fails as by RECOUP_TRANSPORT_TOO_LARGE, unless
 * another call follows.
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
 * Sets why there is no answer: one of RECOUP_TRANSPORT_*; any other value is refused (bad_failure) and changes
 * nothing. The message is for people; its first 1024 bytes go to logs and to the ledger, so put nothing secret in
 * it. It may be empty. Copied. Does not block.
 */
RECOUP_MUST_USE
recoup_status recoup_http_answer_fail(struct recoup_http_answer *answer,
                                      recoup_transport_failure failure,
                                      const char *message,
                                      size_t message_len,
                                      struct recoup_error **error);

/**
 * Ingests a store's request: authenticates it, understands it, and makes it and all its consequences durable. Call
 * it from the handler of your webhook, and answer the store with outcome->http_status.
 *
 * A forged or unreadable request is no failure of this call: the outcome is RECOUP_OUTCOME_REJECTED. If the call
 * fails, the request may be genuine and was not stored: answer with recoup_error_http_status, or 500 without an
 * error object, and the store sends it again.
 *
 * *details, unless details is NULL, is a JSON object for your log, yours to free: {"outcome", "name" and "meaning",
 * or "code" and "message" if it was not accepted, "http_status", "new", "refund", "user", and "confirm_url" if there
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
 * Records a purchase that you have delivered. Call it again with more members and they are added; a recorded member
 * is never overwritten. Refunds that came before the purchase are attributed now, with all consequences.
 *
 * *outcome, unless outcome is NULL, is whether it is new. Blocks until the commit is on disk. Fails with
 * RECOUP_STATUS_PURCHASE_OF_ANOTHER_USER if the order is recorded as another user's. With repays it takes the place of
 * all that is owed for that refund, and fails with RECOUP_STATUS_NOT_FOUND (unknown_refund) and with
 * RECOUP_STATUS_REFUSED: not_this_users, another_product, repaying_purchase_grants, repaid_already, nothing_owed,
 * recorded_already.
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
 * "non_renewing_subscription"), purchased_at in Unix milliseconds or as RFC 3339 text ("2026-01-31T12:00:00Z"),
 * expires_at likewise, price as {"micros", "currency"}, grants as [{"item", "quantity"}]. Unknown members are refused.
 *
 * *new_purchases, unless new_purchases is NULL, is how many of them were not recorded before. Blocks until the
 * commit is on disk; other writers wait meanwhile. Fails as recoup_engine_record_purchase does; the message has the
 * index of the wrong purchase, counted from 0.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_record_purchases_json(const struct recoup_engine *engine,
                                                  const char *purchases_json,
                                                  size_t purchases_json_len,
                                                  size_t *new_purchases,
                                                  struct recoup_error **error);

/**
 * Verifies a purchase by its signed data from the client, and records it as the user's with the ids, tag, product,
 * quantity, price and time that the store signed. No id can end up in the wrong field, and an invented order is
 * refused. No network is used: keys and apps are the configuration's.
 *
 * data is, byte for byte as the store's library returned it to the client: for "app-store" StoreKit 2's transaction,
 * a JWS (jwsRepresentation), with an empty signature; for "google-play" the purchase's original JSON
 * (INAPP_PURCHASE_DATA) with its base64 signature, verified with google_play[].license_keys of the configuration;
 * for "one-store" the purchase's original JSON with its base64 signature, verified with the licence key of its
 * section. Stripe and Amazon give the client nothing signed: use recoup_engine_record_purchase.
 *
 * A signature proves that an order was paid, not by which of your users: it belongs to the first user who presents
 * it. The same purchase from the same user again is RECOUP_PURCHASE_ALREADY_RECORDED.
 *
 * more may be NULL, or a struct with what the store does not report: environment, product_type, price,
 * country and grants. All other members must be unset. If the store reports it too, the store's value is recorded.
 *
 * *outcome, unless outcome is NULL, is whether it is new; RECOUP_PURCHASE_REVOKED: the App Store has taken it back,
 * so deliver nothing. Blocks until the commit is on disk. Fails with RECOUP_STATUS_REJECTED if it does not verify,
 * is of another app, pending or canceled; with RECOUP_STATUS_PURCHASE_OF_ANOTHER_USER if the order is recorded as
 * another user's, or carries a tag that was issued to another user. Deliver nothing in either case.
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
 * The account tag of a user, which your game's client puts on the user's purchases: a random, unguessable UUID, always
 * the same for the same user. A refund that carries it is attributed to this user. It fits App Store appAccountToken,
 * Google Play obfuscatedAccountId, ONE Store developerPayload and Stripe's metadata, and is recognised in upper and in
 * lower case. store is a store's name as in recoup_purchase; Amazon carries no tag of the game's, which fails with
 * RECOUP_STATUS_INVALID_ARGUMENT.
 *
 * *tag is yours to free. The first time for a user, blocks until a commit is on disk; afterwards reads the disk.
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
 * Transfers a purchase to another user, by its order id or token: for a purchase that support moved to another
 * account, or that was recorded for the wrong user. The record moves; without a record, but with a refund of the
 * order, one is made. Refunds of the order become to_user's: their consequences for the old user end, and the rules
 * are applied to the new one, with all events. store may be empty unless two stores have the order. who (a person or
 * a tool) and why go to the journal and cannot be empty; each has at most 1024 bytes.
 *
 * *transferred_json, unless transferred_json is NULL, is yours to free: {"store", "order", "from" (null if the
 * purchase was not recorded), "to", "purchases" (how many records were moved or made), "refunds" (how many were
 * moved)}. Blocks until the commit is on disk. Fails with RECOUP_STATUS_NOT_FOUND if neither a record nor a refund
 * has the id.
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
 * Whether a user has an active block: *blocked is 1 or 0. Call it at every login and before every match: no lock, no
 * disk, nothing to wait for.
 *
 * A block made through this engine is seen as soon as the call that made it returns; a block made by another process
 * on the same ledger within a second. If the call fails, *blocked is not written: decide what to do with a player
 * you know nothing about.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_is_blocked(const struct recoup_engine *engine,
                                       const char *user,
                                       size_t user_len,
                                       uint8_t *blocked,
                                       struct recoup_error **error);

/**
 * Blocks a user manually for duration_ms milliseconds, or, if that is 0, until recoup_engine_unblock. who (a person
 * or a tool) and why go to the journal and cannot be empty; each has at most 1024 bytes, user at most 256.
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
 * Ends all active blocks of a user manually; who and why as in recoup_engine_block. A refund that caused one of them
 * does not block again, however often the store repeats it.
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
 * Ends the blocks that have expired. The engine does this by itself about five times a second; call it after a test
 * has moved the clock of recoup_options_set_clock.
 *
 * *ended, unless ended is NULL, is how many there were. Blocks until the commit is on disk.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_expire_blocks(const struct recoup_engine *engine,
                                          size_t *ended,
                                          struct recoup_error **error);

/**
 * Fills events with up to capacity events to act on (at most 1000 at once), the oldest first; *count is how many.
 * Act on each, then acknowledge it with recoup_engine_ack. An event that is not acknowledged within the lease (the
 * configuration's delivery.lease, 30 seconds unless set) is delivered again, here or to another process on the same
 * ledger; so are all of them after a crash.
 *
 * Set struct_size of the first event to sizeof(recoup_event): it counts for the whole array.
 *
 * *details, unless details is NULL, is a JSON array, yours to free, with one object per event in the same order: all
 * of the above, and the refund and the block as they were when the event was made. If you do not need that, pass
 * NULL and save the work.
 *
 * Fails with RECOUP_STATUS_PUMPING while a tick or the dispatcher delivers events.
 *
 * Call it from your game loop or from a thread of its own. With nothing new it returns at once, without touching the
 * disk; otherwise it blocks until a commit is on disk.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_poll(const struct recoup_engine *engine,
                                 struct recoup_event *events,
                                 size_t capacity,
                                 size_t *count,
                                 struct recoup_text **details,
                                 struct recoup_error **error);

/**
 * Acknowledges an event: call it after you acted on it. Acknowledging again is fine.
 *
 * Blocks until the commit is on disk. Fails with RECOUP_STATUS_NOT_FOUND if no event was ever made under this id.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_ack(const struct recoup_engine *engine,
                                int64_t event_id,
                                struct recoup_error **error);

/**
 * Registers a callback for blocked users: end the session, refuse logins. It replaces the one that was registered
 * before; a NULL callback only removes that.
 *
 * Callbacks are called by recoup_engine_tick and by the dispatcher (recoup_engine_start_dispatcher). Events of kinds
 * without a callback, neither their own nor one of recoup_engine_on_event, are acknowledged unseen, so that they do
 * not delay the others; while no callback for events is registered at all, every event stays.
 *
 * user_data is passed to the callback unchanged. destroy is called with it exactly once: when the callback is
 * replaced (and has returned, if it is running), when the engine is freed, or, if this call fails, before it
 * returns.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_on_block(const struct recoup_engine *engine,
                                     recoup_event_callback callback,
                                     uintptr_t user_data,
                                     recoup_destructor destroy,
                                     struct recoup_error **error);

/**
 * Registers a callback for users without an active block any more. As recoup_engine_on_block.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_on_unblock(const struct recoup_engine *engine,
                                       recoup_event_callback callback,
                                       uintptr_t user_data,
                                       recoup_destructor destroy,
                                       struct recoup_error **error);

/**
 * Registers a callback for refunds that an operator should look at. As recoup_engine_on_block.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_on_alert(const struct recoup_engine *engine,
                                     recoup_event_callback callback,
                                     uintptr_t user_data,
                                     recoup_destructor destroy,
                                     struct recoup_error **error);

/**
 * Registers a callback for refunds: take the items back. As recoup_engine_on_block.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_on_refund(const struct recoup_engine *engine,
                                      recoup_event_callback callback,
                                      uintptr_t user_data,
                                      recoup_destructor destroy,
                                      struct recoup_error **error);

/**
 * Registers a callback for reversed refunds: give the items again. As recoup_engine_on_block.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_on_reversal(const struct recoup_engine *engine,
                                        recoup_event_callback callback,
                                        uintptr_t user_data,
                                        recoup_destructor destroy,
                                        struct recoup_error **error);

/**
 * Registers a callback for refund requests that a store lets the game review. As recoup_engine_on_block.
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
 * Registers a callback for changes of what is owed for a refund, or of what the player gets back, without a refund or
 * reversal event: take or give what recoup_engine_query_to_do has. As recoup_engine_on_block.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_on_recovery(const struct recoup_engine *engine,
                                        recoup_event_callback callback,
                                        uintptr_t user_data,
                                        recoup_destructor destroy,
                                        struct recoup_error **error);

/**
 * Registers a callback for notices for players, in the configuration with "notices": {"events": true}: show it if the
 * player is online, and report it by recoup_engine_mark_notice. As recoup_engine_on_block.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_on_notice(const struct recoup_engine *engine,
                                      recoup_event_callback callback,
                                      uintptr_t user_data,
                                      recoup_destructor destroy,
                                      struct recoup_error **error);

/**
 * Registers a callback for players who got or lost access to a product by a refund, a reversal or an operator:
 * recoup_engine_has_access has the answer now. As recoup_engine_on_block.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_on_access(const struct recoup_engine *engine,
                                      recoup_event_callback callback,
                                      uintptr_t user_data,
                                      recoup_destructor destroy,
                                      struct recoup_error **error);

/**
 * Registers a callback for every event of a kind without its own callback, including kinds of later versions. As
 * recoup_engine_on_block.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_on_event(const struct recoup_engine *engine,
                                     recoup_event_callback callback,
                                     uintptr_t user_data,
                                     recoup_destructor destroy,
                                     struct recoup_error **error);

/**
 * Registers a callback for the results of submitted requests (recoup_engine_submit). Without one they are stored for
 * recoup_engine_poll_completions. user_data, destroy and NULL as for recoup_engine_on_block.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_on_completion(const struct recoup_engine *engine,
                                          recoup_completion_callback callback,
                                          uintptr_t user_data,
                                          recoup_destructor destroy,
                                          struct recoup_error **error);

/**
 * Calls the registered callbacks on this thread for everything due, completions first and then events in their
 * order, until nothing is left or budget_us microseconds are spent; *handled, unless handled is NULL, is the number
 * of calls. The budget is checked between calls: there is always at least one if anything is due. 0 is no budget:
 * all of it.
 *
 * If completions spend the budget, the next tick begins with the events, so that a flood of requests delays no
 * block. Completions that come meanwhile are for the next tick.
 *
 * Call it from your main loop. With nothing to do it costs well under a microsecond, allocates nothing and touches
 * no disk; otherwise it blocks until a commit is on disk, twice for up to 64 events.
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
 * Waits until there may be something to poll or to tick for, at most timeout_ms milliseconds: *ready is 1, or 0 if
 * the time is up or the engine was closed. For a thread that has nothing else to do; many may wait at once.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_wait(const struct recoup_engine *engine,
                                 uint64_t timeout_ms,
                                 uint8_t *ready,
                                 struct recoup_error **error);

/**
 * Starts a thread that calls the registered callbacks as soon as something is due, for programs without a main loop.
 * recoup_engine_stop_dispatcher ends it, and so does closing the engine. Does not block.
 *
 * Fails with RECOUP_STATUS_PUMPING if it runs already or a tick is running, and with RECOUP_STATUS_OUT_OF_RESOURCES
 * if the system gives no thread.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_start_dispatcher(const struct recoup_engine *engine,
                                             struct recoup_error **error);

/**
 * Ends the dispatcher's thread, and waits for the callback that is running; the rest is left for the next poll or
 * tick. If none runs, nothing happens.
 *
 * Fails with RECOUP_STATUS_REENTRANT inside a callback.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_stop_dispatcher(const struct recoup_engine *engine,
                                            struct recoup_error **error);

/**
 * Ingests a store's request on the library's own threads: copies it, and returns at once. The result comes with its
 * tag by recoup_engine_poll_completions, or by recoup_engine_tick if recoup_engine_on_completion was called; answer
 * the store only then. Nothing is promised before that: after a crash the store sends it again.
 *
 * For programs whose web server cannot wait for a disk; if it can, recoup_engine_ingest is simpler. Does not block.
 * Fails with RECOUP_STATUS_QUEUE_FULL if 4096 requests or 64 MiB of them are held already: answer 503. The first
 * call starts the threads, and fails with RECOUP_STATUS_OUT_OF_RESOURCES if the system gives none.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_submit(const struct recoup_engine *engine,
                                   const struct recoup_request *request,
                                   uint64_t tag,
                                   struct recoup_error **error);

/**
 * Fills completions with the results of up to capacity submitted requests (at most 1000 at once), in the order they
 * were done; *count is how many. Each is reported once.
 *
 * Set struct_size of the first one to sizeof(recoup_completion): it counts for the whole array.
 *
 * *details, unless details is NULL, is a JSON array, yours to free, with one object per completion in the same
 * order: as the details of recoup_engine_ingest, or {"code", "message", "retryable"} for one that failed. Does not
 * block.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_poll_completions(const struct recoup_engine *engine,
                                             struct recoup_completion *completions,
                                             size_t capacity,
                                             size_t *count,
                                             struct recoup_text **details,
                                             struct recoup_error **error);

/**
 * Ingests a message of a store that Recoup does not know, which you have authenticated: repetitions, users, policy,
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
 * One refund: the store's report, its user, the policy's decision. *refund_json is yours to free. Reads the disk,
 * and never waits for a writer. Fails with RECOUP_STATUS_NOT_FOUND.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_query_refund(const struct recoup_engine *engine,
                                         int64_t refund_id,
                                         struct recoup_text **refund_json,
                                         struct recoup_error **error);

/**
 * A page of refunds, newest first: {"items": [...], "next": n}. The filter is a JSON object with any of "store",
 * "user", "order_id", "state", "product", "unattributed", "since" and "until" (Unix milliseconds), and the others of its
 * schema, refund-filter, or empty for all refunds. "sort" can be "first_seen" only, and "order" may be "oldest". after is 0 for the first page, and the previous page's "next" for each further one, until that is null. A
 * page has up to limit items, at least 1 and at most 1000.
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
 * An event that was not acknowledged yet: the members of recoup_event, and the refund and the block as they were
 * when it was made. *event_json is yours to free. Reads the disk, and never waits for a writer. Fails with
 * RECOUP_STATUS_NOT_FOUND.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_query_event(const struct recoup_engine *engine,
                                        int64_t event_id,
                                        struct recoup_text **event_json,
                                        struct recoup_error **error);

/**
 * A page of blocks, newest first: the active ones, or all if with_ended is not 0. after, limit and the page as for
 * recoup_engine_query_refunds.
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
 * Refunds a player, if the store lets a seller do so: Google Play and Stripe. refund_json is {"order", "who", "why",
 * "key"}. order is one of
 *
 * - {"store": "google-play", "app": package name, "order_id": "GPA...", "revoke": whether access ends at once (false
 *   if absent)}: all that is left of the order;
 * - {"store": "stripe", "app": the account's name in the configuration, "payment": "ch_...", "py_..." or "pi_...",
 *   "amount": {"micros", "currency"} or absent for all that is left, "reason": "duplicate", "fraudulent",
 *   "requested_by_customer", or absent}.
 *
 * who (a person or a tool) and why go to the journal and cannot be empty; each has at most 1024 bytes. key is
 * optional: a name of your own, such as a support ticket's. Two calls with the same key are one refund; the second
 * returns the first one's action and sends nothing. Set it if a person or a program might try again.
 *
 * The action is on disk before the request is sent, and again after the store has answered. *action_json is the
 * action at that time, yours to free: {"id", "key", "store", "app", "kind", "refund_id", "order_id", "request",
 * "who", "why", "state", "attempts", "answer", "at", "next_at", "settled_at"}. The state is
 *
 * - "written": not sent yet, or the store could not accept it; it is sent again at next_at, for 22 hours;
 * - "sending": sent, with no answer yet; after a crash, until the outcome is found out;
 * - "confirming": accepted; the store is queried until money has moved;
 * - "done";
 * - "failed": the store refuses; answer has the reason;
 * - "unknown": sent, and the outcome could not be found out: check the store's console.
 *
 * A store's refusal is no failure of this call. The store reports the refund later like any other, and by the
 * default rules it blocks no player, unless its reason is fraud. Unsettled actions continue by themselves, or in
 * recoup_engine_work.
 *
 * Blocks until commits are on disk, and on the store: up to a few minutes if it does not answer. Fails with
 * RECOUP_STATUS_API (api_not_configured) if the configuration has no credentials for it, and with
 * RECOUP_STATUS_INVALID_ARGUMENT (bad_action) for a request that no store would accept, and for a key that was used
 * for another request. After a failure nothing was sent, unless the ledger failed after the store's answer: call
 * again with the same key.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_issue_refund(const struct recoup_engine *engine,
                                         const char *refund_json,
                                         size_t refund_json_len,
                                         struct recoup_text **action_json,
                                         struct recoup_error **error);

/**
 * Ends a Google Play subscription at once and refunds it. revoke_json is {"order", "who", "why", "key"} as for
 * recoup_engine_issue_refund, with an order of {"app": package name, "purchase_token", "refund": "full" for the
 * latest charge, "prorated" for its remaining share, or {"item": product id} of a subscription with add-ons}.
 *
 * *action_json, blocking and failures as for recoup_engine_issue_refund. Google does not document repeated
 * revocations, so one without an answer is not sent again: its state is "unknown".
 */
RECOUP_MUST_USE
recoup_status recoup_engine_revoke_subscription(const struct recoup_engine *engine,
                                                const char *revoke_json,
                                                size_t revoke_json_len,
                                                struct recoup_text **action_json,
                                                struct recoup_error **error);

/**
 * The current state of one action, as recoup_engine_issue_refund returns it. *action_json is yours to free. Reads
 * the disk, and never waits for a writer or for a store. Fails with RECOUP_STATUS_NOT_FOUND.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_query_action(const struct recoup_engine *engine,
                                         int64_t action_id,
                                         struct recoup_text **action_json,
                                         struct recoup_error **error);

/**
 * A page of actions, newest first: refunds, revocations, and answers to refund reviews. The filter is a JSON object
 * with any of "store", "kind" ("refund", "revoke_subscription", "answer_review"), "state", "order_id" and
 * "refund_id", or empty for all actions. after, limit and the page as for recoup_engine_query_refunds.
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
 * Copies the ledger to a new file at path: one consistent state, in one file, while this engine and other processes
 * continue to write. It contains everything that was acknowledged before the call. Only its owner can read the file,
 * which gets its name once it is complete and on disk. docs/in-your-process.md describes how to restore a backup.
 *
 * Use this, and never copy the ledger's files by other means while an engine has them open: opening and closing them
 * in the same process releases the engine's locks (RECOUP_STATUS_LEDGER_LOST).
 *
 * Blocks until the copy is complete, which a thread of its own makes. Fails with RECOUP_STATUS_INVALID_ARGUMENT
 * (backup_exists) if path exists: a backup overwrites nothing; with RECOUP_STATUS_IO (backup_failed) if it cannot be
 * written; with RECOUP_STATUS_CLOSED and RECOUP_STATUS_OUT_OF_RESOURCES.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_backup(const struct recoup_engine *engine,
                                   const char *path,
                                   size_t path_len,
                                   struct recoup_error **error);

/**
 * Reports how far an order was used, before a store requests it or on RECOUP_EVENT_REVIEW; a later report replaces
 * an earlier one. order is the store's id: App Store transaction id, Google Play order id.
 *
 * report_json is {"consent": whether the player has consented to share this with the store, and any of "delivery"
 * ("delivered", the default, "quality_issue", "wrong_item", "server_outage", "not_delivered"), "consumed" in
 * thousandths of a percent from 0 to 100000, "sample_given" (whether the player could try it before), "usage":
 * [{"at" in Unix milliseconds, "what", "ip_address"}, ...], oldest first, at most 1000}. Without consent the App
 * Store receives nothing, and Google Play neither how much was used nor when.
 *
 * *review_json is the store's latest review of the order, yours to free, or null if there is none: {"id",
 * "refund_id", "store", "app", "order_id", "user", "requested_at", "deadline", "state", "consumption", "rule",
 * "answer", "action", "outcome"}. The state is "waiting" (for your report), "reported" (the answer is on its way),
 * "answered", "declined_to_answer", "missed" or "closed" (the store decided before).
 *
 * An open review is answered by the configuration's rules, soon after this call and not in it: by the engine itself,
 * or by recoup_engine_work. Blocks until the commit is on disk. Fails with RECOUP_STATUS_INVALID_ARGUMENT for a
 * share of more than 100000 (bad_action) and for too many uses (too_many).
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
 * A page of stores' refund reviews, newest first, as recoup_engine_report_consumption returns them. The filter is a
 * JSON object with any of "store", "state", "order_id" and "refund_id", or empty for all. after, limit and the page
 * as for recoup_engine_query_refunds.
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
 * Figures of the refund reviews since a time, in Unix milliseconds: {"cases", "answered", "declined_by_store",
 * "refunded", "missed", "money_kept"}, where money_kept has millionths of the unit by currency.
 *
 * *figures_json is yours to free. Reads all of these reviews from the disk, and never waits for a writer.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_query_review_figures(const struct recoup_engine *engine,
                                                 int64_t since_ms,
                                                 struct recoup_text **figures_json,
                                                 struct recoup_error **error);

/**
 * The books of a refund as they are now: {"known": whether it is known what the purchase granted, "sized": whether it
 * is known how much of the order is refunded, "granted_by": "operator", "purchase", "catalogue" or null, "settled":
 * whether nothing is owed and it is known how much was due, "items": [{"item", "granted", "due", "taken", "forgiven",
 * "owed", "to_return"}, ...]}. If what was granted is not known, items is empty; if the size is not known, due is the
 * least that it can be.
 *
 * *recovery_json is yours to free. Reads the disk, and never waits for a writer. Fails with RECOUP_STATUS_NOT_FOUND.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_query_recovery(const struct recoup_engine *engine,
                                           int64_t refund_id,
                                           struct recoup_text **recovery_json,
                                           struct recoup_error **error);

/**
 * The entries of a refund's books, oldest first: [{"id", "refund", "user", "item", "kind": "due", "taken" or
 * "forgiven", "quantity", "how", "corrects", "purchase", "at", "who"}, ...]. Entries are never changed; a mistake is
 * cancelled by another entry (recoup_engine_correct).
 *
 * *entries_json is yours to free. Reads the disk, and never waits for a writer. Fails with RECOUP_STATUS_NOT_FOUND.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_query_recovery_entries(const struct recoup_engine *engine,
                                                   int64_t refund_id,
                                                   struct recoup_text **entries_json,
                                                   struct recoup_error **error);

/**
 * What to take from an event's user, or to give to them, by the books as they are now: {"refund", "key", "take":
 * [{"item", "quantity"}, ...], "give": [...]}. Call it just before you act on a RECOUP_EVENT_REFUND,
 * RECOUP_EVENT_REVERSAL or RECOUP_EVENT_RECOVERY: the books in the event's details are those of an earlier time. For
 * an event of another kind refund is 0 and both lists are empty.
 *
 * Then, in one transaction of your own, take or give the items and store the key with what you did, unless you have
 * that key already; and report it with recoup_engine_settle. After a crash at any point the same steps change nothing
 * twice.
 *
 * *to_do_json is yours to free. Reads the disk, and never waits for a writer. Fails with RECOUP_STATUS_NOT_FOUND if
 * the event does not wait to be acknowledged.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_query_to_do(const struct recoup_engine *engine,
                                        int64_t event_id,
                                        struct recoup_text **to_do_json,
                                        struct recoup_error **error);

/**
 * Reports what the program took back for a refund, or gave again after a reversal. report_json is {"key": 1 to 200
 * printable ASCII characters that identify the report, "taken": [{"item", "quantity"}, ...], "returned": [...],
 * "rest": what happens to what is still owed, "owed" (the default: it stays owed), "forgiven" or "written_off",
 * "who"}. An empty report states that the program looked and took nothing.
 *
 * Repeating a report under its key changes nothing and returns the first outcome. What was taken is booked even if a
 * reversal or an operator was quicker; then something is to be returned.
 *
 * *outcome_json is yours to free: {"recovery": as recoup_engine_query_recovery returns it, "too_much": what was taken
 * beyond all that the purchase granted. It is not booked: give it back at once}. Blocks until the commit is on disk.
 * Fails with RECOUP_STATUS_NOT_FOUND; with RECOUP_STATUS_INVALID_ARGUMENT (bad_json, bad_key, bad_item, too_many);
 * and with RECOUP_STATUS_REFUSED: key_reused for a key that was used for another request, unattributed if the user is
 * not known, not_granted for an item that the purchase did not grant, more_than_taken.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_report_recovery(const struct recoup_engine *engine,
                                            int64_t refund_id,
                                            const char *report_json,
                                            size_t report_json_len,
                                            struct recoup_text **outcome_json,
                                            struct recoup_error **error);

/**
 * Reports what the program did about an event of kind refund, reversal or recovery, and acknowledges the event, in
 * one commit: use it instead of recoup_engine_ack. report_json and *outcome_json as for recoup_engine_report_recovery;
 * an absent or empty key is that of recoup_engine_query_to_do. Repeating it changes nothing and returns the first
 * outcome.
 *
 * *outcome_json is yours to free. Blocks until the commit is on disk. Fails with RECOUP_STATUS_NOT_FOUND for an
 * unknown event; with RECOUP_STATUS_REFUSED (no_books) for an event of another kind, which recoup_engine_ack is for;
 * and as recoup_engine_report_recovery does.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_settle(const struct recoup_engine *engine,
                                   int64_t event_id,
                                   const char *report_json,
                                   size_t report_json_len,
                                   struct recoup_text **outcome_json,
                                   struct recoup_error **error);

/**
 * Books items that a player gives back of their own accord, such as what they earned since. repayment_json is {"key":
 * as for recoup_engine_report_recovery, "items": [{"item", "quantity"}, ...], "who", "why"}; who and why are optional.
 * The user's oldest debts of each item are paid first. Repeating it under its key changes nothing and returns the
 * first outcome.
 *
 * *outcome_json is yours to free: {"applied": [{"refund", "item", "quantity"}, ...], "too_much": what exceeds all debts
 * and was not booked: give it back at once, "debts": as recoup_engine_query_debts returns them}. Blocks until the
 * commit is on disk. Fails with RECOUP_STATUS_INVALID_ARGUMENT (bad_json, bad_key, bad_item, bad_text, too_many) and
 * with RECOUP_STATUS_REFUSED (key_reused).
 */
RECOUP_MUST_USE
recoup_status recoup_engine_repay(const struct recoup_engine *engine,
                                  const char *user,
                                  size_t user_len,
                                  const char *repayment_json,
                                  size_t repayment_json_len,
                                  struct recoup_text **outcome_json,
                                  struct recoup_error **error);

/**
 * Forgives what is owed for a refund, by an operator. forgive_json is {"key": as for recoup_engine_report_recovery,
 * "items": [{"item", "quantity"}, ...], or absent or empty for all that is owed, "written_off": true if the studio
 * cannot get the items, false (the default) if it does not want them, "who", "why"}. who (a person or a tool) and why
 * go to the journal and cannot be empty; each has at most 1024 bytes. At most what is owed is forgiven. Repeating it
 * under its key changes nothing and returns the first answer.
 *
 * *recovery_json is the books after it, yours to free. Blocks until the commit is on disk. Fails with
 * RECOUP_STATUS_NOT_FOUND; with RECOUP_STATUS_INVALID_ARGUMENT (bad_json, bad_key, bad_item, bad_text, too_many); and
 * with RECOUP_STATUS_REFUSED (nothing_owed, key_reused).
 */
RECOUP_MUST_USE
recoup_status recoup_engine_forgive(const struct recoup_engine *engine,
                                    int64_t refund_id,
                                    const char *forgive_json,
                                    size_t forgive_json_len,
                                    struct recoup_text **recovery_json,
                                    struct recoup_error **error);

/**
 * Cancels an entry of the books that was a mistake, by another entry. who and why as for recoup_engine_forgive.
 *
 * *recovery_json is the books of the entry's refund after it, yours to free. Blocks until the commit is on disk. Fails
 * with RECOUP_STATUS_NOT_FOUND (unknown_entry), and with RECOUP_STATUS_REFUSED: not_correctable for an entry of what
 * is due, which follows the refund, and for one that Recoup made itself; already_corrected; more_than_taken if later
 * entries build on it.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_correct(const struct recoup_engine *engine,
                                    int64_t entry_id,
                                    const char *who,
                                    size_t who_len,
                                    const char *why,
                                    size_t why_len,
                                    struct recoup_text **recovery_json,
                                    struct recoup_error **error);

/**
 * Sets what a refunded purchase granted, where your record of the purchase does not have it. granted_json is
 * {"grants": [{"item", "quantity"}, ...], "who", "why"}; who and why as for recoup_engine_forgive. What is due follows.
 *
 * *recovery_json is the books after it, yours to free. Blocks until the commit is on disk. Fails with
 * RECOUP_STATUS_NOT_FOUND; with RECOUP_STATUS_INVALID_ARGUMENT (bad_json, bad_item, bad_text, too_many); and with
 * RECOUP_STATUS_REFUSED (granted_by_purchase) if the recorded purchase has its grants, which count.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_set_granted(const struct recoup_engine *engine,
                                        int64_t refund_id,
                                        const char *granted_json,
                                        size_t granted_json_len,
                                        struct recoup_text **recovery_json,
                                        struct recoup_error **error);

/**
 * What a user owes: {"user", "items": [{"item", "quantity"}, ...], "debts": [{"refund", "item", "owed"}, ...]}. A user
 * who owes nothing, or is not known, has empty lists.
 *
 * *debts_json is yours to free. Reads the disk, and never waits for a writer.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_query_debts(const struct recoup_engine *engine,
                                        const char *user,
                                        size_t user_len,
                                        struct recoup_text **debts_json,
                                        struct recoup_error **error);

/**
 * A page of the users who owe something, by user id: {"items": [{"user", "items": [{"item", "quantity"}, ...], "refunds",
 * "since", ...}, ...], "next": the after of the next page, or null}. after is empty for the first page. A page has up to
 * limit items, at most 1000; 0 counts as 1.
 *
 * *page_json is yours to free. Reads the disk, and never waits for a writer.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_query_debtors(const struct recoup_engine *engine,
                                          const char *after,
                                          size_t after_len,
                                          size_t limit,
                                          struct recoup_text **page_json,
                                          struct recoup_error **error);

/**
 * Closes a refund of which the books do not know how much was due: its grants, its size or its user is unknown.
 * closed_as is "recovered", "partly_recovered" or "written_off". It holds for what is refunded now: if more is
 * refunded later, the refund is open again. who (a person or a tool) and why go to the journal and cannot be empty;
 * each has at most 1024 bytes.
 *
 * *refund_json is the refund after it, as recoup_engine_query_refund returns it, yours to free. Blocks until the commit
 * is on disk. Fails with RECOUP_STATUS_NOT_FOUND; with RECOUP_STATUS_INVALID_ARGUMENT (unknown_status, bad_text); and
 * with RECOUP_STATUS_REFUSED: still_owed if something is owed (report what was taken, or forgive it), nothing_owed if
 * the books know that nothing is.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_close_refund(const struct recoup_engine *engine,
                                         int64_t refund_id,
                                         const char *closed_as,
                                         size_t closed_as_len,
                                         const char *who,
                                         size_t who_len,
                                         const char *why,
                                         size_t why_len,
                                         struct recoup_text **refund_json,
                                         struct recoup_error **error);

/**
 * Opens a refund that recoup_engine_close_refund closed. who, why and *refund_json, which is yours to free, as there.
 * Blocks until the commit is on disk. Fails with RECOUP_STATUS_NOT_FOUND, and with RECOUP_STATUS_REFUSED (not_closed).
 */
RECOUP_MUST_USE
recoup_status recoup_engine_reopen_refund(const struct recoup_engine *engine,
                                          int64_t refund_id,
                                          const char *who,
                                          size_t who_len,
                                          const char *why,
                                          size_t why_len,
                                          struct recoup_text **refund_json,
                                          struct recoup_error **error);

/**
 * Assigns a refund to an operator, by any name of your own of 1 to 64 bytes, or to none if to is empty. who, why and
 * *refund_json, which is yours to free, as for recoup_engine_close_refund. Blocks until the commit is on disk. Fails
 * with RECOUP_STATUS_NOT_FOUND, and with RECOUP_STATUS_INVALID_ARGUMENT (bad_text).
 */
RECOUP_MUST_USE
recoup_status recoup_engine_assign_refund(const struct recoup_engine *engine,
                                          int64_t refund_id,
                                          const char *to,
                                          size_t to_len,
                                          const char *who,
                                          size_t who_len,
                                          const char *why,
                                          size_t why_len,
                                          struct recoup_text **refund_json,
                                          struct recoup_error **error);

/**
 * Sets the status of a refund, and does all that it means:
 *
 * - "recovered": all that is owed is booked as taken;
 * - "written_off": all that is owed is forgiven, since the studio cannot get it;
 * - "excluded": the decision is overruled, and the refund does not count;
 * - "open": closing, overruling, forgiving and an earlier status are undone.
 *
 * Where the books do not know what is due, "recovered" and "written_off" close the refund. Setting a status again
 * changes nothing. It needs no recorded purchase and no user. who, why and *refund_json, which is yours to free, as for
 * recoup_engine_close_refund.
 *
 * Blocks until the commit is on disk. Fails with RECOUP_STATUS_NOT_FOUND; with RECOUP_STATUS_INVALID_ARGUMENT
 * (unknown_status, bad_text); and with RECOUP_STATUS_REFUSED: not_refunded if nothing is refunded, nothing_owed if the
 * books know that nothing is due, came_back if it cannot be opened, since the program reported that all came back.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_set_refund_status(const struct recoup_engine *engine,
                                              int64_t refund_id,
                                              const char *status,
                                              size_t status_len,
                                              const char *who,
                                              size_t who_len,
                                              const char *why,
                                              size_t why_len,
                                              struct recoup_text **refund_json,
                                              struct recoup_error **error);

/**
 * As recoup_engine_set_refund_status, by the store's order id or purchase token: for programs that keep no refund ids.
 * *refund_json is yours to free.
 *
 * Blocks until the commit is on disk. Fails with RECOUP_STATUS_NOT_FOUND (unknown_order) if neither a purchase nor a
 * refund has this id; with RECOUP_STATUS_REFUSED: not_refunded if it is recorded and nothing of it is refunded,
 * several_refunds if several refunds have it, which the message lists; and as recoup_engine_set_refund_status does.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_set_order_status(const struct recoup_engine *engine,
                                             const char *order,
                                             size_t order_len,
                                             const char *status,
                                             size_t status_len,
                                             const char *who,
                                             size_t who_len,
                                             const char *why,
                                             size_t why_len,
                                             struct recoup_text **refund_json,
                                             struct recoup_error **error);

/**
 * All that is known of one refund: {"refund", "recovery": its books, "entries": as recoup_engine_query_recovery_entries
 * returns them, "blocks": those that it caused, "notes": as recoup_engine_query_notes returns them, "journal": up to
 * the newest 10000 entries}, each list with the oldest first.
 *
 * *case_json is yours to free. Reads the disk, and never waits for a writer. Fails with RECOUP_STATUS_NOT_FOUND.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_query_case(const struct recoup_engine *engine,
                                       int64_t refund_id,
                                       struct recoup_text **case_json,
                                       struct recoup_error **error);

/**
 * The refund of an order id or purchase token, as recoup_engine_query_refund returns it.
 *
 * *refund_json is yours to free. Reads the disk, and never waits for a writer. Fails with RECOUP_STATUS_NOT_FOUND if
 * nothing of it is refunded, and with RECOUP_STATUS_REFUSED (several_refunds) if several refunds have this id, which
 * the message lists.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_query_refund_of_order(const struct recoup_engine *engine,
                                                  const char *order,
                                                  size_t order_len,
                                                  struct recoup_text **refund_json,
                                                  struct recoup_error **error);

/**
 * What an id belongs to: an order id, purchase token, original id, account tag or user id, or "refund:12", "block:12",
 * "action:12" or "event:12"; 1 to 4096 bytes. The whole id is needed.
 *
 * *found_json is yours to free: {"refunds", "purchases", "users", "blocks", "actions", "events"}, lists of up to 50,
 * all of them empty if nothing is found. Reads the disk, and never waits for a writer. Fails with
 * RECOUP_STATUS_INVALID_ARGUMENT (bad_text).
 */
RECOUP_MUST_USE
recoup_status recoup_engine_find(const struct recoup_engine *engine,
                                 const char *text,
                                 size_t text_len,
                                 struct recoup_text **found_json,
                                 struct recoup_error **error);

/**
 * How many refunds match a filter: {"count": at most 10000, "more": whether there are more}. The filter as for
 * recoup_engine_query_refunds.
 *
 * *count_json is yours to free. Reads the disk, and never waits for a writer.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_count_refunds(const struct recoup_engine *engine,
                                          const char *filter_json,
                                          size_t filter_json_len,
                                          struct recoup_text **count_json,
                                          struct recoup_error **error);

/**
 * Writes a note on a refund or on a user. new_note_json is {"refund" or "user", "text": 1 to 4096 bytes of plain text,
 * which may have several lines, "who": a person or a tool, 1 to 1024 bytes}. Notes are never changed.
 *
 * *note_json is yours to free: {"id", "on": {"refund"} or {"user"}, "at", "who", "text"}. Blocks until the commit is on
 * disk. Fails with RECOUP_STATUS_NOT_FOUND for an unknown refund; with RECOUP_STATUS_INVALID_ARGUMENT (bad_json,
 * bad_text); and with RECOUP_STATUS_REFUSED (too_many) if there are 1000 notes already.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_add_note(const struct recoup_engine *engine,
                                     const char *new_note_json,
                                     size_t new_note_json_len,
                                     struct recoup_text **note_json,
                                     struct recoup_error **error);

/**
 * The notes on a refund or on a user, oldest first, as recoup_engine_add_note returns them. on_json is {"refund": its
 * id} or {"user": the user}. A user without notes has an empty list.
 *
 * *notes_json is yours to free. Reads the disk, and never waits for a writer. Fails with RECOUP_STATUS_NOT_FOUND for an
 * unknown refund.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_query_notes(const struct recoup_engine *engine,
                                        const char *on_json,
                                        size_t on_json_len,
                                        struct recoup_text **notes_json,
                                        struct recoup_error **error);

/**
 * Sweeps the stores for refunds since the last sweep, and ingests them as their webhooks would be: known refunds
 * change nothing. An engine does this by itself every 6 hours, or as often as the configuration's reconcile.every;
 * call it after an outage, or with recoup_options_set_background 0.
 *
 * options_json is {"stores": which ones ("app-store", "google-play", "one-store", "stripe", "amazon"; all if it is
 * empty or absent), "since": the start, in Unix milliseconds, or absent for the end of the last sweep of each app},
 * or empty.
 *
 * *result_json is yours to free: {"sweeps": [{"store", "app", "from", "to" in Unix milliseconds, "resumed", "pages",
 * "found", "new", "changed", "unread", "refused", "postponed", "gap", "ended"}, ...]}, one for each app. new counts
 * orders that were not known to be refunded; changed those of which more is known now; unread those that could not
 * be understood and are stored as dead letters. For a store that is queried about each receipt, refused counts
 * receipts that it does not know, and postponed those without an answer, which are queried again later. gap is null
 * or {"from", "to"}, a period past the store's retention. ended is {"what": "complete"}, {"what": "failed", "code",
 * "message", "retryable"} for a sweep that stopped and continues from there the next time, or {"what": "elsewhere",
 * "process"} if another engine on the ledger is sweeping; process is the id of its process, or null if that has
 * ended by now. A store that fails does not stop the others, and is no failure of this call.
 *
 * progress receives one object as in "sweeps" with the state so far: at a sweep's beginning, after each page of a
 * store's list, and when it fails. It may be NULL; user_data is passed to it unchanged, and no longer used when the
 * call returns.
 *
 * Blocks on the disk and on the stores, page by page and for as long as they take; a second call, and the engine's
 * own sweeps, wait for the first. Fails with RECOUP_STATUS_API (api_not_configured) for a named store without
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
 * Queries a store about one order's refunds, and ingests them as recoup_engine_reconcile does. For support, if a
 * player was refunded without a webhook, and for refunds that are older than a sweep reaches.
 *
 * Only the App Store ("app-store") has such a query. It reports all refunds of the customer whose transaction id
 * order is. app is a bundle id; if it is empty, all apps with credentials are queried in turn, each in production
 * and then in the sandbox, until one knows the transaction.
 *
 * *result_json is yours to free: {"store", "app", "sandbox", "found", "new", "changed", "unread"}, where app and
 * sandbox are those that knew the transaction, and the numbers are as those of recoup_engine_reconcile.
 *
 * Blocks on the disk and on the store, page by page; each page is durable before the next is requested. Fails with
 * RECOUP_STATUS_API if the store does not answer, refuses (api_refused: Apple's 4040010, in the message, means that
 * it knows no such transaction) or has no credentials (api_not_configured), and with RECOUP_STATUS_INVALID_ARGUMENT
 * for an empty order or another store (bad_action), or an unknown one (unknown_store).
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
 * Does once all work that is due with the stores, on this thread: queries the reasons of refunds that were pushed
 * without one, handles open refund reviews, continues unsettled actions (up to 64 of those that are due), and sweeps
 * every app whose last sweep is longer ago than the configuration's reconcile.every, unless it has reconcile.off.
 * For engines with recoup_options_set_background 0: call it every minute or so, on a thread that may wait. With
 * nothing due it costs a few reads.
 *
 * *worked_json is yours to free: {"actions": how many actions advanced, "inquiries": how many refunds stores were
 * queried about (absent: none), "reviews": how many reviews were settled or are being answered, "reconciled": as the
 * result of recoup_engine_reconcile}. A store's refusal is in the action, in the sweep and in the log, and is no
 * failure of this call.
 *
 * Blocks on the disk and on the stores, as recoup_engine_reconcile does. Fails with RECOUP_STATUS_REENTRANT inside a
 * progress callback.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_work(const struct recoup_engine *engine,
                                 struct recoup_text **worked_json,
                                 struct recoup_error **error);

/**
 * Checks the configuration that the engine was opened with, and the files it names; whether each store is reachable,
 * accepts the credentials, and has the same time; when its last message came, and whether it is swept; what waits
 * for a person; and the ledger's file. `recoup doctor` prints the same. Call it from an operator's console, or
 * before the game opens.
 *
 * options_json is {"app_store_test_notification": whether to request a test notification from Apple to the URLs in
 * App Store Connect, and wait for its arrival}, or empty.
 *
 * *report_json is yours to free: {"at" in Unix milliseconds, "health": the worst of the findings, "findings":
 * [{"health", "area", "code", "store", "app", "facts", "advice"}, ...]}, store by store and app by app, then the
 * ledger. health is
 *
 * - "ok": as it should be; advice is null;
 * - "warning": it works, and something is lost or will be;
 * - "broken": it does not work.
 *
 * area is "configuration", "reachability", "clock", "credentials", "webhooks", "sweeps", "test_notification",
 * "ledger" or "open_work", and later versions may add to these. code is a stable name such as "credentials_refused";
 * facts and advice (what to do about it) are for people, and without secrets. store and app are null in findings
 * about no particular store. A broken finding is no failure of this call.
 *
 * progress receives each finding as it is made, and may be NULL; user_data is passed to it unchanged, and no longer
 * used when the call returns.
 *
 * Changes nothing: a test write to the ledger is rolled back, and each store gets a harmless request or two, once.
 * Blocks on the disk and on the stores, at most 15 seconds per request, and a minute for a test notification. Works
 * in every build, also after recoup_engine_close; then the report states that no store could be reached. Fails with
 * RECOUP_STATUS_REENTRANT inside a progress callback.
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
 * Makes an exclusion: refunds that it fits are not decided by the rules. exclusion_json is {"kind": "order", "user",
 * "product" or "own_refunds", "value": the order id or token, the user, or a pattern of products (* and ?); none for
 * own_refunds, which fits orders that this engine refunded or revoked itself, "store": of this store only, "action":
 * "spare" (the default: the refund counts, and there is neither alert nor block) or "exclude" (no event, and it never
 * counts), "until": its end in Unix milliseconds, absent for none, "who", "why"}.
 *
 * It counts for refunds that are not decided yet. *made_json is the exclusion, as recoup_engine_query_exclusions lists
 * it, with "refunded_already": refunds of its order that are decided and stay so (recoup_engine_overrule changes them).
 * It is yours to free. Blocks until the commit is on disk. Fails with RECOUP_STATUS_INVALID_ARGUMENT (bad_json,
 * bad_exclusion, bad_text, too_many), and with RECOUP_STATUS_REFUSED (standing_exclusion) if one of the same kind, value
 * and store is active.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_exclude(const struct recoup_engine *engine,
                                    const char *exclusion_json,
                                    size_t exclusion_json_len,
                                    struct recoup_text **made_json,
                                    struct recoup_error **error);

/**
 * Ends an exclusion; one that has ended stays as it is. Refunds that it decided stay so. who (a person or a tool) and
 * why go to the journal and cannot be empty; each has at most 1024 bytes.
 *
 * *exclusion_json is the exclusion after it, yours to free. Blocks until the commit is on disk. Fails with
 * RECOUP_STATUS_NOT_FOUND (unknown_exclusion), and with RECOUP_STATUS_INVALID_ARGUMENT (bad_text).
 */
RECOUP_MUST_USE
recoup_status recoup_engine_end_exclusion(const struct recoup_engine *engine,
                                          int64_t exclusion_id,
                                          const char *who,
                                          size_t who_len,
                                          const char *why,
                                          size_t why_len,
                                          struct recoup_text **exclusion_json,
                                          struct recoup_error **error);

/**
 * A page of exclusions, newest first: the active ones, or all if with_ended is not 0: {"items": [{"id", "kind",
 * "value", "store", "action", "who", "why", "made_at", "until", "uses": how many refunds it decided, "ended": {"at",
 * "who", "why"}, absent while it is active}, ...], "next"}. after, limit and next as for recoup_engine_query_refunds.
 *
 * *page_json is yours to free. Reads the disk, and never waits for a writer.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_query_exclusions(const struct recoup_engine *engine,
                                             uint8_t with_ended,
                                             int64_t after,
                                             size_t limit,
                                             struct recoup_text **page_json,
                                             struct recoup_error **error);

/**
 * Decides one refund whatever exclusions and rules say, or lets the rules decide it again. overrule_json is {"action":
 * as a rule's in the configuration, such as "record" or {"block": "7d"}; null or absent for the rules, "who", "why"}.
 * What follows from the decision is done as for every other: blocks are made or end, events are queued, the books
 * change. A refund without a decision, because its user is unknown or nothing is refunded, is decided so as soon as it
 * needs one.
 *
 * *refund_json is the refund after it, as recoup_engine_query_refund returns it, yours to free. Blocks until the commit
 * is on disk. Fails with RECOUP_STATUS_NOT_FOUND, and with RECOUP_STATUS_INVALID_ARGUMENT (bad_json, bad_text).
 */
RECOUP_MUST_USE
recoup_status recoup_engine_overrule(const struct recoup_engine *engine,
                                     int64_t refund_id,
                                     const char *overrule_json,
                                     size_t overrule_json_len,
                                     struct recoup_text **refund_json,
                                     struct recoup_error **error);

/**
 * Compares what other rules would have decided about the refunds of a time with what was decided. Nothing is written, and
 * no decision changes.
 *
 * policy_json is the whole list of rules, as the configuration's "policy"; the default rules come after them.
 * options_json is {"since", "until": of refunds of this time, by the store's clock in Unix milliseconds, "examples": the
 * most of each change, 100 by default, at most 10000}, or empty for all refunds.
 *
 * *trial_json is yours to free: {"policy_version", "refunds", "users", "since", "until", "rules": [{"name", "now": how
 * many refunds it decided, "then": how many it would decide, "users"}, ...], "changes": [{"from", "to": actions,
 * "refunds", "users", "examples": [{"refund", "user", "at"}, ...]}, ...], "blocked": {"now", "then", "newly", "freed":
 * users}, "never_fits": rules that fit no refund, "shadowed": [{"rule", "by"}, ...]: rules that never decide because
 * an earlier one does, "stopped": true if it was}.
 *
 * progress receives {"refunds", "users"} after each user, and may stop the trial, whose result is then of the users so
 * far. It may be NULL; user_data is passed to it unchanged, and no longer used when the call returns.
 *
 * Reads the disk for as long as it takes, and never waits for a writer. Fails with RECOUP_STATUS_INVALID_ARGUMENT
 * (bad_json, bad_policy, which names the place), and with RECOUP_STATUS_REENTRANT inside a progress callback.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_try_policy(const struct recoup_engine *engine,
                                       const char *policy_json,
                                       size_t policy_json_len,
                                       const char *options_json,
                                       size_t options_json_len,
                                       recoup_trial_callback progress,
                                       uintptr_t user_data,
                                       struct recoup_text **trial_json,
                                       struct recoup_error **error);

/**
 * The notices that a user is to be shown, oldest first: those that wait, and those that were shown and not
 * acknowledged: [{"id", "user", "name", "state", "refund", "made_at", "expires_at", "shown_at", "ended_at", "details",
 * "locale": the language of the texts, "title", "text"}, ...], at most limit, and at most 1000. title and text are plain
 * text, not HTML; details are for texts of your own. name is "items_taken", "items_owed", "blocked", "unblocked",
 * "items_returned", "access_lost" or "access_restored", and later versions may add to these.
 *
 * locale is the player's language, such as "ko-KR"; without texts in it, or in it without its last parts, they are in the
 * configured default language, else in English.
 *
 * Call it at every login, and report what the player saw by recoup_engine_mark_notice. *notices_json is yours to free.
 * Reads the disk, and never waits for a writer. An unknown user has none.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_query_notices(const struct recoup_engine *engine,
                                          const char *user,
                                          size_t user_len,
                                          const char *locale,
                                          size_t locale_len,
                                          size_t limit,
                                          struct recoup_text **notices_json,
                                          struct recoup_error **error);

/**
 * Reports that a user has seen a notice (mark "shown") or has confirmed it ("acknowledged"; it is then no longer
 * pending). A notice only moves forward, and repeating a report changes nothing.
 *
 * *notice_json is the notice after it, in the configured default language, yours to free. Blocks until the commit is on
 * disk. Fails with RECOUP_STATUS_NOT_FOUND (unknown_notice) if this user has no such notice, and with
 * RECOUP_STATUS_INVALID_ARGUMENT (unknown_mark).
 */
RECOUP_MUST_USE
recoup_status recoup_engine_mark_notice(const struct recoup_engine *engine,
                                        const char *user,
                                        size_t user_len,
                                        int64_t notice_id,
                                        const char *mark,
                                        size_t mark_len,
                                        struct recoup_text **notice_json,
                                        struct recoup_error **error);

/**
 * Whether a user has access to a product now: *has is 1 or 0. recoup_engine_query_access has the reason as well.
 *
 * By an operator's decision, or else by a recorded purchase of a non-consumable, a subscription, or a product with
 * "access" in the configuration's catalogue, that has begun, has not ended, and was not taken away by a refund. An
 * unknown user or product has none.
 *
 * Reads the disk, and never waits for a writer.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_has_access(const struct recoup_engine *engine,
                                       const char *user,
                                       size_t user_len,
                                       const char *product,
                                       size_t product_len,
                                       uint8_t *has,
                                       struct recoup_error **error);

/**
 * Whether a user has access to a product, and why: {"product", "has", "because": {"by": "operator", "purchase",
 * "refund", "expired", "not_begun" or "no_purchase", and what belongs to it}, "until": until when as far as is known, in
 * Unix milliseconds, or null}. The rules are those of recoup_engine_has_access.
 *
 * *access_json is yours to free. Reads the disk, and never waits for a writer.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_query_access(const struct recoup_engine *engine,
                                         const char *user,
                                         size_t user_len,
                                         const char *product,
                                         size_t product_len,
                                         struct recoup_text **access_json,
                                         struct recoup_error **error);

/**
 * Grants a user access to a product, or revokes it, whatever was bought and refunded. decision_json is {"access": true
 * or false, "until": its end in Unix milliseconds; null or absent: until an operator decides otherwise, "who", "why"}.
 *
 * *access_json is as recoup_engine_query_access returns it, yours to free. Blocks until the commit is on disk. Fails with
 * RECOUP_STATUS_INVALID_ARGUMENT (bad_json, bad_text, bad_until).
 */
RECOUP_MUST_USE
recoup_status recoup_engine_set_access(const struct recoup_engine *engine,
                                       const char *user,
                                       size_t user_len,
                                       const char *product,
                                       size_t product_len,
                                       const char *decision_json,
                                       size_t decision_json_len,
                                       struct recoup_text **access_json,
                                       struct recoup_error **error);

/**
 * Figures of a time: how many purchases and refunds, their sums by currency, rates, and their course by day or month.
 *
 * question_json is {"since", "until": in Unix milliseconds, whole days are meant; by default the 30 days up to now,
 * "environment": "production" by default, "by": at most two of "store", "product", "country", "currency", "reason",
 * "rule", "work_status", "lists": what else is wanted, of "items", "rules", "blocks", "lags", "reviews",
 * "repeat_refunders", "waiting", "repeat": how many refunds make a repeat refunder, at least 2}, or empty.
 *
 * *figures_json is yours to free: {"period": the days, "definitions": what each figure means, and the figures}; its
 * schema is figures. Sums are by currency and never added across. Reads the disk, and never waits for a writer. Fails
 * with RECOUP_STATUS_INVALID_ARGUMENT (bad_json, bad_question).
 */
RECOUP_MUST_USE
recoup_status recoup_engine_query_figures(const struct recoup_engine *engine,
                                          const char *question_json,
                                          size_t question_json_len,
                                          struct recoup_text **figures_json,
                                          struct recoup_error **error);

/**
 * How many refunds have each work status: [{"environment", "store", "work_status", "refunds", "unattributed": how
 * many of them, with money refunded, are of unknown players}, ...].
 *
 * *counts_json is yours to free. Reads the disk, and never waits for a writer: the counts are kept, whatever the number
 * of refunds.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_query_work_counts(const struct recoup_engine *engine,
                                              struct recoup_text **counts_json,
                                              struct recoup_error **error);

/**
 * Writes rows of the ledger out, for a spreadsheet or a data warehouse. export_json is {"what": "refunds", "purchases",
 * "blocks", "debts", "recovery" (the entries of the books), "journal", "exclusions", "notices" or "webhook_messages",
 * "format": "ndjson" (the default), "csv" or "excel", "user", "store", "since", "until", "changed_since": only rows of
 * these, times in Unix milliseconds}.
 *
 * *exported_json is {"rows": how many}, yours to free. Only a complete export gives it; the last line of a complete NDJSON
 * export is {"end":{"rows":N}}. Calls write on this thread, in pieces of up to 64 KiB; user_data is passed to it
 * unchanged, and no longer used when the call returns. Needs little memory whatever the number of rows. Reads the disk,
 * and never waits for a writer.
 *
 * Fails with RECOUP_STATUS_INVALID_ARGUMENT (bad_json; bad_filter for a condition that these rows have nothing for); with
 * RECOUP_STATUS_IO (output) if write stops it; and with RECOUP_STATUS_REENTRANT inside a progress callback.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_export(const struct recoup_engine *engine,
                                   const char *export_json,
                                   size_t export_json_len,
                                   recoup_write_callback write,
                                   uintptr_t user_data,
                                   struct recoup_text **exported_json,
                                   struct recoup_error **error);

/**
 * Writes all that the ledger has under a user id, as one JSON document; its schema is user-export. write, user_data,
 * *exported_json and failures as for recoup_engine_export; a document that was cut short is no JSON. Also fails with
 * RECOUP_STATUS_INVALID_ARGUMENT (bad_text).
 *
 * Entries of the journal may name other users, who had or claimed the same order: look before you hand it out.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_export_user(const struct recoup_engine *engine,
                                        const char *user,
                                        size_t user_len,
                                        recoup_write_callback write,
                                        uintptr_t user_data,
                                        struct recoup_text **exported_json,
                                        struct recoup_error **error);

/**
 * Forgets a user: a random pseudonym replaces the user id everywhere, and what only describes the user is removed. Orders,
 * amounts, states and books stay. There is no way back. Backups keep what they have. forget_json is {"even_so": whether
 * to forget a user of whom something is still needed, which ends that, "who", "why"}.
 *
 * *forgotten_json is yours to free: {"pseudonym", how many rows of each kind were changed or removed, "log_emptied":
 * whether the write-ahead log, which has the old contents, was emptied}. Blocks until the commit is on disk, and at most 5
 * seconds more for programs that read the ledger. Fails with RECOUP_STATUS_REFUSED (still_needed) while the user is
 * blocked, owes something, should get something back, or a store waits for an answer; and with
 * RECOUP_STATUS_INVALID_ARGUMENT (bad_json, bad_text).
 */
RECOUP_MUST_USE
recoup_status recoup_engine_forget_user(const struct recoup_engine *engine,
                                        const char *user,
                                        size_t user_len,
                                        const char *forget_json,
                                        size_t forget_json_len,
                                        struct recoup_text **forgotten_json,
                                        struct recoup_error **error);

/**
 * Removes what is older than the configuration's "retention" and "privacy" allow. An engine does this by itself every
 * hour; call it with recoup_options_set_background 0.
 *
 * *pruned_json is yours to free: {"bodies", "dead_letters", "requests", "webhooks", "notices", "audit", "sessions",
 * "forgotten"}, how many rows of each. Blocks until the commits are on disk, each of which is short.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_prune(const struct recoup_engine *engine,
                                  struct recoup_text **pruned_json,
                                  struct recoup_error **error);

/**
 * All webhook endpoints that the ledger knows, by name, with the ended ones: [{"name", "format", "events", "stores",
 * "environments", "configured": whether this engine can sign for it, "since", "served_at", "held_back_until", "ended",
 * "waiting", "held", "dead": how many messages, "delivered_at", "problem", "problem_at"}, ...].
 *
 * *endpoints_json is yours to free. Reads the disk, and never waits for a writer.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_query_webhooks(const struct recoup_engine *engine,
                                           struct recoup_text **endpoints_json,
                                           struct recoup_error **error);

/**
 * A page of messages to webhook endpoints, newest first: {"items": [{"id", "endpoint", "webhook_id", "event", "kind",
 * "user", "refund_id", "made_at", "state", "attempts", "next_at", "status", "problem", "settled_at"}, ...], "next"}. The
 * filter is a JSON object with any of "endpoint", "state" ("waiting", "sending", "delivered", "dead", "held",
 * "dropped"), "user" and "refund_id", or empty for all. after, limit and next as for recoup_engine_query_refunds.
 *
 * *page_json is yours to free. Reads the disk, and never waits for a writer.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_query_webhook_messages(const struct recoup_engine *engine,
                                                   const char *filter_json,
                                                   size_t filter_json_len,
                                                   int64_t after,
                                                   size_t limit,
                                                   struct recoup_text **page_json,
                                                   struct recoup_error **error);

/**
 * Has settled messages sent again, under the same webhook-id. replay_json is {"replay": {"message": its id}, {"dead":
 * {"endpoint"}} for all of an endpoint that are dead, or {"period": {"endpoint", "since", "until"}} for all that were
 * queued in that time (Unix milliseconds; until may be absent), "who", "why"}.
 *
 * *replayed, unless replayed is NULL, is how many. Blocks until the commit is on disk. Fails with
 * RECOUP_STATUS_NOT_FOUND (unknown_message, unknown_endpoint); with RECOUP_STATUS_REFUSED (not_a_message) if it is not
 * settled; and with RECOUP_STATUS_INVALID_ARGUMENT (bad_json, bad_text).
 */
RECOUP_MUST_USE
recoup_status recoup_engine_replay_webhooks(const struct recoup_engine *engine,
                                            const char *replay_json,
                                            size_t replay_json_len,
                                            uint64_t *replayed,
                                            struct recoup_error **error);

/**
 * Ends a webhook endpoint: nothing more is queued for it, and what waits is dropped. Remove it from the configuration as
 * well. who (a person or a tool) and why go to the journal and cannot be empty; each has at most 1024 bytes.
 *
 * Blocks until the commit is on disk. Fails with RECOUP_STATUS_NOT_FOUND (unknown_endpoint), also for one that has
 * ended, and with RECOUP_STATUS_INVALID_ARGUMENT (bad_text).
 */
RECOUP_MUST_USE
recoup_status recoup_engine_end_webhook(const struct recoup_engine *engine,
                                        const char *endpoint,
                                        size_t endpoint_len,
                                        const char *who,
                                        size_t who_len,
                                        const char *why,
                                        size_t why_len,
                                        struct recoup_error **error);

/**
 * Sends a test message ("type": "recoup.test") to an endpoint of the configuration, once, and waits for the answer.
 *
 * *test_json is yours to free: {"endpoint", "delivered", "status": the HTTP status or null, "millis", "problem"}. What the
 * endpoint answers is no failure of this call. Blocks on the network, at most for the endpoint's timeout. Fails with
 * RECOUP_STATUS_NOT_FOUND (unknown_endpoint), and with RECOUP_STATUS_REFUSED (no_secret) if this engine cannot sign for
 * it.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_test_webhook(const struct recoup_engine *engine,
                                         const char *endpoint,
                                         size_t endpoint_len,
                                         struct recoup_text **test_json,
                                         struct recoup_error **error);

/**
 * Sends the webhook messages that are due and waits for the answers. An engine does this by itself; call it every second
 * or so with recoup_options_set_background 0, on a thread that may wait.
 *
 * *sent, unless sent is NULL, is how many it sent. What endpoints answer is no failure of this call: the messages have it.
 * Blocks on the disk and on the network.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_send_webhooks(const struct recoup_engine *engine,
                                          uint64_t *sent,
                                          struct recoup_error **error);

/**
 * Listens for the stores' requests, ingests them as recoup_engine_ingest does, and answers them. It serves plain
 * HTTP/1.1 and belongs behind your TLS endpoint; forward /v1/ only. The routes are POST /v1/app-store,
 * /v1/google-play, /v1/one-store, /v1/stripe and /v1/amazon, or /v1/SECRET/app-store and so on if there is a
 * path_secret, and for you GET /healthz and GET /metrics (Prometheus). Consequences reach you as events, as always.
 *
 * address is an IP address and a port, such as "127.0.0.1:8080" or "[::1]:8080"; port 0 is any free one, which
 * recoup_gateway_address reports. options_json is an object, or empty, with any of
 *
 * - "path_secret": 16 to 128 letters, digits, - . _ or ~; requests to a store's route without it are answered 404;
 * - "public": true; without it an address that other machines can reach is refused (public_address);
 * - "connections" (256), "ingests" (64): how many there are at once, further ones wait;
 * - "head_timeout" ("20s"), "request_timeout" ("20s"), "grace" ("10s"): for a request's head, from there to its
 *   answer, and for requests under way when it ends; a number and ms, s, m, h or d;
 * - "idle_timeout" ("75s"): for a connection between two requests. It must be longer than the proxy in front keeps
 *   idle connections: nginx and AWS's load balancers 60 s, Caddy 2 m, Google's 600 s, so "620s" there.
 *
 * *gateway is yours. Any number may listen for one engine. The engine may be closed or freed before its gateways:
 * from then on, and after a fault that poisons the engine, every store is answered 503 and sends again. Shut down in
 * this order: recoup_gateway_free, recoup_engine_close, recoup_engine_free.
 *
 * Does not block. Fails with RECOUP_STATUS_INVALID_ARGUMENT (bad_address, public_address, bad_path_secret,
 * bad_json), RECOUP_STATUS_LISTEN, RECOUP_STATUS_CLOSED, RECOUP_STATUS_OUT_OF_RESOURCES (try again later), and
 * RECOUP_STATUS_UNSUPPORTED in a build without the Cargo feature gateway.
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
 * The address that a gateway listens on, such as "127.0.0.1:8080", with its actual port. *address is yours to free.
 * Does not block.
 */
RECOUP_MUST_USE
recoup_status recoup_gateway_address(const struct recoup_gateway *gateway,
                                     struct recoup_text **address,
                                     struct recoup_error **error);

/**
 * Ends a gateway: accepts no more connections, answers the requests under way, and returns when that is done or the
 * grace of its options is over. The engine stays open; if it was freed before, its last resources are released. NULL
 * is fine. No other call on the gateway may be running, and none may come after.
 *
 * A request that is still being ingested when the grace is over is finished in the background: the store sends it
 * again and so learns the outcome, and a clock or a transport may be called, and destroyed, a little later.
 *
 * Inside a log function and inside a transport it does nothing: the gateway may have called them. In a child made by
 * fork it changes nothing.
 */
void recoup_gateway_free(struct recoup_gateway *gateway);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* RECOUP_H */
