using System;
using System.Runtime.InteropServices;

namespace Recoup.Native
{
    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    internal unsafe delegate int EventCallback(IntPtr userData, NativeEvent* refundEvent);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    internal unsafe delegate void CompletionCallback(IntPtr userData, NativeCompletion* completion, NativeString details);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    internal delegate void LogCallback(IntPtr userData, int level, NativeString target, NativeString message);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    internal delegate long ClockCallback(IntPtr userData);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    internal unsafe delegate void TransportCallback(IntPtr userData, NativeHttpRequest* request, IntPtr answer);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    internal delegate void ProgressCallback(IntPtr userData, NativeString progressJson);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    internal delegate byte TrialCallback(IntPtr userData, NativeString progressJson);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    internal unsafe delegate byte WriteCallback(IntPtr userData, byte* data, UIntPtr len);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    internal delegate void Destructor(IntPtr userData);

    /// <summary>
    /// The functions of recoup.h, in its order. Text and structs go as pointers that the caller has pinned. A new text,
    /// error, engine or gateway comes as a plain pointer, which the caller puts into its handle at once.
    /// </summary>
    internal static unsafe class NativeMethods
    {
        private const string Library = "recoup";
        private const CallingConvention C = CallingConvention.Cdecl;

        [DllImport(Library, CallingConvention = C)]
        internal static extern IntPtr recoup_version();

        [DllImport(Library, CallingConvention = C)]
        internal static extern uint recoup_version_number();

        [DllImport(Library, CallingConvention = C)]
        internal static extern NativeString recoup_text_view(TextHandle text);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void recoup_text_free(IntPtr text);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_error_status(ErrorHandle error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern NativeString recoup_error_code(ErrorHandle error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern NativeString recoup_error_message(ErrorHandle error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern byte recoup_error_is_retryable(ErrorHandle error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_error_http_status(ErrorHandle error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_error_sqlite_code(ErrorHandle error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void recoup_error_free(IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_log_set(
            int maxLevel, IntPtr callback, IntPtr userData, IntPtr destroy, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_open(
            byte* configJson, UIntPtr configJsonLen, byte* baseFolder, UIntPtr baseFolderLen, out IntPtr engine,
            out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_open_file(
            byte* path, UIntPtr pathLen, out IntPtr engine, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_close(EngineHandle engine, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern unsafe int recoup_engine_backup(
            EngineHandle engine, byte* path, UIntPtr pathLen, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void recoup_engine_free(IntPtr engine);

        [DllImport(Library, CallingConvention = C)]
        internal static extern IntPtr recoup_options_new();

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_options_set_config_json(
            OptionsHandle options, byte* configJson, UIntPtr configJsonLen, byte* baseFolder, UIntPtr baseFolderLen,
            out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_options_set_config_file(
            OptionsHandle options, byte* path, UIntPtr pathLen, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_options_set_clock(
            OptionsHandle options, IntPtr clock, IntPtr userData, IntPtr destroy, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_options_set_background(
            OptionsHandle options, byte background, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void recoup_options_free(IntPtr options);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_open_with(OptionsHandle options, out IntPtr engine, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_http_answer_set(
            IntPtr answer, int status, NativeHeader* headers, UIntPtr headerCount, byte* body, UIntPtr bodyLen,
            out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_http_answer_fail(
            IntPtr answer, int failure, byte* message, UIntPtr messageLen, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_options_set_transport(
            OptionsHandle options, IntPtr transport, IntPtr userData, IntPtr destroy, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_ingest(
            EngineHandle engine, NativeRequest* request, NativeOutcome* outcome, out IntPtr details, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_record_purchase(
            EngineHandle engine, NativePurchase* purchase, out int outcome, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_record_signed_purchase(
            EngineHandle engine, byte* store, UIntPtr storeLen, byte* user, UIntPtr userLen, byte* data, UIntPtr dataLen,
            byte* signature, UIntPtr signatureLen, NativePurchase* more, out int outcome, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_account_tag(
            EngineHandle engine, byte* store, UIntPtr storeLen, byte* user, UIntPtr userLen, out IntPtr tag,
            out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_transfer_purchase(
            EngineHandle engine, byte* store, UIntPtr storeLen, byte* order, UIntPtr orderLen, byte* toUser,
            UIntPtr toUserLen, byte* who, UIntPtr whoLen, byte* why, UIntPtr whyLen, out IntPtr transferredJson,
            out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_record_purchases_json(
            EngineHandle engine, byte* purchasesJson, UIntPtr purchasesJsonLen, out UIntPtr newPurchases,
            out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_is_blocked(
            EngineHandle engine, byte* user, UIntPtr userLen, out byte blocked, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_block(
            EngineHandle engine, byte* user, UIntPtr userLen, long durationMs, byte* who, UIntPtr whoLen, byte* why,
            UIntPtr whyLen, out long blockId, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_unblock(
            EngineHandle engine, byte* user, UIntPtr userLen, byte* who, UIntPtr whoLen, byte* why, UIntPtr whyLen,
            out UIntPtr ended, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_expire_blocks(
            EngineHandle engine, out UIntPtr ended, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_poll(
            EngineHandle engine, NativeEvent* events, UIntPtr capacity, out UIntPtr count, IntPtr* details,
            out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_ack(EngineHandle engine, long eventId, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_on_block(
            EngineHandle engine, IntPtr callback, IntPtr userData, IntPtr destroy, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_on_unblock(
            EngineHandle engine, IntPtr callback, IntPtr userData, IntPtr destroy, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_on_alert(
            EngineHandle engine, IntPtr callback, IntPtr userData, IntPtr destroy, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_on_refund(
            EngineHandle engine, IntPtr callback, IntPtr userData, IntPtr destroy, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_on_reversal(
            EngineHandle engine, IntPtr callback, IntPtr userData, IntPtr destroy, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_on_review(
            EngineHandle engine, IntPtr callback, IntPtr userData, IntPtr destroy, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_on_unattributed(
            EngineHandle engine, IntPtr callback, IntPtr userData, IntPtr destroy, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_on_recovery(
            EngineHandle engine, IntPtr callback, IntPtr userData, IntPtr destroy, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_on_notice(
            EngineHandle engine, IntPtr callback, IntPtr userData, IntPtr destroy, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_on_access(
            EngineHandle engine, IntPtr callback, IntPtr userData, IntPtr destroy, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_on_event(
            EngineHandle engine, IntPtr callback, IntPtr userData, IntPtr destroy, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_on_completion(
            EngineHandle engine, IntPtr callback, IntPtr userData, IntPtr destroy, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_tick(
            EngineHandle engine, ulong budgetUs, out UIntPtr handled, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_wait(
            EngineHandle engine, ulong timeoutMs, out byte ready, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_start_dispatcher(EngineHandle engine, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_stop_dispatcher(EngineHandle engine, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_submit(
            EngineHandle engine, NativeRequest* request, ulong tag, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_poll_completions(
            EngineHandle engine, NativeCompletion* completions, UIntPtr capacity, out UIntPtr count, out IntPtr details,
            out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_record_message_json(
            EngineHandle engine, byte* messageJson, UIntPtr messageJsonLen, byte* body, UIntPtr bodyLen,
            NativeOutcome* outcome, out IntPtr details, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_query_refund(
            EngineHandle engine, long refundId, out IntPtr refundJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_query_refunds(
            EngineHandle engine, byte* filterJson, UIntPtr filterJsonLen, long after, UIntPtr limit, out IntPtr pageJson,
            out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_query_user(
            EngineHandle engine, byte* user, UIntPtr userLen, out IntPtr userJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_query_order(
            EngineHandle engine, byte* order, UIntPtr orderLen, out IntPtr orderJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_query_event(
            EngineHandle engine, long eventId, out IntPtr eventJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_query_blocks(
            EngineHandle engine, byte withEnded, long after, UIntPtr limit, out IntPtr pageJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_query_dead_letters(
            EngineHandle engine, long after, UIntPtr limit, out IntPtr pageJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_query_stats(
            EngineHandle engine, out IntPtr statsJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_issue_refund(
            EngineHandle engine, byte* refundJson, UIntPtr refundJsonLen, out IntPtr actionJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_revoke_subscription(
            EngineHandle engine, byte* revokeJson, UIntPtr revokeJsonLen, out IntPtr actionJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_query_action(
            EngineHandle engine, long actionId, out IntPtr actionJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_query_actions(
            EngineHandle engine, byte* filterJson, UIntPtr filterJsonLen, long after, UIntPtr limit, out IntPtr pageJson,
            out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_report_consumption(
            EngineHandle engine, byte* order, UIntPtr orderLen, byte* reportJson, UIntPtr reportJsonLen,
            out IntPtr reviewJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_query_reviews(
            EngineHandle engine, byte* filterJson, UIntPtr filterJsonLen, long after, UIntPtr limit, out IntPtr pageJson,
            out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_query_review_figures(
            EngineHandle engine, long sinceMs, out IntPtr figuresJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_query_recovery(
            EngineHandle engine, long refundId, out IntPtr recoveryJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_query_recovery_entries(
            EngineHandle engine, long refundId, out IntPtr entriesJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_query_to_do(
            EngineHandle engine, long eventId, out IntPtr toDoJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_report_recovery(
            EngineHandle engine, long refundId, byte* reportJson, UIntPtr reportJsonLen, out IntPtr outcomeJson,
            out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_settle(
            EngineHandle engine, long eventId, byte* reportJson, UIntPtr reportJsonLen, out IntPtr outcomeJson,
            out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_repay(
            EngineHandle engine, byte* user, UIntPtr userLen, byte* repaymentJson, UIntPtr repaymentJsonLen,
            out IntPtr outcomeJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_forgive(
            EngineHandle engine, long refundId, byte* forgiveJson, UIntPtr forgiveJsonLen, out IntPtr recoveryJson,
            out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_correct(
            EngineHandle engine, long entryId, byte* who, UIntPtr whoLen, byte* why, UIntPtr whyLen,
            out IntPtr recoveryJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_set_granted(
            EngineHandle engine, long refundId, byte* grantedJson, UIntPtr grantedJsonLen, out IntPtr recoveryJson,
            out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_query_debts(
            EngineHandle engine, byte* user, UIntPtr userLen, out IntPtr debtsJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_query_debtors(
            EngineHandle engine, byte* after, UIntPtr afterLen, UIntPtr limit, out IntPtr pageJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_close_refund(
            EngineHandle engine, long refundId, byte* closedAs, UIntPtr closedAsLen, byte* who, UIntPtr whoLen,
            byte* why, UIntPtr whyLen, out IntPtr refundJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_reopen_refund(
            EngineHandle engine, long refundId, byte* who, UIntPtr whoLen, byte* why, UIntPtr whyLen,
            out IntPtr refundJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_assign_refund(
            EngineHandle engine, long refundId, byte* to, UIntPtr toLen, byte* who, UIntPtr whoLen, byte* why, UIntPtr whyLen,
            out IntPtr refundJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_set_refund_status(
            EngineHandle engine, long refundId, byte* status, UIntPtr statusLen, byte* who, UIntPtr whoLen,
            byte* why, UIntPtr whyLen, out IntPtr refundJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_set_order_status(
            EngineHandle engine, byte* order, UIntPtr orderLen, byte* status, UIntPtr statusLen,
            byte* who, UIntPtr whoLen, byte* why, UIntPtr whyLen, out IntPtr refundJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_query_case(
            EngineHandle engine, long refundId, out IntPtr caseJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_query_refund_of_order(
            EngineHandle engine, byte* order, UIntPtr orderLen, out IntPtr refundJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_find(
            EngineHandle engine, byte* text, UIntPtr textLen, out IntPtr foundJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_count_refunds(
            EngineHandle engine, byte* filterJson, UIntPtr filterJsonLen, out IntPtr countJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_add_note(
            EngineHandle engine, byte* newNoteJson, UIntPtr newNoteJsonLen, out IntPtr noteJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_query_notes(
            EngineHandle engine, byte* onJson, UIntPtr onJsonLen, out IntPtr notesJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_reconcile(
            EngineHandle engine, byte* optionsJson, UIntPtr optionsJsonLen, IntPtr progress, IntPtr userData,
            out IntPtr resultJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_reconcile_order(
            EngineHandle engine, byte* store, UIntPtr storeLen, byte* app, UIntPtr appLen, byte* order, UIntPtr orderLen,
            out IntPtr resultJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_doctor(
            EngineHandle engine, byte* optionsJson, UIntPtr optionsJsonLen, IntPtr progress, IntPtr userData,
            out IntPtr reportJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_exclude(
            EngineHandle engine, byte* exclusionJson, UIntPtr exclusionJsonLen, out IntPtr madeJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_end_exclusion(
            EngineHandle engine, long exclusionId, byte* who, UIntPtr whoLen, byte* why, UIntPtr whyLen,
            out IntPtr exclusionJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_query_exclusions(
            EngineHandle engine, byte withEnded, long after, UIntPtr limit, out IntPtr pageJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_overrule(
            EngineHandle engine, long refundId, byte* overruleJson, UIntPtr overruleJsonLen, out IntPtr refundJson,
            out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_try_policy(
            EngineHandle engine, byte* policyJson, UIntPtr policyJsonLen, byte* optionsJson, UIntPtr optionsJsonLen,
            IntPtr progress, IntPtr userData, out IntPtr trialJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_query_notices(
            EngineHandle engine, byte* user, UIntPtr userLen, byte* locale, UIntPtr localeLen, UIntPtr limit,
            out IntPtr noticesJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_mark_notice(
            EngineHandle engine, byte* user, UIntPtr userLen, long noticeId, byte* mark, UIntPtr markLen,
            out IntPtr noticeJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_has_access(
            EngineHandle engine, byte* user, UIntPtr userLen, byte* product, UIntPtr productLen, out byte has,
            out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_query_access(
            EngineHandle engine, byte* user, UIntPtr userLen, byte* product, UIntPtr productLen, out IntPtr accessJson,
            out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_set_access(
            EngineHandle engine, byte* user, UIntPtr userLen, byte* product, UIntPtr productLen, byte* decisionJson,
            UIntPtr decisionJsonLen, out IntPtr accessJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_query_figures(
            EngineHandle engine, byte* questionJson, UIntPtr questionJsonLen, out IntPtr figuresJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_query_work_counts(
            EngineHandle engine, out IntPtr countsJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_export(
            EngineHandle engine, byte* exportJson, UIntPtr exportJsonLen, IntPtr write, IntPtr userData,
            out IntPtr exportedJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_export_user(
            EngineHandle engine, byte* user, UIntPtr userLen, IntPtr write, IntPtr userData, out IntPtr exportedJson,
            out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_forget_user(
            EngineHandle engine, byte* user, UIntPtr userLen, byte* forgetJson, UIntPtr forgetJsonLen,
            out IntPtr forgottenJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_prune(EngineHandle engine, out IntPtr prunedJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_query_webhooks(
            EngineHandle engine, out IntPtr endpointsJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_query_webhook_messages(
            EngineHandle engine, byte* filterJson, UIntPtr filterJsonLen, long after, UIntPtr limit, out IntPtr pageJson,
            out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_replay_webhooks(
            EngineHandle engine, byte* replayJson, UIntPtr replayJsonLen, out ulong replayed, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_end_webhook(
            EngineHandle engine, byte* endpoint, UIntPtr endpointLen, byte* who, UIntPtr whoLen, byte* why, UIntPtr whyLen,
            out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_test_webhook(
            EngineHandle engine, byte* endpoint, UIntPtr endpointLen, out IntPtr testJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_send_webhooks(EngineHandle engine, out ulong sent, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_engine_work(EngineHandle engine, out IntPtr workedJson, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_listen(
            EngineHandle engine, byte* address, UIntPtr addressLen, byte* optionsJson, UIntPtr optionsJsonLen,
            out IntPtr gateway, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern int recoup_gateway_address(GatewayHandle gateway, out IntPtr address, out IntPtr error);

        [DllImport(Library, CallingConvention = C)]
        internal static extern void recoup_gateway_free(IntPtr gateway);
    }
}
