//! Saved views: own, shared, replaced, removed.

use super::*;

fn names(fixture: &Fixture, operator: &str, page: Option<&str>) -> Vec<String> {
    let views = fixture.engine.views(operator, page).unwrap();
    views.into_iter().map(|view| format!("{}/{}/{}", view.operator, view.page, view.name)).collect()
}

#[test]
fn an_operator_sees_own_views_and_those_that_others_share() {
    let fixture = Fixture::new("[]").with_operator("ann", Role::Viewer).with_operator("bob", Role::Support);
    let engine = &fixture.engine;
    engine.save_view("bob", "refunds", "large", "amount_at_least=100", true).unwrap();
    engine.save_view("bob", "refunds", "mine", "assignee=bob", false).unwrap();
    engine.save_view("ann", "blocks", "old", "ended=true", false).unwrap();
    assert_eq!(names(&fixture, "ann", None), ["ann/blocks/old", "bob/refunds/large"]);
    assert_eq!(names(&fixture, "ann", Some("refunds")), ["bob/refunds/large"]);
    assert_eq!(names(&fixture, "bob", None), ["bob/refunds/large", "bob/refunds/mine"]);
}

#[test]
fn saving_under_a_name_again_replaces_the_own_view() {
    let fixture = Fixture::new("[]").with_operator("ann", Role::Viewer).with_operator("bob", Role::Viewer);
    let engine = &fixture.engine;
    let first = engine.save_view("ann", "refunds", "mine", "assignee=ann", false).unwrap();
    engine.save_view("bob", "refunds", "mine", "assignee=bob", false).unwrap();
    fixture.clock.advance(MINUTE);
    let second = engine.save_view("ann", "refunds", "mine", "assignee=ann&to_do=true", true).unwrap();
    assert_eq!((second.id, second.made_at, second.shared), (first.id, NOON.plus(MINUTE), true));
    assert_eq!(names(&fixture, "bob", None), ["bob/refunds/mine", "ann/refunds/mine"]);
    assert!(!engine.delete_view("bob", second.id).unwrap(), "another's");
    assert!(engine.delete_view("ann", second.id).unwrap());
    assert!(!engine.delete_view("ann", second.id).unwrap());
    assert_eq!(names(&fixture, "bob", None), ["bob/refunds/mine"]);
}

#[test]
fn what_is_no_view_and_one_too_many_are_refused() {
    let fixture = Fixture::new("[]").with_operator("ann", Role::Viewer);
    let save = |page: &str, name: &str, query: &str| {
        fixture.engine.save_view("ann", page, name, query, false).map(drop)
    };
    for (page, name, query) in [
        ("", "mine", ""),
        ("refunds", " mine", ""),
        ("refunds", "mine", "?a=b"),
        ("refunds", "mine", "a=b c"),
        ("refunds", "mine", "a=é"),
        ("refunds", "mine", &"x".repeat(4097)),
    ] {
        assert_eq!(code(save(page, name, query)), "bad_view", "{page:?} {name:?}");
    }
    for n in 0..200 {
        save("refunds", &format!("view {n}"), "").unwrap();
    }
    assert_eq!(code(save("refunds", "one more", "")), "too_many");
    save("refunds", "view 7", "a=b").unwrap();
}
