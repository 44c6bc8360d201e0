/*
 * Recoup, the refund engine that game servers embed. SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Made from src/ffi; do not edit.
 *
 * The way through: recoup_engine_open; recoup_engine_record_purchase for what you deliver;
 * recoup_engine_ingest for every request of a store; recoup_engine_poll and recoup_engine_ack, or
 * callbacks and recoup_engine_tick, for what to act on; recoup_engine_is_blocked at every login;
 * recoup_engine_close, recoup_engine_free. examples/game_server.c does all of it.
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
 *   called by every function. User data is a number of your own, or a pointer as (uintptr_t)pointer;
 *   its destructor runs exactly once, also where the call that took it fails.
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
 * RECOUP_STATUS_FORKED; open another engine there. Several processes may have the same ledger open.
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
 * What became of a call: RECOUP_STATUS_OK, or why it failed. Values keep their meaning for ever and are never
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
 * recoup_engine_free does nothing. What it makes Recoup say is dropped. It must not throw.
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
 * Tells the time in Unix milliseconds. Called from any thread, the library's own included, and from several at once;
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
   * Its value. Bytes that are not UTF-8 are fine, since whoever sends the request chooses them; no store needs any.
   */
  struct recoup_string value;
} recoup_header;

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
   * 1 where it told anything that was not known; 0 for a repetition, be it under the same id or a new one.
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
   * Your own id of the player; 1 to 256 bytes.
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
   * App Store originalTransactionId.
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
} recoup_purchase;

/**
 * What became of a purchase that was recorded: one of RECOUP_PURCHASE_*.
 */
typedef int32_t recoup_purchase_outcome;

/**
 * What the host is told: one of RECOUP_EVENT_*. Later versions may add some; acknowledge what you do not know.
 */
typedef int32_t recoup_event_kind;

/**
 * One thing the host is told, at least once and until it is acknowledged, and of one user always in order. Set
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
} recoup_event;

/**
 * What a callback did with an event: one of RECOUP_HANDLED_*. Any other value counts as RECOUP_HANDLED_LATER.
 */
typedef int32_t recoup_handled;

/**
 * Acts on an event. The event lives until the callback returns; recoup_engine_query_event tells more of it. Called on
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
   * 1 where it told anything that was not known; 0 for a repetition.
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
 * The call did what it says.
 */
#define RECOUP_STATUS_OK 0

/**
 * An argument cannot be used, and nothing was done: a pointer is NULL, text is not UTF-8, a struct_size is wrong, a
 * purchase breaks a rule. recoup_error_code tells these apart.
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
 * There is no such event or refund.
 */
#define RECOUP_STATUS_NOT_FOUND 7

/**
 * The order is recorded as another user's purchase: whoever shows it second has not paid for it.
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
 * The engine was opened before this process was forked off. Open another one in this process.
 */
#define RECOUP_STATUS_FORKED 12

/**
 * The call may not be made from inside a callback.
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
 * A store's API did not do what it was asked, or cannot be asked; recoup_error_code tells why, and
 * recoup_error_retryable whether the same may succeed later.
 */
#define RECOUP_STATUS_API 16

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
 * Authentic and taken in, durably.
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
 * The store wants to be told that this endpoint is yours: send a GET request to "confirm_url" of the details.
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
 * One-time, where the store does not tell the two apart. Google Play.
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
 * A store no longer tells of a time that it should have been asked about: what was refunded then, and not heard of, is
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
 * Frees an error object. NULL is fine.
 */
void recoup_error_free(struct recoup_error *error);

/**
 * Gives messages of max_level and of what matters more to a function, for the whole process; it replaces the one that
 * was set before. A NULL callback, or RECOUP_LOG_OFF, only takes that away. Messages hold no secrets.
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
 * disk, and for up to five seconds on another process that writes to the same ledger. Starts one thread.
 *
 * On success *engine is yours. Fails with RECOUP_STATUS_CONFIG, RECOUP_STATUS_LEDGER, RECOUP_STATUS_BUSY,
 * RECOUP_STATUS_DISK_FULL.
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
 * at once to whoever polls next, and closes the ledger. Blocks on the disk.
 *
 * The handle stays: later calls that need the ledger return RECOUP_STATUS_CLOSED, and recoup_engine_is_blocked goes on
 * answering from memory. So shut down in this order: close, join your threads, recoup_engine_free. Closing again is
 * fine. A failure means that events come back only after their lease; the ledger is closed all the same.
 *
 * What waits of recoup_engine_submit fails with RECOUP_STATUS_CLOSED, and can be fetched as before; the dispatcher
 * tells of it and ends by itself.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_close(const struct recoup_engine *engine,
                                  struct recoup_error **error);

/**
 * Frees an engine, and closes it first where that was not done; then it blocks as recoup_engine_close does. NULL is
 * fine. No other call on the engine may be running, and none may come after. Ends the library's threads, and calls the
 * destructors of all callbacks.
 *
 * Inside a callback of this engine it does nothing but say so to the log: the tick around it still needs the engine.
 * Inside a log function it does nothing.
 * In a child made by fork it leaves everything as it is: what the engine holds is the parent's.
 */
void recoup_engine_free(struct recoup_engine *engine);

/**
 * New options: no configuration yet, and the machine's clock. Never NULL.
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
 * keep it, so destroy runs after the options and all those engines are freed, or when another clock is set.
 */
RECOUP_MUST_USE
recoup_status recoup_options_set_clock(struct recoup_options *options,
                                       recoup_clock clock,
                                       uintptr_t user_data,
                                       recoup_destructor destroy,
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
 * Takes in a store's request: authenticates it, understands it, and makes it and all that follows from it durable.
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
 * "non_renewing_subscription"), purchased_at in Unix milliseconds, price as {"micros", "currency"}, grants as
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
 * Blocks a user by hand for duration_ms milliseconds, or, where that is 0, until recoup_engine_unblock. who (a
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
 * Ends all standing blocks of a user by hand; who and why as in recoup_engine_block. A refund that caused one of
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
 * Fails with RECOUP_STATUS_PUMPING where it runs already or a tick is running.
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
 * Takes in a store's request on the library's own threads: copies it, and returns at once. What became of it comes
 * with its tag by recoup_engine_poll_completions, or by recoup_engine_tick where recoup_engine_on_completion was
 * called; answer the store only then. Nothing is promised before that: after a crash the store sends it again.
 *
 * For programs whose web server cannot wait for a disk; where it can, recoup_engine_ingest is simpler. Does not
 * block. Fails with RECOUP_STATUS_QUEUE_FULL where 4096 requests or 64 MiB of them are held already: answer 503.
 */
RECOUP_MUST_USE
recoup_status recoup_engine_submit(const struct recoup_engine *engine,
                                   const struct recoup_request *request,
                                   uint64_t tag,
                                   struct recoup_error **error);

/**
 * Fills completions with what became of up to capacity submitted requests (at most 1000 at once), in the order they
 * were done, and says in *count how many. Each is told once.
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
 * Takes in what a store that Recoup does not know has said, and you have authenticated: repetitions, users, policy,
 * blocks, events and journal are then as for any other store.
 *
 * message_json is {"store": "custom:" and a name of your own in a-z, 0-9 and -, "app", "environment" ("production",
 * "sandbox" or null), "notification_id" by which repetitions are told, "name", "at" in Unix milliseconds}, and one of
 * "purchase" (an order as below) and "fact": {"at", "trust" ("signed", "confirmed" or "hint"), "about": {"order_id",
 * "purchase_token", "account_tag", "product", "quantity", "price": {"micros", "currency"}, "purchased_at", ...},
 * "what": "refunded" with "extent" ("full", "part", {"quantity": n}, {"amount": {"micros", "currency"}}), or
 * "reversed", "declined", "requested" with "deadline"}. "step" tells partial refunds of one order apart. body, which
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
 * 10000 of each. It answers "why is this player blocked?". A user that was never heard of has empty lists.
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
 * "journal"}, up to the newest 10000 of each. An order that was never heard of has empty lists.
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
 * An event that was not acknowledged yet: all that recoup_event tells, and the refund and the block as they stood when
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
 * "received_at", "code", "message", "body"}. after, limit and the page as for recoup_engine_query_refunds.
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

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* RECOUP_H */
