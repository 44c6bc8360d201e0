//! The C ABI and nothing else: the header's objects, the functions on them, and the machinery they share.
//!
//! The comments on exported items are the header's comments, so they are for a C programmer. Every export goes
//! through [`engine::call_engine`], [`boundary::call`] or [`panics::answer`]; pointers become references, slices and
//! owned values in [`views`], [`out`] and [`sized`].
//!
//! No two files need each other: what an engine consists of is below [`engine`], and its functions are above it.

#![allow(unsafe_code, reason = "the only module that deals with C")]
#![allow(non_camel_case_types, reason = "the names are C's")]
#![allow(unreachable_pub, reason = "the header is made of what is pub, and C reaches it by its symbol")]
#![allow(clippy::missing_safety_doc, reason = "the header states the conditions for C in plain words")]

mod access;
mod actions;
mod attribution;
mod backup;
mod blocks;
mod boundary;
mod callbacks;
mod case_files;
mod completions;
mod dispatch;
mod doctor;
mod documents;
mod engine;
mod error;
mod events;
mod failure;
mod figures;
mod foreign;
mod fork;
mod gateway;
mod headers;
mod ingest;
mod log;
mod messages;
mod notices;
mod options;
mod out;
mod outcomes;
mod panics;
mod policy;
mod poll;
mod privacy;
mod progress;
mod pump;
mod purchases;
mod queries;
mod reconcile;
mod recovery;
mod register;
mod requests;
mod restrictions;
mod reviews;
mod signed_purchases;
mod sized;
mod status;
mod submissions;
mod submit;
mod text;
mod transport;
mod version;
mod views;
mod webhooks;
mod work;

pub(crate) use fork::watch as watch_forks;

#[cfg(feature = "schemas")]
pub(crate) use {
    access::AccessArguments,
    actions::ActionArguments,
    case_files::NoteArguments,
    completions::CompletionDetails,
    doctor::DoctorArguments,
    gateway::ListenOptions,
    privacy::ForgetArguments,
    recovery::{ForgiveArguments, GrantedArguments},
    restrictions::OverruleArguments,
    webhooks::ReplayArguments,
};

#[cfg(test)]
mod tests;
