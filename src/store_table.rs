//! The table of stores: one row per store. A store is its folder under `src/stores/` and its row here.

/// Passes every row to the macro `$with`: the store's doc, its variant, its name in the ledger, in JSON and on the
/// command line, its name for people, its folder, and from that folder its configuration section and its error.
///
/// The contents of a folder are described at [`BuiltInStore`](crate::stores::BuiltInStore).
macro_rules! rows {
    ($with:ident $($more:tt)*) => {
        $with! {
            {
                /// Apple's App Store, by App Store Server Notifications V2.
                AppStore "app-store" "App Store"
                app_store AppStoreSection AppStoreError
            }
            {
                /// Google Play, by Real-time Developer Notifications over Cloud Pub/Sub.
                GooglePlay "google-play" "Google Play"
                google_play GooglePlaySection GooglePlayError
            }
            {
                /// ONE Store, by its payment notifications (PNS).
                OneStore "one-store" "ONE Store"
                one_store OneStoreSection OneStoreError
            }
            {
                /// Stripe, by webhook events.
                Stripe "stripe" "Stripe"
                stripe StripeSection StripeError
            }
            {
                /// Amazon Appstore, by Real-Time Notifications over Amazon SNS.
                Amazon "amazon" "Amazon Appstore"
                amazon AmazonSection AmazonError
            }
            $($more)*
        }
    };
}

#[cfg(not(test))]
macro_rules! for_each_store {
    ($with:ident) => {
        $crate::store_table::rows! { $with }
    };
}

/// With a sixth store: the crate's tests verify that a store needs only a folder and a row.
#[cfg(test)]
macro_rules! for_each_store {
    ($with:ident) => {
        $crate::store_table::rows! { $with {
            /// A store for tests only.
            MadeUp "made-up" "Made-up Store"
            made_up MadeUpSection MadeUpError
        } }
    };
}

pub(crate) use {for_each_store, rows};
