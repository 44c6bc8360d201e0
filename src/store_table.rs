//! The table of stores: one row a store. A store is its folder under `src/stores/` and its row here.

/// Gives every row to the macro `$with`: the store's doc, its variant, the name it goes by in the ledger, in JSON and
/// on the command line, its name for people, its folder, and from that folder its section of the configuration, its
/// verifier, its error.
///
/// What a folder must have is written at [`stores`](crate::stores).
macro_rules! for_each_store {
    ($with:ident) => {
        $with! {
            {
                /// Apple's App Store, by App Store Server Notifications V2.
                AppStore "app-store" "App Store"
                app_store AppStoreSection AppStoreVerifier AppStoreError
            }
            {
                /// Google Play, by Real-time Developer Notifications over Cloud Pub/Sub.
                GooglePlay "google-play" "Google Play"
                google_play GooglePlaySection GooglePlayVerifier GooglePlayError
            }
            {
                /// Stripe, by webhook events.
                Stripe "stripe" "Stripe" stripe StripeSection StripeVerifier StripeError
            }
        }
    };
}

pub(crate) use for_each_store;
