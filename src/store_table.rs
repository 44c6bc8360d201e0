//! The table of stores: one row a store. A store is its folder under `src/stores/` and its row here.

/// Gives every row to the macro `$with`: the store's doc, its variant, the name it goes by in the ledger, in JSON and
/// on the command line, its name for people, its folder, and from that folder its section of the configuration, its
/// verifier, its error; and whose the account tags are that its messages carry: `game_tags` where the game put them on
/// the purchase, `store_tags` where they are the store's own ids of its customers.
///
/// What a folder must have is written at [`stores`](crate::stores).
macro_rules! for_each_store {
    ($with:ident) => {
        $with! {
            {
                /// Apple's App Store, by App Store Server Notifications V2.
                AppStore "app-store" "App Store"
                app_store AppStoreSection AppStoreVerifier AppStoreError game_tags
            }
            {
                /// Google Play, by Real-time Developer Notifications over Cloud Pub/Sub.
                GooglePlay "google-play" "Google Play"
                google_play GooglePlaySection GooglePlayVerifier GooglePlayError game_tags
            }
            {
                /// ONE Store, by its payment notifications (PNS).
                OneStore "one-store" "ONE Store"
                one_store OneStoreSection OneStoreVerifier OneStoreError game_tags
            }
            {
                /// Stripe, by webhook events.
                Stripe "stripe" "Stripe"
                stripe StripeSection StripeVerifier StripeError game_tags
            }
            {
                /// Amazon Appstore, by Real-Time Notifications over Amazon SNS.
                Amazon "amazon" "Amazon Appstore"
                amazon AmazonSection AmazonVerifier AmazonError store_tags
            }
        }
    };
}

pub(crate) use for_each_store;
