//! Figures through the real ledger: each definition on a small history with known numbers, and the sums against a recount.

mod definitions;
mod doctor;
mod lists;
mod offset;
mod recount;

use super::*;
use crate::model::{Currency, Figures, Grant, Money, Question};

const DAY: i64 = 86_400_000;

fn money(micros: i64, currency: &str) -> Money {
    Money { micros, currency: Currency::new(currency).unwrap() }
}

fn euros(whole: i64) -> Option<Money> {
    Some(money(whole * 1_000_000, "EUR"))
}

/// A time so many days from noon of the tests.
fn days(days: i64) -> Timestamp {
    NOON.plus(Span::from_days(days))
}

/// A purchase of a product for some euros, made so many days from noon.
fn sale(user: &str, order: &str, product: &str, price: i64, day: i64) -> Purchase {
    Purchase {
        product: Some(product.to_owned()),
        price: euros(price),
        purchased_at: Some(days(day)),
        ..purchase(user, order)
    }
}

impl Fixture {
    fn answer(&self, question: &Question) -> Figures {
        self.assert_sums();
        self.engine.figures(question).unwrap()
    }

    /// Every sum is what the rows add up to.
    fn assert_sums(&self) {
        let check = self.engine.read(|read| read.check_sums()).unwrap();
        assert_eq!((check.wrong, check.wrong_rows), (0, 0));
        let books = self.engine.read(|read| read.check_books(1000)).unwrap();
        assert_eq!(books.wrong, Vec::<i64>::new());
    }
}
