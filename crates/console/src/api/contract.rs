//! The contract of the API: its OpenAPI document, and the schemas of its documents.

use crate::call::Call;
use crate::problem::Problem;
use crate::reply::{Answer, Reply};

/// Written by hand; a test compares it with the table of routes.
pub(crate) const OPENAPI: &str = include_str!("../../openapi.json");

/// The library's schemas, by name.
pub(crate) const SCHEMAS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/schemas.rs"));

pub(crate) fn openapi(_: &Call<'_>) -> Answer {
    Ok(Reply::bytes("application/json", OPENAPI.as_bytes().to_vec()))
}

pub(crate) fn schema(call: &Call<'_>) -> Answer {
    let name = call.parameter("name");
    let found = SCHEMAS.iter().find(|(known, _)| *known == name);
    let (_, text) = found.ok_or_else(|| {
        let name = recoup::shown(name, 100);
        Problem::new(
            404,
            "unknown_schema",
            format!("there is no schema {name}: openapi.json names those that there are"),
        )
    })?;
    Ok(Reply::bytes("application/schema+json", text.as_bytes().to_vec()))
}
