//! What kinds of notification there are.
//!
//! <https://developer.apple.com/documentation/appstoreservernotifications/notificationtype> and `/subtype`.

use crate::stores::wire::open_string_enum;

open_string_enum! {
    /// What happened: `notificationType`.
    NotificationType {
        /// The player asked for a refund, and Apple asks what was consumed.
        ConsumptionRequest = "CONSUMPTION_REQUEST",
        /// The subscription's product changes, now or at renewal.
        DidChangeRenewalPref = "DID_CHANGE_RENEWAL_PREF",
        /// Automatic renewal was switched on or off.
        DidChangeRenewalStatus = "DID_CHANGE_RENEWAL_STATUS",
        /// A renewal could not be charged.
        DidFailToRenew = "DID_FAIL_TO_RENEW",
        /// A subscription renewed.
        DidRenew = "DID_RENEW",
        /// A subscription ended.
        Expired = "EXPIRED",
        /// A token for purchases outside the App Store was made or not reported on.
        ExternalPurchaseToken = "EXTERNAL_PURCHASE_TOKEN",
        /// The grace period after a failed charge is over.
        GracePeriodExpired = "GRACE_PERIOD_EXPIRED",
        /// A subscription's metadata changed (Advanced Commerce).
        MetadataUpdate = "METADATA_UPDATE",
        /// A subscription was moved to Advanced Commerce.
        Migration = "MIGRATION",
        /// An offer was redeemed.
        OfferRedeemed = "OFFER_REDEEMED",
        /// Something that does not renew was bought.
        OneTimeCharge = "ONE_TIME_CHARGE",
        /// A subscription's price changed (Advanced Commerce).
        PriceChange = "PRICE_CHANGE",
        /// The player was told of a price increase, or consented.
        PriceIncrease = "PRICE_INCREASE",
        /// Money went back to the player.
        Refund = "REFUND",
        /// A refund request was turned down.
        RefundDeclined = "REFUND_DECLINED",
        /// A refund was taken back after the player disputed it.
        RefundReversed = "REFUND_REVERSED",
        /// The developer extended one subscription.
        RenewalExtended = "RENEWAL_EXTENDED",
        /// The developer extended many subscriptions.
        RenewalExtension = "RENEWAL_EXTENSION",
        /// A parent withdrew consent for a child's use of the app.
        RescindConsent = "RESCIND_CONSENT",
        /// A family member lost a shared purchase.
        Revoke = "REVOKE",
        /// A subscription began, or began again.
        Subscribed = "SUBSCRIBED",
        /// A test that the developer asked for.
        Test = "TEST",
    }
}

open_string_enum! {
    /// More exactly what happened: `subtype`.
    Subtype {
        /// A price increase was accepted, or needs no acceptance.
        Accepted = "ACCEPTED",
        /// A reminder of an external purchase token that is still active.
        ActiveTokenReminder = "ACTIVE_TOKEN_REMINDER",
        /// Renewal was switched off.
        AutoRenewDisabled = "AUTO_RENEW_DISABLED",
        /// Renewal was switched on.
        AutoRenewEnabled = "AUTO_RENEW_ENABLED",
        /// A renewal that had failed was charged after all.
        BillingRecovery = "BILLING_RECOVERY",
        /// Ended because the charge failed until the retry period was over.
        BillingRetry = "BILLING_RETRY",
        /// An external purchase token was created.
        Created = "CREATED",
        /// To a lower level, at the next renewal.
        Downgrade = "DOWNGRADE",
        /// The extension failed for one subscription.
        Failure = "FAILURE",
        /// The charge failed and a grace period began.
        GracePeriod = "GRACE_PERIOD",
        /// Bought for the first time.
        InitialBuy = "INITIAL_BUY",
        /// A price increase was announced and not answered yet.
        Pending = "PENDING",
        /// Ended because a price increase was not accepted.
        PriceIncrease = "PRICE_INCREASE",
        /// Ended because the product was not for sale any more.
        ProductNotForSale = "PRODUCT_NOT_FOR_SALE",
        /// Bought again.
        Resubscribe = "RESUBSCRIBE",
        /// The extension is complete; counts are given.
        Summary = "SUMMARY",
        /// An external purchase token was not reported on.
        Unreported = "UNREPORTED",
        /// To a higher level, at once.
        Upgrade = "UPGRADE",
        /// Ended because the player wanted so.
        Voluntary = "VOLUNTARY",
    }
}

open_string_enum! {
    /// Why the player asks for a refund: `consumptionRequestReason`.
    ConsumptionRequestReason {
        /// Bought without meaning to.
        UnintendedPurchase = "UNINTENDED_PURCHASE",
        /// It did not arrive or did not work.
        FulfillmentIssue = "FULFILLMENT_ISSUE",
        /// Not content with it.
        UnsatisfiedWithPurchase = "UNSATISFIED_WITH_PURCHASE",
        /// For a reason of law.
        Legal = "LEGAL",
        /// Another.
        Other = "OTHER",
    }
}
