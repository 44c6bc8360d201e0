//! The schemas of types whose JSON form is written by hand.

use std::borrow::Cow;

use schemars::generate::Contract;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use crate::engine::{Outcome, OutcomeDocument};
use crate::model::{
    Action, Country, Currency, NoteOn, OneOrMore, RefundId, Span, Store, Timestamp, UtcOffset,
};
use crate::stores::stripe::WebhookSecret;
use crate::transport::{Secret, Url};

impl JsonSchema for Timestamp {
    fn schema_name() -> Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        match generator.contract() {
            Contract::Serialize => json_schema!({
                "description": "Unix milliseconds.",
                "type": "integer",
                "format": "int64",
            }),
            _ => json_schema!({
                "description": "Unix milliseconds, or RFC 3339 text such as \"2026-01-31T12:00:00Z\".",
                "anyOf": [{ "type": "integer", "format": "int64" }, { "type": "string" }],
            }),
        }
    }
}

impl JsonSchema for Span {
    fn schema_name() -> Cow<'static, str> {
        "Span".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A span of time: a whole number and ms, s, m, h or d, such as \"15m\".",
            "type": "string",
            "pattern": "^[0-9]+(ms|s|m|h|d)$",
        })
    }
}

impl JsonSchema for UtcOffset {
    fn schema_name() -> Cow<'static, str> {
        "UtcOffset".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A distance from UTC: a sign, hours and minutes, such as \"+09:00\".",
            "type": "string",
            "pattern": "^[+-][0-9]{2}:[0-9]{2}$",
        })
    }
}

impl JsonSchema for Currency {
    fn schema_name() -> Cow<'static, str> {
        "Currency".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let pattern = match generator.contract() {
            Contract::Serialize => "^[A-Z]{3}$",
            _ => "^[A-Za-z]{3}$",
        };
        json_schema!({
            "description": "An ISO 4217 alphabetic code, such as \"USD\".",
            "type": "string",
            "pattern": pattern,
        })
    }
}

impl JsonSchema for Country {
    fn schema_name() -> Cow<'static, str> {
        "Country".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let pattern = match generator.contract() {
            Contract::Serialize => "^[A-Z]{2}$",
            _ => "^[A-Za-z]{2}$",
        };
        json_schema!({
            "description": "A country's two letters as in ISO 3166-1, such as \"KR\".",
            "type": "string",
            "pattern": pattern,
        })
    }
}

impl JsonSchema for Store {
    fn schema_name() -> Cow<'static, str> {
        "Store".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let named =
            |store: &Self| json!({ "const": store.as_str(), "description": store.title(), "type": "string" });
        let mut names: Vec<Value> = Self::ALL.iter().map(named).collect();
        names.push(json!({
            "description": "A store of your own.",
            "type": "string",
            "pattern": "^custom:[a-z0-9-]{1,64}$",
        }));
        json_schema!({ "description": "An app store or payment provider.", "oneOf": names })
    }
}

impl JsonSchema for Action {
    fn schema_name() -> Cow<'static, str> {
        "Action".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "What a rule does with a refund.",
            "oneOf": [
                { "const": "exclude", "description": "The refund is stored. No event is queued, and it never counts.", "type": "string" },
                { "const": "notify", "description": "A refund event is queued. The refund does not count.", "type": "string" },
                { "const": "record", "description": "As notify, and the refund counts.", "type": "string" },
                { "const": "alert", "description": "As record, and an alert event is queued.", "type": "string" },
                {
                    "description": "As alert, and the user is blocked.",
                    "type": "object",
                    "properties": {
                        "block": {
                            "description": "For how long: a whole number and ms, s, m, h or d, such as \"7d\"; \"permanently\"; or \"repaid\", until the refund is settled.",
                            "type": "string",
                            "pattern": "^(permanently|repaid|[0-9]+(ms|s|m|h|d))$",
                        },
                        "grace": {
                            "description": "With \"repaid\": the block begins if the refund is not settled this long after the decision, 1s to 90d.",
                            "type": "string",
                            "pattern": "^[0-9]+(ms|s|m|h|d)$",
                        },
                    },
                    "required": ["block"],
                    "additionalProperties": false,
                },
            ],
        })
    }
}

/// An object of one member. What is returned may have another one in a later version.
impl JsonSchema for NoteOn {
    fn schema_name() -> Cow<'static, str> {
        "NoteOn".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let refund = generator.subschema_for::<RefundId>();
        let mut schema = json_schema!({
            "description": "What a note is on.",
            "type": "object",
            "properties": {
                "refund": refund,
                "user": { "description": "The user.", "type": "string" },
            },
        });
        if let Some(refund) = schema.pointer_mut("/properties/refund").and_then(Value::as_object_mut) {
            refund.insert("description".to_owned(), "The refund.".into());
        }
        if !matches!(generator.contract(), Contract::Serialize) {
            schema.insert("additionalProperties".to_owned(), false.into());
            schema.insert("minProperties".to_owned(), 1.into());
            schema.insert("maxProperties".to_owned(), 1.into());
        }
        schema
    }
}

impl JsonSchema for Outcome {
    fn schema_name() -> Cow<'static, str> {
        "Outcome".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        OutcomeDocument::json_schema(generator)
    }
}

impl<T: JsonSchema> JsonSchema for OneOrMore<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("OneOrMore{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<T>();
        json_schema!({
            "description": "One value or a list of them.",
            "anyOf": [one, { "type": "array", "items": one, "minItems": 1 }],
        })
    }
}

macro_rules! texts {
    ($($type:ident $description:literal)*) => {
        $(impl JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "description": $description, "type": "string" })
            }
        })*
    };
}

texts! {
    Secret "A credential."
    WebhookSecret "The secret of one webhook endpoint, `whsec_…`."
    Url "`https`, or `http` on this machine."
}
