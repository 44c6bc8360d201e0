//! Notices as rows.

use super::{Column, Record, json, name};
use crate::model::Notice;

impl Record for Notice {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::Number("id", |notice| Some(notice.id)),
        Column::Text("user", |notice| Some(notice.user.as_str().into())),
        Column::Text("name", |notice| name(&notice.name)),
        Column::Text("state", |notice| name(&notice.state)),
        Column::Number("refund", |notice| notice.refund),
        Column::Time("made_at", |notice| Some(notice.made_at)),
        Column::Time("expires_at", |notice| Some(notice.expires_at)),
        Column::Time("shown_at", |notice| notice.shown_at),
        Column::Time("ended_at", |notice| notice.ended_at),
        Column::Text("title", |notice| Some(notice.title.as_str().into())),
        Column::Text("text", |notice| Some(notice.text.as_str().into())),
        Column::Text("details", |notice| json(&notice.details)),
    ];
}
