//! What the journal has about the books and operators' work, in words.

use recoup::{Happening, JournalEntry, Rest};

use crate::render::{books, words};

/// The sentence of an entry; `None` if it is about something else.
pub(crate) fn sentence(entry: &JournalEntry) -> Option<String> {
    let refund = entry.refund.map_or_else(|| "the refund".to_owned(), |id| format!("refund {id}"));
    let user = entry.user.as_deref().unwrap_or("the player");
    Some(match &entry.what {
        Happening::RecoveryReported { taken, returned, rest, who, why } => {
            let mut did = Vec::new();
            if !taken.is_empty() {
                did.push(format!("took {}", books::items(taken)));
            }
            if !returned.is_empty() {
                did.push(format!("returned {}", books::items(returned)));
            }
            if did.is_empty() {
                did.push("took nothing".to_owned());
            }
            let rest = match rest {
                Rest::Owed => "",
                Rest::Forgiven => ", and the rest is forgiven",
                Rest::WrittenOff => ", and the rest is written off",
            };
            let who = who.as_deref().unwrap_or("the game");
            format!("{who} {} for {refund}{rest}{}", did.join(" and "), because(why.as_deref()))
        }
        Happening::Forgiven { items, written_off: false, who, why } => {
            format!("{who} forgave {} of {refund}{}", books::items(items), because(Some(why)))
        }
        Happening::Forgiven { items, written_off: true, who, why } => {
            format!("{who} wrote off {} of {refund}{}", books::items(items), because(Some(why)))
        }
        Happening::GrantedSet { grants, who, why } => format!(
            "{who} set what the purchase of {refund} granted: {}{}",
            books::items(grants),
            because(Some(why))
        ),
        Happening::Repaid { items, who, why } => {
            let by = who.as_ref().map_or_else(String::new, |who| format!(" (reported by {who})"));
            format!("{user} repaid {} of {refund}{by}{}", books::items(items), because(why.as_deref()))
        }
        Happening::BoughtAgain { purchase, items } if items.is_empty() => {
            format!("purchase {purchase} no longer pays for {refund}")
        }
        Happening::BoughtAgain { purchase, items } => {
            format!("{user} bought again: purchase {purchase} pays for {} of {refund}", books::items(items))
        }
        Happening::Corrected { entry: cancelled, kind, item, quantity, who, why } => format!(
            "{who} cancelled entry {cancelled} of {refund} ({}, {item} {quantity}){}",
            books::kind(*kind),
            because(Some(why))
        ),
        Happening::Closed { closed_as, who, why } => {
            format!("{who} closed {refund} as {}{}", words::name(closed_as), because(Some(why)))
        }
        Happening::Reopened { who, why } => format!("{who} reopened {refund}{}", because(Some(why))),
        Happening::StatusSet { status, who, why } => {
            format!("{who} set the status of {refund}: {}{}", words::name(status), because(Some(why)))
        }
        Happening::Assigned { to: Some(to), who, why } => {
            format!("{who} assigned {refund} to {to}{}", because(Some(why)))
        }
        Happening::Assigned { to: None, who, why } => {
            format!("{who} assigned {refund} to no one{}", because(Some(why)))
        }
        Happening::Noted { note, who } => match entry.refund {
            Some(_) => format!("{who} wrote note {note} on {refund}"),
            None => format!("{who} wrote note {note} on {user}"),
        },
        _ => return None,
    })
}

/// The reason behind a sentence; `-` stands for none.
fn because(why: Option<&str>) -> String {
    why.filter(|why| *why != NO_REASON).map_or_else(String::new, |why| format!(": {why}"))
}

/// What commands give the engine where a reason is optional.
pub(crate) const NO_REASON: &str = "-";

#[cfg(test)]
mod tests {
    use super::*;
    use recoup::{ClosedAs, EntryKind, Grant, RefundStatus, Timestamp};

    fn gems(quantity: i64) -> Vec<Grant> {
        vec![Grant { item: "gem".to_owned(), quantity }]
    }

    fn of(what: Happening) -> String {
        let at = Timestamp::from_secs(1_790_000_000);
        let user = Some("kim".to_owned());
        sentence(&JournalEntry { id: 1, at, inbox: None, refund: Some(93), user, what }).unwrap()
    }

    #[test]
    fn each_happening_is_a_sentence() {
        let (who, why) = ("ann".to_owned(), "lost items".to_owned());
        let report = |taken, returned, rest, by: Option<&str>| Happening::RecoveryReported {
            taken,
            returned,
            rest,
            who: by.map(str::to_owned),
            why: None,
        };
        for (what, expected) in [
            (report(gems(100), vec![], Rest::Owed, None), "the game took gem 100 for refund 93"),
            (
                report(gems(100), gems(2), Rest::WrittenOff, Some("shop")),
                "shop took gem 100 and returned gem 2 for refund 93, and the rest is written off",
            ),
            (report(vec![], vec![], Rest::Owed, None), "the game took nothing for refund 93"),
            (
                Happening::Forgiven { items: gems(4), written_off: true, who: who.clone(), why: why.clone() },
                "ann wrote off gem 4 of refund 93: lost items",
            ),
            (
                Happening::Forgiven {
                    items: gems(4),
                    written_off: false,
                    who: who.clone(),
                    why: why.clone(),
                },
                "ann forgave gem 4 of refund 93: lost items",
            ),
            (
                Happening::GrantedSet { grants: gems(5), who: who.clone(), why: why.clone() },
                "ann set what the purchase of refund 93 granted: gem 5: lost items",
            ),
            (
                Happening::Repaid { items: gems(5), who: None, why: Some("earned".to_owned()) },
                "kim repaid gem 5 of refund 93: earned",
            ),
            (
                Happening::BoughtAgain { purchase: 7, items: gems(5) },
                "kim bought again: purchase 7 pays for gem 5 of refund 93",
            ),
            (
                Happening::BoughtAgain { purchase: 7, items: vec![] },
                "purchase 7 no longer pays for refund 93",
            ),
            (
                Happening::Corrected {
                    entry: 3,
                    kind: EntryKind::Taken,
                    item: "gem".to_owned(),
                    quantity: 5,
                    who: who.clone(),
                    why: why.clone(),
                },
                "ann cancelled entry 3 of refund 93 (taken, gem 5): lost items",
            ),
            (
                Happening::Closed {
                    closed_as: ClosedAs::PartlyRecovered,
                    who: who.clone(),
                    why: NO_REASON.to_owned(),
                },
                "ann closed refund 93 as partly recovered",
            ),
            (
                Happening::Reopened { who: who.clone(), why: why.clone() },
                "ann reopened refund 93: lost items",
            ),
            (
                Happening::StatusSet { status: RefundStatus::WrittenOff, who: who.clone(), why: why.clone() },
                "ann set the status of refund 93: written off: lost items",
            ),
            (
                Happening::Assigned {
                    to: Some("bo".to_owned()),
                    who: who.clone(),
                    why: NO_REASON.to_owned(),
                },
                "ann assigned refund 93 to bo",
            ),
            (
                Happening::Assigned { to: None, who: who.clone(), why: why.clone() },
                "ann assigned refund 93 to no one: lost items",
            ),
            (Happening::Noted { note: 2, who }, "ann wrote note 2 on refund 93"),
        ] {
            assert_eq!(of(what), expected);
        }
    }
}
