//! Exclusions as rows.

use super::{Column, Record, name};
use crate::model::Exclusion;

impl Record for Exclusion {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::Number("id", |exclusion| Some(exclusion.id)),
        Column::Text("kind", |exclusion| name(&exclusion.kind)),
        Column::Text("value", |exclusion| Some(exclusion.value.as_str().into())),
        Column::Text("store", |exclusion| exclusion.store.as_ref().map(|store| store.as_str().into())),
        Column::Text("action", |exclusion| name(&exclusion.action)),
        Column::Text("who", |exclusion| Some(exclusion.who.as_str().into())),
        Column::Text("why", |exclusion| Some(exclusion.why.as_str().into())),
        Column::Time("made_at", |exclusion| Some(exclusion.made_at)),
        Column::Time("until", |exclusion| exclusion.until),
        Column::Number("uses", |exclusion| Some(exclusion.uses)),
        Column::Time("ended_at", |exclusion| exclusion.ended.as_ref().map(|end| end.at)),
        Column::Text("ended_who", |exclusion| Some(exclusion.ended.as_ref()?.who.as_deref()?.into())),
        Column::Text("ended_why", |exclusion| Some(exclusion.ended.as_ref()?.why.as_deref()?.into())),
    ];
}
