//! What each route answers, by what it is about.

pub(crate) mod actions;
pub(crate) mod audit;
pub(crate) mod blocks;
pub(crate) mod bulk;
pub(crate) mod changes;
pub(crate) mod contract;
#[cfg(test)]
mod contract_tests;
pub(crate) mod dead_letters;
pub(crate) mod exclusions;
pub(crate) mod exports;
pub(crate) mod figures;
pub(crate) mod health;
pub(crate) mod operators;
pub(crate) mod people;
pub(crate) mod player;
pub(crate) mod policy;
pub(crate) mod refunds;
pub(crate) mod reviews;
pub(crate) mod session;
pub(crate) mod views;
pub(crate) mod webhooks;
pub(crate) mod work;
