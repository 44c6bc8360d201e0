//! Google Play: answers to refund reviews.

use recoup::{Consumption, ConsumptionOf, ReviewState, Store, StoreActionState};

use super::google_play::Game;
use super::killed::Process;
use super::{NOW, only_action, only_review, report};

/// A game that Google has asked, and that has reported what it knows.
fn asked() -> Game {
    let game = Game::new();
    let engine = game.open();
    let review = game.google.pending_refund_review("GPA.1", "review-token", None, NOW);
    let push = game.google.push(&review, "m1", NOW).unwrap();
    push.send(|request| engine.ingest(&Store::GooglePlay, request)).unwrap();
    engine.report_consumption(ConsumptionOf::Order("GPA.1"), report()).unwrap();
    assert_eq!(only_review(&engine).state, ReviewState::Reported);
    game
}

#[test]
fn an_answer_is_sent_once() {
    let game = asked();
    let engine = game.open();
    engine.work_on_actions().unwrap();
    assert_eq!(only_action(&engine).state, StoreActionState::Done);
    assert_eq!(only_review(&engine).state, ReviewState::Answered);
    assert_eq!(engine.work_on_actions().unwrap(), 0);
    assert_eq!(game.sent(":reviewrefund").len(), 1);
    assert_eq!(game.api.complaints(), [""; 0]);
}

#[test]
fn an_answer_in_which_the_process_is_killed_is_sent_again_as_it_was_and_counts_once() {
    let game = asked();
    game.api.never_answer(":reviewrefund");
    let process = Process::work(game.path());
    process.kill_once(|| !game.api.state.lock().unwrap().reviews.is_empty());

    let engine = game.open();
    assert_eq!(only_action(&engine).state, StoreActionState::Sending, "it was not written down");
    engine.work_on_actions().unwrap();
    let action = only_action(&engine);
    assert_eq!((action.state, action.attempts), (StoreActionState::Done, 2));
    assert_eq!(only_review(&engine).state, ReviewState::Answered);
    assert_eq!(engine.work_on_actions().unwrap(), 0);
    let sent = game.sent(":reviewrefund");
    assert_eq!((sent.len(), &sent[0].body), (2, &sent[1].body));
    let counted = game.api.state.lock().unwrap().reviews.clone();
    assert_eq!(counted.len(), 1);
    let counted = &counted["GPA.1 review-token"];
    assert_eq!(counted["consumptionPercentageMilliunits"], 40_000, "{counted}");
    assert_eq!(game.api.complaints(), [""; 0]);
}

#[test]
fn an_answer_to_which_consent_is_withdrawn_while_it_is_sent_is_not_sent_again() {
    let game = asked();
    game.api.never_answer(":reviewrefund");
    let mut process = Process::work(game.path());
    process.wait_until(|| !game.api.state.lock().unwrap().reviews.is_empty());
    // Another process hears it while this one sends.
    let withdrawn = Consumption { consent: false, ..report() };
    game.open().report_consumption(ConsumptionOf::Order("GPA.1"), withdrawn).unwrap();
    process.kill();

    let engine = game.open();
    assert_eq!(only_action(&engine).state, StoreActionState::Sending, "it was not left to its sender");
    engine.work_on_actions().unwrap();
    assert_eq!(only_action(&engine).state, StoreActionState::Unknown);
    assert_eq!(game.sent(":reviewrefund").len(), 1);
}
