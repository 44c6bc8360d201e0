//! The numbers of `notificationType`.
//!
//! Source: <https://developer.android.com/google/play/billing/rtdn-reference>.

use crate::stores::wire::numbered;

numbered! {
    /// What happened to a subscription.
    SubscriptionNotificationType {
        /// Recovered from account hold, or resumed from a pause.
        Recovered = 1 "SUBSCRIPTION_RECOVERED",
        /// Renewed.
        Renewed = 2 "SUBSCRIPTION_RENEWED",
        /// Cancelled; lives until it expires.
        Canceled = 3 "SUBSCRIPTION_CANCELED",
        /// Bought.
        Purchased = 4 "SUBSCRIPTION_PURCHASED",
        /// Put on account hold.
        OnHold = 5 "SUBSCRIPTION_ON_HOLD",
        /// In its grace period.
        InGracePeriod = 6 "SUBSCRIPTION_IN_GRACE_PERIOD",
        /// Taken up again by the player before it expired.
        Restarted = 7 "SUBSCRIPTION_RESTARTED",
        /// A price change was confirmed (deprecated by Google).
        PriceChangeConfirmed = 8 "SUBSCRIPTION_PRICE_CHANGE_CONFIRMED",
        /// Its renewal was put off.
        Deferred = 9 "SUBSCRIPTION_DEFERRED",
        /// Paused.
        Paused = 10 "SUBSCRIPTION_PAUSED",
        /// The plan for a pause changed.
        PauseScheduleChanged = 11 "SUBSCRIPTION_PAUSE_SCHEDULE_CHANGED",
        /// Taken away before it expired.
        Revoked = 12 "SUBSCRIPTION_REVOKED",
        /// Expired.
        Expired = 13 "SUBSCRIPTION_EXPIRED",
        /// Its items changed.
        ItemsChanged = 17 "SUBSCRIPTION_ITEMS_CHANGED",
        /// To be cancelled when its instalments are paid.
        CancellationScheduled = 18 "SUBSCRIPTION_CANCELLATION_SCHEDULED",
        /// A price change was updated.
        PriceChangeUpdated = 19 "SUBSCRIPTION_PRICE_CHANGE_UPDATED",
        /// A pending purchase was cancelled.
        PendingPurchaseCanceled = 20 "SUBSCRIPTION_PENDING_PURCHASE_CANCELED",
        /// Consent to a price step-up changed.
        PriceStepUpConsentUpdated = 22 "SUBSCRIPTION_PRICE_STEP_UP_CONSENT_UPDATED",
    }
}

numbered! {
    /// What happened to a one-time product.
    OneTimeProductNotificationType {
        /// Bought.
        Purchased = 1 "ONE_TIME_PRODUCT_PURCHASED",
        /// A pending purchase was cancelled, by the documentation; seen for refunds of completed purchases too.
        Canceled = 2 "ONE_TIME_PRODUCT_CANCELED",
    }
}
