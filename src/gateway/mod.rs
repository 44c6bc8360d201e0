//! HTTP from the stores.
