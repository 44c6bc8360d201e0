//! Figures: what was bought and refunded in a time, and what became of it. Pure rules: what a purchase and a refund add
//! to the sums, and what is read from them. The sums are in the ledger, kept by the transaction that changes the thing
//! counted.

mod answer;
mod contribution;
mod definitions;
mod lag;
mod marks;
mod period;
mod question;
mod sums;
mod tally;
#[cfg(test)]
mod tests;

pub use answer::{
    BlockFigures, FigureRow, Figures, FiguresRecount, GroupFigures, ItemFigures, LagFigures, PeriodFigures,
    PurchaseFigures, Rate, RefundFigures, RepeatRefunder, RuleFigures, SeriesPoint, StatusFigures,
    WaitingFigures, WorkCount,
};
pub(crate) use contribution::{Contribution, CountedCase, Sale};
pub use definitions::Figure;
pub use lag::LagStage;
pub(crate) use lag::Quantiles;
pub(crate) use marks::{Bought, FigureMarks, Seen};
pub use period::{BadUtcOffset, Grain, UtcOffset};
pub(crate) use period::{Days, Period};
pub use question::{BadQuestion, FigureList, GroupBy, Question};
pub(crate) use sums::{
    Dated, Dimensions, LagKey, PlayerSum, RefundedKey, RefundedSum, SoldKey, SoldSum, Sums, WorkKey, WorkSum,
};
pub(crate) use tally::Tally;
