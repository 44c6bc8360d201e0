//! Blocks as rows.

use super::{Column, Record, name};
use crate::model::{Block, BlockCause, EndedBy};

impl Record for Block {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::Number("id", |block| Some(block.id)),
        Column::Text("user", |block| Some(block.user.as_str().into())),
        Column::Time("made_at", |block| Some(block.made_at)),
        Column::Time("until", |block| block.until),
        Column::Number("refund", |block| match &block.cause {
            BlockCause::Refund { refund, .. } => Some(*refund),
            BlockCause::Operator { .. } => None,
        }),
        Column::Text("rule", |block| match &block.cause {
            BlockCause::Refund { rule, .. } => Some(rule.as_str().into()),
            BlockCause::Operator { .. } => None,
        }),
        Column::Text("who", |block| match &block.cause {
            BlockCause::Operator { who, .. } => Some(who.as_str().into()),
            BlockCause::Refund { .. } => None,
        }),
        Column::Text("why", |block| match &block.cause {
            BlockCause::Operator { why, .. } => Some(why.as_str().into()),
            BlockCause::Refund { .. } => None,
        }),
        Column::Time("ended_at", |block| block.ended.as_ref().map(|ended| ended.at)),
        Column::Text("ended_by", |block| name(serde_json::to_value(ended_by(block)?).ok()?.get("ended_by")?)),
        Column::Text("ended_who", |block| match ended_by(block)? {
            EndedBy::Operator { who, .. } => Some(who.as_str().into()),
            _ => None,
        }),
        Column::Text("ended_why", |block| match ended_by(block)? {
            EndedBy::Operator { why, .. } => Some(why.as_str().into()),
            _ => None,
        }),
    ];
}

fn ended_by(block: &Block) -> Option<&EndedBy> {
    block.ended.as_ref().map(|ended| &ended.why)
}
